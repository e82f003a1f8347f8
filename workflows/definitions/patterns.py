"""Patterns of form fields: regular expressions that cannot keep the server busy."""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants as constants
from re import _parser as parser
from typing import Any

LENGTH = 300
ENTRY_LENGTH = 500
"""Longest entry that a pattern is tried on."""
WAYS = 200_000_000
"""Most ways in which an entry may be divided among the repeats of a pattern."""

_REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT)


@lru_cache(maxsize=1024)
def pattern_problem(pattern: str) -> str:
    """Return why a pattern is not taken, or nothing.

    Refused are back references, choices and repeats inside repeats, and so many
    repeats in a row that a hostile entry could keep the server busy.
    """
    if len(pattern) > LENGTH:
        return f"is longer than {LENGTH} characters"
    try:
        tree = parser.parse(pattern)
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return "is not a valid regular expression"
    counter = _Counter()
    counter.walk(tree, inside=False)
    if not counter.reason and counter.ways > WAYS:
        return "repeats too many things"
    return counter.reason


class _Counter:
    """Counts in how many ways an entry could be divided; `reason` is the first refusal."""

    def __init__(self) -> None:
        self.ways = 1
        self.reason = ""

    def walk(self, tree: Any, *, inside: bool) -> None:
        for kind, argument in tree:
            if kind in (constants.GROUPREF, constants.GROUPREF_EXISTS):
                self.reason = self.reason or "refers back to a group"
            elif kind in _REPEATS:
                self._repeat(argument, inside)
            elif kind is constants.BRANCH:
                self._branch(argument[1], inside)
            elif kind is constants.SUBPATTERN:
                self.walk(argument[3], inside=inside)
            elif kind in (constants.ASSERT, constants.ASSERT_NOT):
                self.walk(argument[1], inside=inside)
            elif kind is constants.ATOMIC_GROUP:
                self.walk(argument, inside=inside)

    def _repeat(self, argument: Any, inside: bool) -> None:
        least, most, body = argument
        most = ENTRY_LENGTH if most is constants.MAXREPEAT else int(most)
        if least != most:
            self.ways *= min(most - least, ENTRY_LENGTH) + 1
            if inside:
                self.reason = self.reason or "repeats a repetition"
        self.walk(body, inside=inside or most > 1)

    def _branch(self, branches: Any, inside: bool) -> None:
        if inside:
            self.reason = self.reason or "repeats a choice"
        self.ways *= len(branches)
        for branch in branches:
            self.walk(branch, inside=inside)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that `pattern_problem` has let pass, compiled once."""
    return re.compile(pattern)
