"""Expectations: what must hold after a step, read from the tables as any page would read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case, CaseCount, TimelineEntry
from models.receptions import AgendaItem
from models.scores import Score
from models.units import Unit
from models.work import Deadline, WorkItem
from workflows.lights import colour
from workflows.play.scenario import filled
from workflows.status import sentence
from workflows.worktime import local_day


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """An expectation that did not hold; both sides as plain words."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True)
class Standing:
    """Where a case stands at a time, as far as expectations ask."""

    session: Session
    case: Case
    items: tuple[WorkItem, ...]
    units: Mapping[int, str]
    now: datetime
    sessions: Mapping[str, str]


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
    sessions: Mapping[str, str],
) -> Look:
    """Compare `expect` with where a case stands at `now`.

    Unsaid is what should have been asserted: who has the work (`open`), when each open task is
    due and its light, and the sentence the company reads; of a case that ended, its `state`.
    """
    standing = _standing(session, case_id, now, sessions)
    problems: list[Unmet] = []
    for key, expected in expect.items():
        if key != "refused":
            problems += CHECKS[key](standing, filled(expected, sessions))
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


def _standing(
    session: Session, case_id: int, now: datetime, sessions: Mapping[str, str]
) -> Standing:
    items = session.scalars(
        select(WorkItem)
        .where(WorkItem.case_id == case_id, WorkItem.state == "open")
        .order_by(WorkItem.opened_at, WorkItem.id)
    )
    return Standing(
        session=session,
        case=session.get_one(Case, case_id),
        items=tuple(items),
        units=dict(session.execute(select(Unit.id, Unit.key)).all()),
        now=now,
        sessions=sessions,
    )


# ----------------------------------------------------------------------- open work


def _holder(standing: Standing, item: WorkItem) -> str:
    if item.unit_id is None:
        return item.role
    return f"{item.role}@{standing.units[item.unit_id]}"


def _open(standing: Standing, expected: Mapping[str, Any]) -> Iterator[Unmet]:
    found: dict[str, list[str]] = {}
    for item in standing.items:
        found.setdefault(item.element, []).append(_holder(standing, item))
    for element in sorted(found.keys() | expected.keys()):
        wanted = _as_list(expected.get(element, []))
        if sorted(wanted) != sorted(found.get(element, [])):
            yield Unmet(
                what=f"open {element}",
                expected=_words(wanted) or "not open",
                found=_words(found.get(element, [])) or "not open",
            )


def _per_task(name: str, read: Callable[[Standing, WorkItem], Any]) -> Any:
    """Return the check of something that each open task of an element has."""

    def check(standing: Standing, expected: Mapping[str, Any]) -> Iterator[Unmet]:
        for element, wanted in expected.items():
            found = [read(standing, item) for item in standing.items if item.element == element]
            if not found or not _same(wanted, found):
                yield Unmet(
                    what=f"{name} {element}",
                    expected=_words(_as_list(wanted)),
                    found=_words(found) or "not open",
                )

    return check


def _same(wanted: Any, found: list[Any]) -> bool:
    if isinstance(wanted, list):
        return sorted(map(str, wanted)) == sorted(map(str, found))
    return all(one == wanted for one in found)


def _day(moment: datetime | None) -> date | None:
    return local_day(moment) if moment else None


def _light(standing: Standing, item: WorkItem) -> str | None:
    if item.due_at is None:
        return None
    return colour(item.due_at, item.warn_at, item.paused_at, standing.now)


# ------------------------------------------------------------------------ the case


def _value(name: str, read: Callable[[Standing], Any]) -> Any:
    """Return the check of a single value."""

    def check(standing: Standing, expected: Any) -> Iterator[Unmet]:
        found = read(standing)
        if found != expected:
            yield Unmet(what=name, expected=_word(expected), found=_word(found))

    return check


def _lead(standing: Standing) -> str:
    lead = standing.case.lead_unit_id
    return standing.units[lead] if lead is not None else ""


