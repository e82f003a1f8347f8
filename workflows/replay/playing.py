"""Playing a recorded year: each case is submitted and each act is done, as if in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, insert, or_, select, update

from models.cases import Case, Step
from models.enterprises import Enterprise
from models.people import Person
from models.receptions import Reception
from models.units import Unit
from workflows.actions import deliveries
from workflows.actions.cases import let_go
from workflows.actor import SYSTEM, Actor
from workflows.city import City
from workflows.errors import Busy, InvalidEntries, ThroughTrainError
from workflows.play.cast import Cast, UnknownRole, actor_of
from workflows.play.player import CannotPlay, Player
from workflows.play.scenario import Moment, PlannedSession, Scenario, ScenarioStep
from workflows.replay.moments import Almanac
from workflows.replay.rows import ActRow, CaseRow, Year
from workflows.replay.words import Words, people, sessions_by_name, sessions_by_place
from workflows.worktime import Calendar, end_of, local_day

Progress = Callable[[int, int], None]
"""Told after each case: how many are done, of how many."""

PROBLEMS = (ThroughTrainError, CannotPlay, UnknownRole)
"""What an act may be refused with; anything else is a fault of ours."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """An act that could not be done: the case, the line of `acts.csv` (0: the start), why."""

    case: str
    line: int
    what: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a year: cases finished by this call, acts done, acts refused."""

    cases: int
    acts: int
    refused: tuple[Refused, ...]


def hold_sessions(city: City, planned: Iterable[PlannedSession]) -> None:
    """Write the sessions of a recorded year; afterwards `close_sessions` tells that they were."""
    with city.database.transaction() as session:
        units = dict(session.execute(select(Unit.key, Unit.id)).all())
        rows = [
            {
                "place_id": units[one.place],
                "title": one.title,
                "held_on": one.held_on,
                "slots": one.slots,
                "leader": one.leader,
            }
            for one in planned
        ]
        if rows:
            session.execute(insert(Reception), rows)


def close_sessions(city: City, now: datetime) -> None:
    """Mark the sessions before today as held."""
    with city.database.transaction() as session:
        session.execute(
            update(Reception)
            .where(Reception.state == "planned", Reception.held_on < local_day(now))
            .values(state="held")
        )


def play(
    city: City,
    year: Year,
    *,
    now: datetime,
    laid_at: datetime | None = None,
    progress: Progress | None = None,
) -> Played:
    """Play what is missing of a year, case by case in the order of submission, up to `now`.

    `laid_at` is the day that the year calls today, where it is another one than `now`.

    Cases are known by company and title: one that was cut off goes on after its last act, and
    finished ones are left alone. Each stays out of the real clock's reach while it is played.
    An act that is refused ends its case, which stands where it is, and is told.
    """
    stage = _Stage(city, year, now, laid_at or now)
    directed = sorted(
        (stage.directed(row) for row in year.cases), key=lambda one: (one.moments[0], one.row.line)
    )
    refused: list[Refused] = []
    cases = acts = 0
    for done, case in enumerate(directed, 1):
        count, problem = stage.play(case)
        acts += count
        cases += count > 0
        refused += [problem] if problem else []
        if progress is not None:
            progress(done, len(directed))
    return Played(cases=cases, acts=acts, refused=tuple(refused))


@dataclass(frozen=True, kw_only=True)
class Directed:
    """A case with the times of its acts; the first moment is its submission."""

    row: CaseRow
    acts: tuple[ActRow, ...]
    moments: tuple[datetime, ...]
    session: tuple[date, int] | None


class _Replayer(Player):
    """A player that asks less: acts have times and no names, and most cases tell others nothing."""

    @property
    def names(self) -> Mapping[str, str]:
        """Nothing: the rows' own words are filled in before."""
        return {}

    def meet_all(self) -> None:
        """Learn of the cases that this one has opened before."""
        if self.known.ids:
            self._read(self.known.meet)

    def _meet(self) -> None:
        if deliveries.play(self.city, self.known.ids.values()):
            self._read(self.known.meet)

    def _calendar(self, case: str) -> Calendar:
        return self.city.calendar(None)


