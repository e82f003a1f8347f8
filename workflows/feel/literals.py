"""Reads the escapes of text literals."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def unescape(token: str) -> str:
    """Return the text of a literal that is still in its quotation marks."""
    inner = token[1:-1]
    if "\\" not in inner:
        return inner
    return _SURROGATES.sub(_join, _ESCAPE.sub(_replace, inner))


def _replace(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2)
    if code:
        point = int(code, 16)
        return chr(point) if point <= 0x10FFFF else found.group(0)
    return _SIMPLE.get(found.group(3), found.group(0))


def _join(pair: re.Match[str]) -> str:
    """Return the one character that two surrogate escapes write."""
    high, low = (ord(character) for character in pair.group(0))
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
