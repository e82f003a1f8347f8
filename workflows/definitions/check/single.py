"""One expression by itself, looked at by the rules of the check while somebody types it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.expressions import LINES, Known, faults, sets_nothing
from workflows.definitions.check.fault import Fault
from workflows.definitions.check.timers import due_faults, time_faults
from workflows.definitions.check.unitkeys import unit_faults
from workflows.definitions.places import TIMERS, is_literal
from workflows.definitions.scripts import Assignment, assignments

KINDS = ("value", "unit", "due", "warn", *TIMERS, "assignments", "tests")
"""What an expression can be for: a value or condition, whose task it is, times, the lines of a
script task, the tests of a decision table's cell."""
LENGTH = 20_000
"""Characters of a text; longer ones are not FEEL anyway."""


def examine(
    text: str, kind: str, known: Known, *, units: frozenset[str] | None = None
) -> list[Fault]:
    """Return what the check would say about a text of a kind; nothing about an empty one.

    `units` are the keys of the city's units, None where there is no city to ask.
    """
    if not text.strip():
        return []
    return list(_faults(text, kind, known, units))


def _faults(text: str, kind: str, known: Known, units: frozenset[str] | None) -> Iterator[Fault]:
    if kind == "assignments":
        yield from _lines(text, known)
        return
    if kind == "tests":
        yield from faults(text, known, tests=True)
        return
    before = len(text) - len(text.lstrip())
    bare = text.strip()
    if kind in ("due", "warn"):
        yield from due_faults(kind, bare)
    elif kind in TIMERS:
        yield from time_faults(kind, bare)
    elif kind == "unit" and units is not None:
        yield from unit_faults(bare, units)
    if not (kind in ("due", "warn", *TIMERS) and is_literal(bare)):
        yield from (fault.moved(before) for fault in faults(bare, known))


def _lines(script: str, known: Known) -> Iterator[Fault]:
    """Look at each line of a script; a later line may read what an earlier one has set."""
    places = _places(script)
    for one in assignments(script):
        begins = _begins(one, places)
        if not one.target:
            yield Fault(
                rule=LINES, sentence=sets_nothing(one), position=begins[0], length=len(one.text)
            )
            continue
        for fault in faults(one.text, known):
            yield Fault(
                rule=fault.rule,
                sentence=fault.sentence,
                position=_in_script(one.text, fault.position, begins),
                length=fault.length,
            )


def _places(script: str) -> list[tuple[int, int, str]]:
    """Return number, first character and text of every line that says something."""
    found, start = [], 0
    for number, line in enumerate(script.splitlines(keepends=True), start=1):
        plain = line.strip()
        if plain and not plain.startswith("//"):
            found.append((number, start + line.index(plain[0]), plain))
        start += len(line)
    return found


def _begins(one: Assignment, places: list[tuple[int, int, str]]) -> list[int]:
    """Return where each line of an assignment's text stands in the script."""
    first = next(index for index, place in enumerate(places) if place[0] == one.line)
    lines = one.text.split("\n")
    begins = [place[1] for place in places[first : first + len(lines)]]
    _, start, plain = places[first]
    begins[0] = start + max(plain.find(lines[0], len(one.target)), 0)
    return begins


def _in_script(text: str, position: int, begins: list[int]) -> int:
    before = text[:position]
    line = min(before.count("\n"), len(begins) - 1)
    return begins[line] + position - (before.rfind("\n") + 1)