class _Stage:
    """What the cases of a year have in common while they are played."""

    def __init__(self, city: City, year: Year, now: datetime, laid_at: datetime) -> None:
        self._city, self._year, self._now = city, year, now
        self._cast = Cast(city)
        with city.database.reading() as session:
            self._sessions = sessions_by_name(session, year)
            self._almanac = Almanac(
                now=laid_at, calendar=city.calendar(None), sessions=sessions_by_place(session)
            )
            self._words = Words(city.calendar(None), people(session))
            self._columns = city.library.current(year.process, session).bundle.case_columns

    def directed(self, row: CaseRow) -> Directed:
        """Return a case with the times of its acts."""
        held = self._session_of(row)
        acts = tuple(self._year.acts_by_case.get(row.case, ()))
        written = [row.at, *(act.at for act in acts)]
        moments = self._almanac.moments(written, held[0] if held else None)
        return Directed(row=row, acts=acts, moments=tuple(moments), session=held)

    def play(self, case: Directed) -> tuple[int, Refused | None]:
        """Play what is missing of a case; return how many acts that was, and what was refused."""
        case_id, held, done = self._begun(case)
        if case_id is not None and not held:
            return 0, None
        steps = [self._start(case), *(self._step(case, number) for number in range(len(case.acts)))]
        scenario = Scenario(
            name=f"{self._year.name} {case.row.case}",
            title=case.row.case,
            start=steps[0],
            steps=tuple(steps[1:]),
        )
        player = _Replayer(
            self._city,
            self._year.process,
            scenario,
            self._cast,
            sessions={},
            company=self._company(case.row),
        )
        player.case_id = case_id
        player.meet_all()
        count, problem = 0, None
        for step in steps[done:]:
            try:
                _patiently(player, step)
            except PROBLEMS as error:
                line = case.acts[step.number - 1].line if step.number else 0
                problem = Refused(
                    case=case.row.case, line=line, what=step.what, reason=_words(error)
                )
                break
            count += 1
        if player.case_id is not None:
            player.move_to(ScenarioStep(number=0, when=Moment(at=max(self._now, player.now))))
            let_go(self._city, player.case_id)
        return count, problem

    def _session_of(self, row: CaseRow) -> tuple[date, int] | None:
        if not row.session:
            return None
        if row.session in self._sessions:
            return self._sessions[row.session]
        return self._almanac.session(row.values["place"], int(row.session))

    def _start(self, case: Directed) -> ScenarioStep:
        return ScenarioStep(
            number=0,
            when=Moment(at=case.moments[0]),
            by=case.row.by,
            values=case.row.values,
            channel=case.row.channel,
        )

    def _step(self, case: Directed, number: int) -> ScenarioStep:
        act, at = case.acts[number], case.moments[number + 1]
        return ScenarioStep(
            number=number + 1,
            when=Moment(at=at),
            by=act.by,
            case=act.of,
            do="" if act.action else act.do,
            action=act.action,
            task=act.do if act.action else "",
            reason=act.reason,
            values=self._words.filled(act.values, case.session, at),
        )

    def _company(self, row: CaseRow) -> Actor | None:
        """Return the account of the case's company; None: it comes without one."""
        code = row.values.get(self._columns.get("credit_code", ""))
        with self._city.database.reading() as session:
            found = session.scalar(
                select(Person.id)
                .join(Enterprise, Enterprise.id == Person.enterprise_id)
                .where(Enterprise.credit_code == code)
                .order_by(Person.id)
                .limit(1)
            )
            if found is not None:
                return actor_of(session, found)
        return Actor(name=row.values.get(self._columns.get("contact", ""), "经办人"))

    def _begun(self, case: Directed) -> tuple[int | None, bool, int]:
        """Return a case that was begun: its id, whether it is held, how many acts were done."""
        code = case.row.values.get(self._columns["credit_code"])
        title = case.row.values.get(self._columns["title"], "")
        with self._city.database.reading() as session:
            row = session.execute(
                select(Case.id, Case.held)
                .join(Enterprise, Enterprise.id == Case.enterprise_id)
                .where(
                    Enterprise.credit_code == code,
                    Case.title == title,
                    Case.submitted_at == case.moments[0],
                )
                .limit(1)
            ).one_or_none()
            if row is None:
                return None, False, 0
            parts = select(Case.id).where(Case.parent_id == row.id)
            steps = session.scalar(
                select(func.count()).where(
                    or_(
                        Step.case_id == row.id,
                        and_(Step.case_id.in_(parts), Step.kind != "start"),
                    ),
                    Step.kind != "wake",
                    Step.actor != SYSTEM.name,
                )
            )
        return row.id, row.held, steps or 0


def _patiently(player: Player, step: ScenarioStep) -> None:
    """Do a step, again where somebody else just held what it needs."""
    player.move_to(step)
    for last in (False, False, True):
        try:
            player.do(step)
        except Busy:
            if last:
                raise
        else:
            return


def _words(error: Exception) -> str:
    """Return what a refusal says, with the fields that it is about."""
    if isinstance(error, InvalidEntries):
        fields = "; ".join(f"{key}: {message}" for key, message in error.errors.items())
        return f"{error} ({fields})"
    return str(error)


def last_moment(year: Year, now: datetime) -> datetime:
    """Return up to when a year is played: the end of its last day, or now."""
    return end_of(year.until) if year.until else now
