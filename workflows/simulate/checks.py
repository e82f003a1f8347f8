"""Checks: one for each thing that a scenario may expect of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from models.cases import CaseCount, CaseLink, TimelineEntry
from models.letters import Letter
from models.receptions import AgendaItem
from models.scores import Score
from models.work import Deadline, Wait, WorkItem
from workflows.simulate.standing import Standing, day, holder, light
from workflows.status import sentence
from workflows.worktime import local_day


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """An expectation that did not hold; both sides as plain words."""

    what: str
    expected: str
    found: str
    element: str = ""
    """The element of the diagram that it is about, where it is about one."""
    key: str = ""
    """Under which word of `expect` it stands; of one with several rows the row is `row`."""
    row: str = ""
    true: tuple[Any, ...] | None = None
    """What would hold there (nothing: the row goes), None where that cannot be written down."""


# ----------------------------------------------------------------------- open work


def _open(standing: Standing, expected: Mapping[str, Any]) -> Iterator[Unmet]:
    found: dict[str, list[str]] = {}
    for item in standing.items:
        found.setdefault(item.element, []).append(holder(standing, item))
    for element in sorted(found.keys() | expected.keys()):
        wanted = _as_list(expected.get(element, []))
        if sorted(wanted) != sorted(found.get(element, [])):
            yield Unmet(
                element=element,
                row=element,
                true=tuple(found.get(element, [])),
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
                    element=element,
                    row=element,
                    true=tuple(one for one in found if one is not None),
                    what=f"{name} {element}",
                    expected=_words(_as_list(wanted)),
                    found=_words(found) or "not open",
                )

    return check


def _same(wanted: Any, found: list[Any]) -> bool:
    if isinstance(wanted, list):
        return sorted(map(str, wanted)) == sorted(map(str, found))
    return all(one == wanted for one in found)


# ------------------------------------------------------------------------ the case


def _value(name: str, read: Callable[[Standing], Any]) -> Any:
    """Return the check of a single value."""

    def check(standing: Standing, expected: Any) -> Iterator[Unmet]:
        found = read(standing)
        if found != expected:
            true = tuple(found) if isinstance(found, list) else (found,)
            said = None if found is None else true
            yield Unmet(what=name, expected=_word(expected), found=_word(found), true=said)

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
            true = found.get(what, 0)
            yield Unmet(
                what=f"count of {what}",
                row=what,
                true=(true,),
                expected=str(count),
                found=str(true),
            )


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
    names = {real: f"@{name}" for name, real in standing.names.items()}
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
                element=element,
                row=element,
                true=tuple(days),
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


def _links(standing: Standing, expected: Mapping[str, Any]) -> Iterator[Unmet]:
    own = standing.case.id
    rows = standing.session.execute(
        select(CaseLink.case_id, CaseLink.other_id, CaseLink.kind).where(
            or_(CaseLink.case_id == own, CaseLink.other_id == own), CaseLink.ended_at.is_(None)
        )
    )
    found: dict[str, list[str]] = {}
    for one, other, kind in rows:
        name = standing.cases.get(other if one == own else one, "an unknown case")
        found.setdefault(kind, []).append(name)
    for kind in sorted(found.keys() | expected.keys()):
        wanted = _as_list(expected.get(kind, []))
        if sorted(wanted) != sorted(found.get(kind, [])):
            yield Unmet(
                what=f"links {kind}",
                row=kind,
                true=tuple(found.get(kind, [])),
                expected=_words(wanted) or "none",
                found=_words(found.get(kind, [])) or "none",
            )


def _letters(standing: Standing) -> list[str]:
    rows = select(Letter.name).where(Letter.case_id == standing.case.id).order_by(Letter.id)
    return list(standing.session.scalars(rows))


def _waits(standing: Standing, expected: list[str]) -> Iterator[Unmet]:
    rows = standing.session.scalars(
        select(Wait.element).where(
            Wait.case_id == standing.case.id, Wait.ended_at.is_(None), Wait.roles != ""
        )
    )
    found = sorted(rows)
    if found != sorted(expected):
        yield Unmet(
            what="waits",
            true=tuple(found),
            expected=_words(sorted(expected)),
            found=_words(found),
        )


CHECKS: Mapping[str, Callable[[Standing, Any], Iterator[Unmet]]] = {
    "open": _open,
    "due": _per_task("due", lambda _, item: day(item.due_at)),
    "warn": _per_task("warning", lambda _, item: day(item.warn_at)),
    "light": _per_task("light", light),
    "sentence": _value("sentence", lambda standing: sentence(standing.items)),
    "stage": _value("stage", lambda standing: standing.case.stage),
    "state": _value("state", lambda standing: standing.case.state),
    "result": _value("result", lambda standing: standing.case.result),
    "lead": _value("lead unit", _lead),
    "public": _value("public timeline", _public),
    "letters": _value("letters", _letters),
    "links": _links,
    "waits": _waits,
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
