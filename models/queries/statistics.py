"""Statistics: what became of the cases of a period and of those received at its sessions.

A case counts in the period in which it was submitted, and at the table in that of its session. A
case that was split counts once, its parts not at all: it is solved and confirmed when all of them
are. Closed, solved by the department's word and confirmed by the company are told apart.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.cases import Case
from models.queries.visibility import Scope, visible_cases
from models.receptions import Decision, Reception
from models.replays import ReplayedFigures
from models.scores import Reply, Score
from models.units import Unit

Step = Literal["month", "quarter", "year"]
ZONE = "Asia/Shanghai"
PART = "part"
SOLVED = "solved"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The counts of one period, or of one place in it.

    `sessions` is how often a place received; where several did, the most of any one, because they
    receive on the same day. `receptions` counts each place's. `solved` is the department's word,
    `confirmed` the company's.
    """

    sessions: int = 0
    receptions: int = 0
    companies: int = 0
    cases: int = 0
    on_site_companies: int = 0
    on_site_cases: int = 0
    closed: int = 0
    closed_on_site: int = 0
    solved: int = 0
    solved_on_site: int = 0
    confirmed: int = 0
    scored: int = 0
    refused: int = 0

    def as_json(self) -> dict[str, int]:
        """Return all counts by name."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is counted: days (both included), one place, one process, as far as may be seen.

    The place is the city or a county with its towns. `today` ends what counts as held.
    """

    scope: Scope
    today: date
    first_on: date | None = None
    last_on: date | None = None
    place_id: int | None = None
    process_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The figures of a time as a whole, by step of time (its first day) and by place (unit id)."""

    whole: Figures
    by_step: dict[date, Figures]
    by_place: dict[int, Figures]


def statistics(session: Session, wanted: Filter, step: Step = "month") -> Statistics:
    """Count in two statements: the cases, and the sessions that were held."""
    received = _sessions(session, wanted, step)
    whole, by_step, by_place = Figures(), {}, {}
    for row in session.execute(_cases(wanted, step)).mappings():
        fields = dict(row)
        started_on, place_id, level = (fields.pop(key) for key in ("started_on", "place", "level"))
        held = received.of(started_on, place_id)
        found = Figures(sessions=held.sessions, receptions=held.receptions, **fields)
        if level == _WHOLE:
            whole = found
        elif level == _BY_STEP:
            by_step[started_on] = found
        else:
            by_place[place_id] = found
    for started_on in received.steps() - by_step.keys():
        by_step[started_on] = received.of(started_on, None)
    for place_id in received.places() - by_place.keys():
        by_place[place_id] = received.of(None, place_id)
    return Statistics(whole=whole, by_step=dict(sorted(by_step.items())), by_place=by_place)


_WHOLE, _BY_STEP = 3, 1
"""What `grouping(step, place)` says of a row: both are summed up, or only the place is."""


def _cases(wanted: Filter, step: Step) -> Any:
    row = _counted(wanted, step).c
    submitted, received = row.what == "submitted", row.what == "received"
    return select(
        row.started_on,
        row.place,
        func.grouping(row.started_on, row.place).label("level"),
        func.count(row.enterprise_id.distinct()).filter(submitted).label("companies"),
        func.count().filter(submitted).label("cases"),
        func.count(row.enterprise_id.distinct()).filter(received).label("on_site_companies"),
        func.count().filter(received).label("on_site_cases"),
        func.count().filter(submitted, row.closed).label("closed"),
        func.count().filter(received, row.closed).label("closed_on_site"),
        func.count().filter(submitted, row.solved).label("solved"),
        func.count().filter(received, row.solved).label("solved_on_site"),
        func.count().filter(submitted, row.confirmed).label("confirmed"),
        func.count().filter(submitted, row.scored).label("scored"),
        func.count().filter(submitted, row.refused).label("refused"),
    ).group_by(func.grouping_sets(tuple_(row.started_on), tuple_(row.place), text("()")))


def _counted(wanted: Filter, step: Step) -> CTE:
    """A row for each case submitted in the time and for each received at a session in it."""
    on_day = cast(func.timezone(ZONE, Case.submitted_at), Date)
    table = _received(wanted)
    about = (_county().label("place"), Case.enterprise_id, *_became())
    submitted = select(
        literal("submitted").label("what"), _start(step, on_day).label("started_on"), *about
    ).where(Case.origin != PART, *_within(on_day, wanted), *_seen(wanted))
    received = (
        select(literal("received"), _start(step, table.c.held_on), *about)
        .join(table, table.c.case_id == Case.id)
        .where(*_seen(wanted))
    )
    return union_all(submitted, received).cte("counted")


def _county() -> ColumnElement[int]:
    """The place that a case counts for: a town's cases are its county's."""
    county = func.coalesce(Unit.county_id, Unit.id)
    return select(county).where(Unit.id == Case.place_id).correlate(Case).scalar_subquery()


def _start(step: Step, day: Any) -> ColumnElement[date]:
    return cast(func.date_trunc(step, day), Date)


def _received(wanted: Filter) -> CTE:
    """The cases that were at the table in the time; a part stands for what it is a part of."""
    stands_for = case((Case.origin == PART, func.coalesce(Case.parent_id, Case.id)), else_=Case.id)
    return (
        select(stands_for.label("case_id"), func.min(Reception.held_on).label("held_on"))
        .select_from(Decision)
        .join(Reception, Reception.id == Decision.reception_id)
        .join(Case, Case.id == Decision.case_id)
        .where(*_held(wanted))
        .group_by(stands_for)
        .cte("received")
    )


def _became() -> tuple[ColumnElement[bool], ...]:
    """What became of a case: closed, solved, confirmed, scored, refused."""
    return (
        (Case.state == "closed").label("closed"),
        _of_all_parts(_solved).label("solved"),
        _of_all_parts(_confirmed).label("confirmed"),
        exists().where(Score.case_id == Case.id, Score.points.is_not(None)).label("scored"),
        Case.state.in_(("declined", "withdrawn", "cancelled")).label("refused"),
    )


def _of_all_parts(holds: Any) -> ColumnElement[bool]:
    """What holds of a case, or of each of its parts where it was split."""
    part = aliased(Case)
    is_part = and_(part.parent_id == Case.id, part.origin == PART)
    return case(
        (~exists().where(is_part), holds(Case)),
        else_=~exists().where(is_part, ~holds(part)),
    )


def _solved(of: Any) -> ColumnElement[bool]:
    last = select(Reply.result).where(Reply.case_id == of.id).order_by(Reply.id.desc()).limit(1)
    return func.coalesce(last.correlate(of).scalar_subquery() == SOLVED, False)


def _confirmed(of: Any) -> ColumnElement[bool]:
    last = select(Score.solved).where(Score.case_id == of.id).order_by(Score.round.desc()).limit(1)
    return func.coalesce(last.correlate(of).scalar_subquery(), False)


def _seen(wanted: Filter) -> tuple[ColumnElement[bool], ...]:
    return (
        visible_cases(wanted.scope),
        Case.enterprise_id.is_not(None),
        _county() == wanted.place_id if wanted.place_id else true(),
        Case.process_id == wanted.process_id if wanted.process_id else true(),
    )


def _within(on_day: Any, wanted: Filter) -> tuple[ColumnElement[bool], ...]:
    return (
        on_day >= wanted.first_on if wanted.first_on else true(),
        on_day <= wanted.last_on if wanted.last_on else true(),
    )


# ----------------------------------------------------------------------------- sessions


@dataclass(frozen=True)
class _Held:
    """How many sessions each place held in each step of time."""

    counts: dict[tuple[date, int], int]

    def of(self, started_on: date | None, place_id: int | None) -> Figures:
        by_place: dict[int, int] = {}
        for (step, place), count in self.counts.items():
            if started_on in (None, step) and place_id in (None, place):
                by_place[place] = by_place.get(place, 0) + count
        return Figures(
            sessions=max(by_place.values(), default=0), receptions=sum(by_place.values())
        )

    def steps(self) -> set[date]:
        return {step for step, _ in self.counts}

    def places(self) -> set[int]:
        return {place for _, place in self.counts}


def _sessions(session: Session, wanted: Filter, step: Step) -> _Held:
    started_on = _start(step, Reception.held_on)
    statement = (
        select(started_on, Reception.place_id, func.count())
        .where(*_held(wanted))
        .where(Reception.place_id == wanted.place_id if wanted.place_id else true())
        .group_by(started_on, Reception.place_id)
    )
    return _Held({(day, place): count for day, place, count in session.execute(statement)})


def _held(wanted: Filter) -> tuple[ColumnElement[bool], ...]:
    return (
        Reception.state != "cancelled",
        Reception.held_on <= wanted.today,
        true() if wanted.scope.everything else Reception.place_id.in_(wanted.scope.places),
        *_within(Reception.held_on, wanted),
    )


# ------------------------------------------------------------------------ recorded years


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """A period of a recorded year: the figures of its executed cases beside the reported ones."""

    name: str
    period: str
    figures: dict[str, int]
    reported: dict[str, Any]
    played_at: datetime


def replayed(session: Session) -> list[Replayed]:
    """Return the periods of recorded years of which something was reported."""
    rows = session.execute(
        select(
            ReplayedFigures.name,
            ReplayedFigures.period,
            ReplayedFigures.figures,
            ReplayedFigures.reported,
            ReplayedFigures.played_at,
        )
        .where(ReplayedFigures.reported != {})
        .order_by(ReplayedFigures.period.desc(), ReplayedFigures.name)
    )
    return [Replayed(**row) for row in rows.mappings()]