def _counts(standing: Standing, expected: Mapping[str, int]) -> Iterator[Unmet]:
    rows = standing.session.execute(
        select(CaseCount.what, CaseCount.count).where(CaseCount.case_id == standing.case.id)
    )
    found = dict(rows.all())
    for what, count in expected.items():
        if found.get(what, 0) != count:
            yield Unmet(what=f"count of {what}", expected=str(count), found=str(found.get(what, 0)))


def _scores(standing: Standing, expected: list[Mapping[str, Any]]) -> Iterator[Unmet]:
    rows = standing.session.scalars(
        select(Score).where(Score.case_id == standing.case.id).order_by(Score.round)
    ).all()
    if len(rows) != len(expected):
        yield Unmet(what="rounds of scores", expected=str(len(expected)), found=str(len(rows)))
        return
    for row, wanted in zip(rows, expected, strict=True):
        for key, value in wanted.items():
            if getattr(row, key) != value:
                yield Unmet(
                    what=f"score {row.round} {key}",
                    expected=_word(value),
                    found=_word(getattr(row, key)),
                )


def _agenda(standing: Standing, expected: Mapping[str, Any]) -> Iterator[Unmet]:
    row = standing.session.scalar(
        select(AgendaItem)
        .where(AgendaItem.case_id == standing.case.id)
        .order_by(AgendaItem.id.desc())
        .limit(1)
    )
    names = {real: f"@{name}" for name, real in standing.sessions.items()}
    found = {"session": str(row.reception_id), "slot": row.slot} if row else {}
    for key, value in expected.items():
        if found.get(key) != value:
            shown = found.get(key)
            yield Unmet(
                what=f"agenda {key}",
                expected=names.get(str(value), _word(value)),
                found=names.get(str(shown), _word(shown)),
            )


def _timers(standing: Standing, expected: Mapping[str, date]) -> Iterator[Unmet]:
    rows = standing.session.execute(
        select(Deadline.element, Deadline.due_at).where(
            Deadline.case_id == standing.case.id,
            Deadline.kind == "timer",
            Deadline.ended_at.is_(None),
        )
    )
    found: dict[str, list[date]] = {}
    for element, due_at in rows:
        found.setdefault(element, []).append(local_day(due_at))
    for element, wanted in expected.items():
        days = found.get(element, [])
        if not days or not _same(wanted, days):
            yield Unmet(
                what=f"timer {element}",
                expected=_words(_as_list(wanted)),
                found=_words(days) or "not running",
            )


def _public(standing: Standing) -> list[str]:
    rows = standing.session.scalars(
        select(TimelineEntry.values)
        .where(
            TimelineEntry.case_id == standing.case.id,
            TimelineEntry.kind == "task_completed",
            TimelineEntry.public,
        )
        .order_by(TimelineEntry.id)
    )
    return [values["name"] for values in rows]


CHECKS: Mapping[str, Callable[[Standing, Any], Iterator[Unmet]]] = {
    "open": _open,
    "due": _per_task("due", lambda _, item: _day(item.due_at)),
    "warn": _per_task("warning", lambda _, item: _day(item.warn_at)),
    "light": _per_task("light", _light),
    "sentence": _value("sentence", lambda standing: sentence(standing.items)),
    "stage": _value("stage", lambda standing: standing.case.stage),
    "state": _value("state", lambda standing: standing.case.state),
    "result": _value("result", lambda standing: standing.case.result),
    "lead": _value("lead unit", _lead),
    "public": _value("public timeline", _public),
    "counts": _counts,
    "scores": _scores,
    "agenda": _agenda,
    "timers": _timers,
}


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _word(value: Any) -> str:
    if value is None or value == "":
        return "none"
    return _words(value) if isinstance(value, list) else str(value)


def _words(values: list[Any]) -> str:
    return ", ".join(_word(value) for value in values)
