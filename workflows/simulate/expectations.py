"""Expectations: does what a scenario says hold after a step, and does it say enough?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.play.scenario import filled
from workflows.simulate.checks import CHECKS, Unmet
from workflows.simulate.standing import Standing, standing_of
from workflows.status import sentence


@dataclass(frozen=True)
class Look:
    """How a scenario looked at a case: what did not hold, and what it did not say."""

    unmet: tuple[Unmet, ...]
    unsaid: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """True if the scenario said all that people wait for, and all of it held."""
        return not self.unmet and not self.unsaid


def look(
    session: Session,
    case_id: int,
    expect: Mapping[str, Any],
    *,
    now: datetime,
    names: Mapping[str, str],
    cases: Mapping[int, str],
) -> Look:
    """Compare `expect` with where a case stands at `now`.

    `names` is what `@name` stands for; `cases` the known cases' names by their ids.

    Unsaid is what should have been asserted: who has the work (`open`), when each open task is
    due and its light, and the sentence the company reads; of a case that ended, its `state`.
    """
    standing = standing_of(session, case_id, now, names, cases)
    problems: list[Unmet] = []
    for key, expected in expect.items():
        if key not in ("refused", "cases"):
            found = CHECKS[key](standing, filled(expected, names))
            problems += [replace(one, key=key) for one in found]
    return Look(unmet=tuple(problems), unsaid=tuple(_unsaid(standing, expect)))


def _unsaid(standing: Standing, expect: Mapping[str, Any]) -> Iterator[str]:
    if "open" not in expect:
        yield "open"
    timed = sorted({item.element for item in standing.items if item.due_at is not None})
    for key in ("due", "light"):
        yield from (f"{key} {element}" for element in timed if element not in expect.get(key, {}))
    if standing.case.state != "open":
        if "state" not in expect:
            yield "state"
    elif _is_read(standing) and "sentence" not in expect:
        yield "sentence"


def _is_read(standing: Standing) -> bool:
    """True if somebody reads a sentence: a company of its case, or what a diagram says anyway."""
    return standing.case.enterprise_id is not None or sentence(standing.items) != ""
