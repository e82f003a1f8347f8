"""Sets of characters for regular expressions, as tests of one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Matches = Callable[[str], bool]

LITERALS = {
    "n": "\n", "r": "\r", "t": "\t",
    **{sign: sign for sign in "\\|.-^?*+{}()[]$"},
}  # fmt: skip
_SUBCATEGORIES = {
    "L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "Z": "slp", "S": "mcko", "C": "cfon",
}  # fmt: skip
_CATEGORIES = frozenset(
    major + minor for major, minors in _SUBCATEGORIES.items() for minor in ("", *minors)
)
_BLOCKS = {
    "BasicLatin": (0x00, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "GreekandCoptic": (0x370, 0x3FF),
    "Greek": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Thai": (0xE00, 0xE7F),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}


def any_character(character: str) -> bool:
    """Match everything."""
    return True


def no_newline(character: str) -> bool:
    """Match what `.` means without the flag `s`."""
    return character not in "\n\r"


def one(wanted: str, fold: bool) -> Matches:
    """Match one character, in either case when `fold`."""
    if not fold:
        return lambda character: character == wanted
    lower, upper = wanted.lower(), wanted.upper()
    return lambda character: (
        character == wanted or character.lower() == lower or (character.upper() == upper)
    )


def span(low: str, high: str, fold: bool) -> Matches:
    """Match a range of characters, in either case when `fold`."""
    if not fold:
        return lambda character: low <= character <= high
    return lambda character: (
        low <= character <= high
        or low <= character.lower() <= high
        or low <= character.upper() <= high
    )


def union(parts: list[Matches]) -> Matches:
    """Match what any part matches."""
    if len(parts) == 1:
        return parts[0]
    return lambda character: any(part(character) for part in parts)


def negated(matches: Matches) -> Matches:
    """Match what `matches` does not."""
    return lambda character: not matches(character)


def difference(kept: Matches, removed: Matches) -> Matches:
    """Match what is kept and not removed."""
    return lambda character: kept(character) and not removed(character)


def category(name: str) -> Matches | None:
    """Return the test of `\\p{name}`: a Unicode category or block; None if unknown."""
    if name in _CATEGORIES:
        return lambda character: unicodedata.category(character).startswith(name)
    if name.startswith("Is") and name[2:] in _BLOCKS:
        low, high = _BLOCKS[name[2:]]
        return lambda character: low <= ord(character) <= high
    return None


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _is_space(character: str) -> bool:
    return character in " \t\n\r"


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _is_initial(character: str) -> bool:
    return character in "_:" or unicodedata.category(character)[0] == "L"


def _is_name(character: str) -> bool:
    return (
        _is_initial(character)
        or character in "-.\u00b7"
        or (unicodedata.category(character)[:2] in ("Nd", "Mn", "Mc"))
    )


_ESCAPES: dict[str, Matches] = {
    "d": _is_digit, "D": negated(_is_digit),
    "s": _is_space, "S": negated(_is_space),
    "w": _is_word, "W": negated(_is_word),
    "i": _is_initial, "I": negated(_is_initial),
    "c": _is_name, "C": negated(_is_name),
}  # fmt: skip


def escape(character: str) -> Matches | None:
    """Return what `\\character` matches, None when it means nothing."""
    if character in LITERALS:
        return one(LITERALS[character], fold=False)
    return _ESCAPES.get(character)
