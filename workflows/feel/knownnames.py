"""Names of more than one word, and the characters that names are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable

START = (
    "?A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d"
    "\u180f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
    "\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
PART = START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
SPACE = r"[\s\u180e\u200b\ufeff]"
_SPACES = re.compile(f"{SPACE}*")
_PIECE = re.compile(rf"[{PART}]+|[^{PART}\s]")
_WORD = re.compile(rf"[{START}][{PART}]*")


class KnownNames:
    """Names that are more than one word, as a tree of their pieces: words and single signs.

    A search takes as long as the text that it reads, however many names are known.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._tree = _Branch()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make `name` known unless it is one plain word."""
        pieces = _PIECE.findall(name)
        if len(pieces) < 2 or not _WORD.fullmatch(pieces[0]):
            return
        branch = self._tree
        for piece in pieces:
            branch = branch.onward.setdefault(piece, _Branch())
        plain = " ".join(name.split())
        branch.name = max(branch.name, plain, key=lambda one: (len(one), one))

    def match(self, text: str, word: str, position: int) -> tuple[str, int] | None:
        """Return the longest known name at `position`, where `word` stands, and where it ends."""
        branch, at = self._tree.onward.get(word), position + len(word)
        found: tuple[str, int] | None = None
        while branch is not None:
            if branch.name:
                found = branch.name, at
            if not branch.onward:
                break
            spaces = _SPACES.match(text, at)
            piece = _PIECE.match(text, spaces.end() if spaces else at)
            if piece is None:
                break
            branch, at = branch.onward.get(piece.group()), piece.end()
        return found


class _Branch:
    """What may follow the pieces read so far; `name` is the name that ends here, or empty."""

    __slots__ = ("name", "onward")

    def __init__(self) -> None:
        self.name = ""
        self.onward: dict[str, _Branch] = {}
