"""What watching a process asks of its diagrams and of the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from models.queries.counted_days import Workdays
from models.queries.standing import Place
from workflows.definitions.definition import Definition
from workflows.engine.run import look
from workflows.engine.snapshot import Outcome
from workflows.worktime import Calendar

MARGIN = timedelta(days=15 * 366)
"""How long before the time that is looked at the oldest task done in it may have been opened."""
CATCHING = frozenset({"intermediateCatchEvent", "receiveTask"})
"""Kinds of elements at which a case waits on its way, without anybody having a task."""


def catching(definitions: Iterable[Definition]) -> frozenset[Place]:
    """Return the elements of some versions at which a case waits for a message or a time."""
    return frozenset(
        (element.process, element.id)
        for definition in definitions
        for element in definition.specification.elements.values()
        if element.kind in CATCHING
    )


def within(definition: Definition) -> frozenset[tuple[str, Place]]:
    """Return for each called process the elements that call it, directly or through others."""
    calls: dict[str, list[Place]] = {}
    for element in definition.specification.elements.values():
        if element.called:
            calls.setdefault(element.called, []).append((element.process, element.id))
    return frozenset((inner, place) for inner in calls for place in _above(calls, inner))


def _above(calls: dict[str, list[Place]], inner: str) -> Iterator[Place]:
    seen: set[str] = set()
    ahead = [inner]
    while ahead:
        process = ahead.pop()
        if process in seen:
            continue
        seen.add(process)
        for place in calls.get(process, ()):
            yield place
            ahead.append(place[0])


def stood(definition: Definition, state: bytes) -> Outcome:
    """Return where a case stood after a step, by the version that the step ran on."""
    return look(definition.specification, state)


@lru_cache(maxsize=8)
def workdays(calendar: Calendar, first_on: date, last_on: date) -> Workdays:
    """Return a calendar's working days from a day through another one, for statements."""
    base = calendar.ordinal(first_on - timedelta(days=1))
    days = (last_on - first_on).days + 2
    return Workdays(
        first_on=first_on,
        before=tuple(
            calendar.ordinal(first_on + timedelta(days=number - 1)) - base for number in range(days)
        ),
    )
