"""What holds right after an act, as the expectations of a scenario say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.work import WorkItem
from workflows.play.known import OWN
from workflows.simulate.standing import Standing, day, holder, light, standing_of
from workflows.status import sentence

DAYS = ("due", "warn", "timers")
"""Expectations whose values are days."""


def expectations(
    session: Session,
    cases: Mapping[str, int],
    *,
    case: str,
    now: datetime,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Return all that people wait for at `now`, as JSON: of one case, and of the others beside.

    Who has which task, when it is due and its light, and the sentence that the company reads; of
    a case that has ended its state and result. `cases` are ids by name, `names` what `@name` is.
    """
    ids = {real: name for name, real in cases.items()}
    found = {
        name: _of(standing_of(session, case_id, now, names, ids)) for name, case_id in cases.items()
    }
    own = found.pop(case if case in found else OWN, {})
    return {**own, **({"cases": found} if found else {})}


def _of(standing: Standing) -> dict[str, Any]:
    timed = [item for item in standing.items if item.due_at is not None]
    found: dict[str, Any] = {
        "open": _per_element(standing.items, lambda item: holder(standing, item)),
        "due": _per_element(timed, lambda item: _written(day(item.due_at))),
        "light": _per_element(timed, lambda item: light(standing, item)),
    }
    if not timed:
        del found["due"], found["light"]
    if standing.case.state != "open":
        found["state"] = standing.case.state
        if standing.case.result:
            found["result"] = standing.case.result
        return found
    said = sentence(standing.items)
    if said or standing.case.enterprise_id is not None:
        found["sentence"] = said
    return found


def _per_element(items: Any, read: Callable[[WorkItem], Any]) -> dict[str, Any]:
    """Return one value an element, or a list where it is open several times."""
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(item.element, []).append(read(item))
    return {
        element: values[0] if len(values) == 1 else sorted(values)
        for element, values in sorted(found.items())
    }


def _written(on: date | None) -> str:
    return on.isoformat() if on is not None else ""
