"""Entering a register: each good row becomes a case by acts that are done at the recorded times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.cases import Case
from models.queries.search import words
from models.receptions import Reception
from models.takeovers import TakenOver
from models.together import Together
from models.units import Unit
from models.work import WorkItem
from workflows.actions import cases
from workflows.city import City
from workflows.clock import play_until
from workflows.definitions.definition import Definition
from workflows.errors import DefinitionRefused, Place
from workflows.takeover.course import Course, course_of
from workflows.takeover.plan import FILE, Plan, parse
from workflows.takeover.playing import Play, Refused
from workflows.takeover.reading import Read, Reader
from workflows.takeover.sheet import Sheet, SheetRow
from workflows.takeover.words import Problem

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """What came of a row: `entered`, `known` (taken over before) or `bad`, and the case it is."""

    line: int
    own_number: str
    state: str
    problems: tuple[Problem, ...] = ()
    number: str = ""
    code: str = ""
    company: str = ""
    title: str = ""
    stage: str = ""
    open: tuple[tuple[str, str, datetime | None], ...] = ()
    """The open tasks: name, unit, due time."""


@dataclass(frozen=True, kw_only=True)
class TakeoverReport:
    """What came of a register; `problems` are those of its headings."""

    file: str
    kept: bool
    problems: tuple[Problem, ...] = ()
    rows: tuple[RowResult, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """True if nothing is wrong."""
        return not self.problems and all(row.state != "bad" for row in self.rows)

    def count(self, state: str) -> int:
        """Return how many rows are in a state."""
        return sum(row.state == state for row in self.rows)


def plan_of(city: City, process_key: str) -> tuple[Definition, Plan]:
    """Return the current version of a process and what it says of its register."""
    with city.database.reading() as session:
        definition = city.library.current(process_key, session)
    data = definition.bundle.files.get(FILE)
    if data is None:
        raise DefinitionRefused(
            place=Place(file=FILE, process=process_key),
            reason="the process says nothing of a register",
            advice=f"Add {FILE} to its bundle and deploy it.",
        )
    return definition, parse(data)


def take_over(
    city: City,
    process_key: str,
    sheet: Sheet,
    *,
    file: Path,
    now: datetime,
    keep: bool = True,
    progress: Progress | None = None,
) -> TakeoverReport:
    """Take a register in: each good row is entered whole, of a bad one nothing is.

    Rows that were taken over before (by the office's number) are left alone. With `keep` false
    everything is done and taken back again.
    """
    definition, plan = plan_of(city, process_key)
    headings = tuple(_headings(plan, sheet))
    if any(problem.kind == "no_column" for problem in headings):
        return TakeoverReport(file=file.name, kept=keep, problems=headings)
    database = Together(city.database)
    try:
        desk = _Desk(City(database), definition, plan, file.name, now)
        results = []
        for done, row in enumerate(sheet.rows, 1):
            results.append(desk.take(row, keep=keep))
            if progress is not None:
                progress(done, len(sheet.rows))
    finally:
        database.close()
    return TakeoverReport(file=file.name, kept=keep, problems=headings, rows=tuple(results))


def _headings(plan: Plan, sheet: Sheet) -> Sequence[Problem]:
    known = {column.name for column in plan.columns}
    missing = [
        Problem(line=1, column=column.name, kind="no_column")
        for column in plan.columns
        if column.name not in sheet.headings
        and (column.required or column.name in (plan.number, plan.stage, plan.submitted))
    ]
    unknown = [
        Problem(line=1, column=name, kind="unknown_column")
        for name in sheet.headings
        if name not in known
    ]
    return [*missing, *unknown]


class _Desk:
    """Takes row after row in."""

    def __init__(
        self, city: City, definition: Definition, plan: Plan, file: str, now: datetime
    ) -> None:
        self._city, self._definition, self._plan = city, definition, plan
        self._file, self._now = file, now
        self._seen: dict[str, int] = {}
        with city.database.reading() as session:
            self._reader = Reader(city, session, definition, plan, now)

    def take(self, row: SheetRow, *, keep: bool) -> RowResult:
        """Enter a row, or say what is wrong with it."""
        number = row.cells.get(self._plan.number, "")
        known = self._known(number)
        if known is not None:
            return RowResult(line=row.line, own_number=number, state="known", number=known)
        read = self._reader.read(row)
        course = course_of(self._plan, read, self._now)
        problems = [*read.problems, *self._twice(row, number)]
        told = {problem.column for problem in problems}
        problems += [one for one in course.problems if one.column not in told]
        if problems:
            return RowResult(
                line=row.line, own_number=number, state="bad", problems=tuple(problems)
            )
        try:
            return self._enter(read, course, keep=keep)
        except Refused as refused:
            return RowResult(
                line=row.line, own_number=number, state="bad", problems=refused.problems
            )

    def _twice(self, row: SheetRow, number: str) -> Sequence[Problem]:
        earlier = self._seen.setdefault(number, row.line) if number else row.line
        if earlier == row.line:
            return ()
        values = {"value": number, "line": str(earlier)}
        return [Problem(line=row.line, column=self._plan.number, kind="twice", values=values)]

    def _known(self, number: str) -> str | None:
        with self._city.database.reading() as session:
            return session.scalar(
                select(Case.number)
                .join(TakenOver, TakenOver.case_id == Case.id)
                .where(
                    TakenOver.process_id == self._definition.process_id,
                    TakenOver.own_number == number,
                )
            )

    def _enter(self, read: Read, course: Course, *, keep: bool) -> RowResult:
        play = Play(self._city, self._definition, self._plan, read)
        database = self._city.database
        assert isinstance(database, Together)
        with database.all_or_none(keep=keep):
            held = self._reopen(read)
            submitted = play.submit(course, course.submitted_at or self._now)
            for done in course.done:
                play.do(done)
            play_until(self._city, submitted.case_id, self._now)
            cases.let_go(self._city, submitted.case_id)
            with database.transaction() as session:
                self._note(session, submitted.case_id, read)
                session.execute(
                    update(Reception).where(Reception.id.in_(held)).values(state="held")
                )
            with database.reading() as session:
                return _result(session, read, submitted, self._definition, self._plan)

    def _reopen(self, read: Read) -> list[int]:
        """Let a session that was held be chosen once more, until the row is entered."""
        names = [column.name for column in self._plan.columns if column.kind == "session"]
        ids = [int(read.typed[name]) for name in names if name in read.typed]
        reopened = (
            update(Reception)
            .where(Reception.id.in_(ids), Reception.state == "held")
            .values(state="planned")
            .returning(Reception.id)
        )
        with self._city.database.transaction() as session:
            return list(session.scalars(reopened))

    def _note(self, session: Session, case_id: int, read: Read) -> None:
        """Keep the office's number with the case, where the search finds it too."""
        session.execute(
            insert(TakenOver).values(
                case_id=case_id,
                process_id=self._definition.process_id,
                own_number=read.number,
                file=self._file,
                line=read.line,
                taken_at=self._now,
            )
        )
        found = func.to_tsvector("simple", " ".join(words(read.number)))
        session.execute(
            update(Case).where(Case.id == case_id).values(search=Case.search.op("||")(found))
        )


def _result(
    session: Session, read: Read, submitted: cases.Submitted, definition: Definition, plan: Plan
) -> RowResult:
    case = session.get_one(Case, submitted.case_id)
    items = session.execute(
        select(WorkItem.name, func.coalesce(Unit.name, WorkItem.role), WorkItem.due_at)
        .outerjoin(Unit, Unit.id == WorkItem.unit_id)
        .where(WorkItem.case_id == case.id, WorkItem.state == "open")
        .order_by(WorkItem.opened_at, WorkItem.id)
    )
    stages = {stage.key: stage.title for stage in definition.bundle.stages}
    named = definition.bundle.case_columns.get("enterprise")
    company = [read.entered.get(one.name, "") for one in plan.columns if one.field == named]
    return RowResult(
        line=read.line,
        own_number=read.number,
        state="entered",
        number=submitted.number,
        code=submitted.code,
        company="".join(company),
        title=case.title,
        stage=stages.get(case.stage, case.stage),
        open=tuple((name, unit, due_at) for name, unit, due_at in items),
    )
