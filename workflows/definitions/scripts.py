"""The lines of a script task: `name = expression`, one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ASSIGNMENT = re.compile(r"^\s*([^\W\d]\w*)\s*=(?!=)\s*(.*\S)\s*$", re.DOTALL)
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"')
_OPEN, _CLOSE = "([{", ")]}"
LINE_LENGTH = 20_000
"""No expression may be longer, so brackets of longer lines need not be counted."""


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One line `name = expression` of a script task; `target` is empty when it is not one."""

    target: str
    text: str
    line: int


def assignments(script: str) -> tuple[Assignment, ...]:
    """Return the lines of a script.

    A line that is indented more than the first, or that stands inside brackets,
    goes on with the one before it; a line that begins with // is a remark.
    """
    found: list[tuple[list[str], int]] = []
    margin: int | None = None
    depth = 0
    for number, line in enumerate(script.splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("//"):
            continue
        indent = len(line) - len(line.lstrip())
        margin = indent if margin is None else margin
        if found and (indent > margin or depth > 0):
            found[-1][0].append(plain)
        else:
            found.append(([plain], number))
            depth = 0
        depth += _balance(plain)
    return tuple(_assignment("\n".join(lines), number) for lines, number in found)


def _balance(line: str) -> int:
    """Return how many brackets a line opens and leaves open, texts left out."""
    if len(line) > LINE_LENGTH:
        return 0
    bare = _TEXT.sub("", line)
    return sum(bare.count(mark) for mark in _OPEN) - sum(bare.count(mark) for mark in _CLOSE)


def _assignment(text: str, line: int) -> Assignment:
    found = _ASSIGNMENT.match(text)
    if found is None:
        return Assignment(target="", text=text.strip(), line=line)
    return Assignment(target=found.group(1), text=found.group(2), line=line)
