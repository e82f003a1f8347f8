"""Names of more than one word, and the characters that names are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

START = (
    "?A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d"
    "\u180f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
    "\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
PART = START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
SPACE = r"[\s\u180e\u200b\ufeff]"
_PIECE = re.compile(rf"[{PART}]+|[^{PART}\s]")
_WORD = re.compile(rf"[{START}][{PART}]*")


class KnownNames:
    """Names that are more than one word, indexed by their first word."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for name in sorted(set(names), key=lambda known: (-len(known), known)):
            self.add(name)

    def add(self, name: str) -> None:
        """Make `name` known unless it is one plain word."""
        pieces = _PIECE.findall(name)
        if len(pieces) < 2 or not _WORD.fullmatch(pieces[0]):
            return
        found = self._by_first.setdefault(pieces[0], [])
        found.append((" ".join(name.split()), _name_pattern(tuple(pieces))))
        found.sort(key=lambda entry: -len(entry[0]))

    def match(self, text: str, word: str, position: int) -> tuple[str, int] | None:
        """Return the longest known name at `position` and where it ends."""
        for name, pattern in self._by_first.get(word, ()):
            found = pattern.match(text, position)
            if found:
                return name, found.end()
        return None


@lru_cache(maxsize=4096)
def _name_pattern(pieces: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for a name whose pieces may stand apart."""
    parts = [re.escape(pieces[0])]
    for before, piece in pairwise(pieces):
        both_words = _is_word(before) and _is_word(piece)
        parts.append(SPACE + ("+" if both_words else "*") + re.escape(piece))
    end = rf"(?![{PART}])" if _is_word(pieces[-1]) else ""
    return re.compile("".join(parts) + end)


def _is_word(piece: str) -> bool:
    return re.match(rf"[{PART}]", piece) is not None
