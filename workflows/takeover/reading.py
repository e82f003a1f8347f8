"""What the cells of a row mean: dates, units, sessions, choices; and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import Person, Position
from models.receptions import Reception
from models.units import Unit
from workflows.city import City
from workflows.definitions.definition import Definition
from workflows.definitions.fields import Option
from workflows.directory import UnitRow
from workflows.options import PLACES
from workflows.takeover.plan import Column, Plan, Stage
from workflows.takeover.sheet import SheetRow
from workflows.takeover.words import Problem
from workflows.worktime import ZONE, end_of

USUAL_TIME = time(10)
"""The time of day of what the register only gives a day for."""
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+(\d{1,2}):(\d\d)(?::\d\d)?)?"
)
_RETURN = re.compile(rf"({_DATE.pattern})\s+(\S+)\s+(.+)")


@dataclass(frozen=True, kw_only=True)
class Returned:
    """One return: when, by which unit (its key), why."""

    at: datetime
    unit: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """A row with its meaning: cells by heading (typed), and where the case stands."""

    line: int
    number: str
    stage: Stage | None
    stage_word: str
    typed: Mapping[str, Any]
    entered: Mapping[str, str]
    problems: tuple[Problem, ...]


class Reader:
    """Reads the rows of one register for one city."""

    def __init__(
        self, city: City, session: Session, definition: Definition, plan: Plan, now: datetime
    ) -> None:
        self._plan, self._now = plan, now
        self._units = [unit for unit in city.directory().all() if unit.active]
        self._fields = {
            one.key: one for one in definition.form(definition.bundle.start_form).fields
        }
        self._sessions = _sessions(session)
        self._handlers = _handlers(session)

    def read(self, row: SheetRow) -> Read:
        """Return what a row means, with all that is wrong with it."""
        problems: list[Problem] = []
        typed: dict[str, Any] = {}
        place = self._place(row)
        for column in self._plan.columns:
            cell = row.cells.get(column.name, "")
            if not cell:
                continue
            found = self._typed(column, cell, row, place, typed)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                typed[column.name] = found
        word = row.cells.get(self._plan.stage, "")
        stage = self._plan.standing(word)
        if word and stage is None:
            known = "、".join(one.words[0] for one in self._plan.stages)
            problems.append(_problem(row, self._plan.stage, "no_stage", value=word, known=known))
        problems += self._missing(row, word)
        return Read(
            line=row.line,
            number=row.cells.get(self._plan.number, ""),
            stage=stage,
            stage_word=word,
            typed=typed,
            entered=row.cells,
            problems=tuple(problems),
        )

    def _missing(self, row: SheetRow, word: str) -> Iterator[Problem]:
        for column in self._plan.columns:
            if column.required and not row.cells.get(column.name):
                yield _problem(row, column.name, "missing", stage=word)

    def _typed(
        self,
        column: Column,
        cell: str,
        row: SheetRow,
        place: UnitRow | None,
        typed: Mapping[str, Any],
    ) -> Any:
        if column.kind == "date":
            return self._moment(row, column.name, cell)
        if column.kind == "day":
            return moment_of(cell) or _problem(row, column.name, "no_date", value=cell)
        if column.kind in ("unit", "place"):
            unit = self._unit(cell, place, PLACES if column.kind == "place" else None)
            return unit.key if unit else self._no_unit(row, column.name, cell)
        if column.kind == "session":
            return self._session(row, column.name, cell, place)
        if column.kind == "person":
            return self._person(row, column, cell, typed)
        if column.kind == "returns":
            return self._returns(row, column.name, cell, place)
        if column.kind == "number":
            number = cell.removesuffix("次").strip()
            return (
                number
                if number.isdecimal()
                else _problem(row, column.name, "no_number", value=cell)
            )
        return self._chosen(row, column, cell)

    def _moment(self, row: SheetRow, column: str, cell: str) -> datetime | Problem:
        found = moment_of(cell)
        if found is None:
            return _problem(row, column, "no_date", value=cell)
        if found > self._now:
            same_day = found.astimezone(ZONE).date() == self._now.astimezone(ZONE).date()
            if not same_day or ":" in cell:
                return _problem(row, column, "future", value=cell)
            return self._now - timedelta(minutes=1)
        return found

    def _chosen(self, row: SheetRow, column: Column, cell: str) -> str | Problem:
        """Return a text, or the value of the option that the cell names."""
        if column.words:
            known: Sequence[Option] = [
                Option(value=value, label=word, label_en=word)
                for word, value in column.words.items()
            ]
        else:
            field = self._fields.get(column.field)
            known = field.options if field is not None else ()
        if not known:
            return cell
        for option in known:
            if cell in (option.value, option.label):
                return option.value
        labels = "、".join(option.label for option in known)
        return _problem(row, column.name, "no_option", value=cell, known=labels)

    def _place(self, row: SheetRow) -> UnitRow | None:
        column = next((one for one in self._plan.columns if one.kind == "place"), None)
        return self._unit(row.cells.get(column.name, ""), None, PLACES) if column else None

    def _unit(
        self, text: str, place: UnitRow | None, kinds: Sequence[str] | None
    ) -> UnitRow | None:
        """Find a unit by key or name; a county's own need not repeat the county's name."""
        near = place.name if place is not None and place.kind == "county" else ""
        wanted = {text, f"{near}{text}", f"市{text}"} if near else {text, f"市{text}"}
        found = [
            unit
            for unit in self._units
            if (kinds is None or unit.kind in kinds)
            and (unit.key == text or unit.name in wanted or unit.name.split("（")[0] in wanted)
        ]
        own = [unit for unit in found if place is not None and unit.county_id == place.id]
        return next(iter([*own, *found]), None)

    def _no_unit(self, row: SheetRow, column: str, cell: str) -> Problem:
        example = next((unit.name for unit in self._units if unit.kind == "department"), "")
        return _problem(row, column, "no_unit", value=cell, example=example)

    def _session(
        self, row: SheetRow, column: str, cell: str, place: UnitRow | None
    ) -> str | Problem:
        at = moment_of(cell)
        if at is None:
            return _problem(row, column, "no_date", value=cell)
        on = at.astimezone(ZONE).date()
        near = [place.id] if place is not None else []
        cities = [unit.id for unit in self._units if unit.kind == "city"]
        for unit_id in (*near, *cities):
            if (unit_id, on) in self._sessions:
                return str(self._sessions[unit_id, on])
        return _problem(row, column, "no_session", value=on.isoformat())

    def _person(
        self, row: SheetRow, column: Column, cell: str, typed: Mapping[str, Any]
    ) -> str | Problem:
        unit = next(
            (typed[c.name] for c in self._plan.columns if c.kind == "unit" and c.name in typed), ""
        )
        found = self._handlers.get((unit, cell))
        return found or _problem(row, column.name, "no_person", value=cell)

    def _returns(
        self, row: SheetRow, column: str, cell: str, place: UnitRow | None
    ) -> list[Returned] | Problem:
        found = []
        for entry in re.split(r"[;；\n]+", cell):
            if not entry.strip():
                continue
            match = _RETURN.fullmatch(entry.strip())
            if match is None:
                return _problem(row, column, "returns", value=entry.strip())
            at = self._moment(row, column, match[1])
            if isinstance(at, Problem):
                return at
            unit = self._unit(match[7], place, None)
            if unit is None:
                return self._no_unit(row, column, match[7])
            found.append(Returned(at=at, unit=unit.key, reason=match[8]))
        return found


def moment_of(text: str) -> datetime | None:
    """Return the time (UTC) that a cell names, at 10:00 where it is a day; None if it is none."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute = match.groups()
    try:
        at = time(int(hour), int(minute)) if hour else USUAL_TIME
        return end_of(date(int(year), int(month), int(day)), at)
    except ValueError:
        return None


def _problem(row: SheetRow, column: str, kind: str, **values: str) -> Problem:
    return Problem(line=row.line, column=column, kind=kind, values=values)


def _sessions(session: Session) -> dict[tuple[int, date], int]:
    rows = session.execute(
        select(Reception.place_id, Reception.held_on, Reception.id).where(
            Reception.state != "cancelled"
        )
    )
    return {(place, on): key for place, on, key in rows}


def _handlers(session: Session) -> dict[tuple[str, str], str]:
    rows = session.execute(
        select(Unit.key, Person.name, Person.login)
        .join(Position, Position.unit_id == Unit.id)
        .join(Person, Person.id == Position.person_id)
        .where(Position.role == "handler", Person.active)
    )
    return {(unit, name): login for unit, name, login in rows}
