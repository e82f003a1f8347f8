"""From a row to what was done: the acts of its stage with their times and entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from workflows.takeover.plan import Act, Plan
from workflows.takeover.reading import Read, Returned, moment_of
from workflows.takeover.words import Problem
from workflows.worktime import local_day

_A_MOMENT = timedelta(minutes=1)
EACH = "$each."


@dataclass(frozen=True, kw_only=True)
class Done:
    """One thing that was done to a case, as the register tells it."""

    at: datetime
    do: tuple[str, ...]
    action: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    """Which column fills a field of the form."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """A row as a case: when and with what it was submitted, what was done, what is wrong."""

    submitted_at: datetime | None
    values: Mapping[str, Any]
    done: tuple[Done, ...]
    problems: tuple[Problem, ...]


def course_of(plan: Plan, row: Read, now: datetime) -> Course:
    """Return what was done to the case of a row; `problems` say what cannot be told."""
    telling = _Telling(plan, row, now)
    submitted = row.typed.get(plan.submitted)
    telling.last = submitted if isinstance(submitted, datetime) else None
    telling.last_cell = row.entered.get(plan.submitted, "")
    done: list[Done] = []
    for act in plan.course(row.stage) if row.stage else ():
        done += telling.told(act)
    values = {
        column.field: _entry(row.typed[column.name])
        for column in plan.columns
        if column.field and column.name in row.typed
    }
    return Course(
        submitted_at=submitted if isinstance(submitted, datetime) else None,
        values=values,
        done=tuple(done),
        problems=tuple(telling.problems),
    )


class _Telling:
    """Goes through the acts of one row and keeps the time of the last one."""

    def __init__(self, plan: Plan, row: Read, now: datetime) -> None:
        self._plan, self._row, self._now = plan, row, now
        self.last: datetime | None = None
        self.last_cell = ""
        self.problems: list[Problem] = []

    def told(self, act: Act, entry: Returned | None = None) -> Iterator[Done]:
        """Yield what an act of the plan means for this row."""
        entered = self._row.entered
        if (act.when and not entered.get(act.when)) or (act.unless and entered.get(act.unless)):
            return
        if act.each:
            for one in self._row.typed.get(act.each, ()):
                for inner in act.acts:
                    yield from self.told(inner, one)
            return
        yield Done(
            at=self._when(act, entry),
            do=act.do,
            action=act.action,
            reason=str(self._filled(act.reason, entry)) if act.reason else "",
            values=self._filled(act.values, entry),
            optional=act.optional,
            columns={
                key: value[1:].partition("|")[0].removesuffix("!")
                for key, value in act.values.items()
                if isinstance(value, str) and value.startswith("$")
            },
        )

    def _when(self, act: Act, entry: Returned | None) -> datetime:
        """Return the act's time, at the earliest a minute after the one before."""
        told, column, cell = self._told_time(act, entry)
        before = self.last
        if told is None:
            if column:
                self._note(column, "missing", stage=self._row.stage_word)
            told = (before or self._now) + _A_MOMENT
        elif before is not None and told <= before:
            if local_day(told) < local_day(before):
                self._note(column, "order", value=cell, before=local_day(before).isoformat())
            told = before + _A_MOMENT
        if told > self._now:
            if local_day(told) > local_day(self._now):
                self._note(column, "future", value=cell)
            told = self._now
        self.last, self.last_cell = told, cell
        return told

    def _told_time(self, act: Act, entry: Returned | None) -> tuple[datetime | None, str, str]:
        if not act.on and entry is None:
            return self.last, "", ""
        if entry is not None and not act.on:
            return entry.at, act.each, local_day(entry.at).isoformat()
        for column in act.on:
            cell = self._row.entered.get(column, "")
            if cell:
                return moment_of(cell), column, cell
        return None, act.on[0] if act.on else "", ""

    def _filled(self, value: Any, entry: Returned | None) -> Any:
        """Replace `$column` by the row's cell, `$each.unit` by the entry's; drop what is empty."""
        if isinstance(value, Mapping):
            filled = {key: self._filled(one, entry) for key, one in value.items()}
            return {key: one for key, one in filled.items() if one not in (None, "")}
        if isinstance(value, list):
            return [self._filled(one, entry) for one in value]
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        if value.startswith(EACH) and entry is not None:
            return getattr(entry, value.removeprefix(EACH))
        return self._cell(value[1:])

    def _cell(self, name: str) -> Any:
        """Return a cell; `name!` must be filled, `name|text` is the text where it is empty."""
        name, _, usual = name.partition("|")
        needed = name.endswith("!")
        name = name.removesuffix("!")
        if name in self._row.typed:
            return _entry(self._row.typed[name])
        if needed and not self._row.entered.get(name):
            self._note(name, "missing", stage=self._row.stage_word)
        return usual or None

    def _note(self, column: str, kind: str, **values: str) -> None:
        problem = Problem(line=self._row.line, column=column, kind=kind, values=values)
        if problem not in self.problems:
            self.problems.append(problem)


def _entry(value: Any) -> Any:
    """Return a typed cell as a form takes it."""
    return local_day(value) if isinstance(value, datetime) else value
