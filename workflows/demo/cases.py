"""Playing the demo cases through the actions, one after the other, after the pages are usable."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.enterprises import Enterprise
from models.people import Person
from models.processes import Process
from models.receptions import Reception
from models.units import Unit
from workflows.actions.cases import let_go
from workflows.city import City
from workflows.clock import play_until
from workflows.demo import plan
from workflows.demo.direction import Directed, Setting, directed, process_key
from workflows.demo.names import credit_code
from workflows.errors import ThroughTrainError
from workflows.play.cast import Cast, actor_of
from workflows.play.player import CannotPlay, Player
from workflows.worktime import local_day

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Told after each case: how many are done, of how many."""

_PLAYING = 7_341_903
"""The advisory lock that lets one process at a time play the demo of a database."""


def play_cases(city: City, now: datetime, progress: Progress | None = None) -> int:
    """Play the demo cases that are not played yet; return how many this call finished.

    Safe to call at each start: cases are known by their company and title, one that was cut off
    (by a kill) goes on after its last step, and finished ones are left alone. Every case stays
    out of the real clock's reach (`held`) while it is played. Does nothing in a city that is not
    the demo's, without the demo's process, or while another process plays.
    """
    with _alone(city) as alone:
        seeded_at = _seeded_at(city) if alone else None
        if seeded_at is None:
            return 0
        cases = directed(_setting(city, seeded_at))
        cast = Cast(city)
        finished = 0
        for done, case in enumerate(cases, 1):
            finished += _play(city, case, cast, now)
            if progress is not None:
                progress(done, len(cases))
        if finished:
            _close_past_sessions(city, now)
    return finished


def _play(city: City, case: Directed, cast: Cast, now: datetime) -> bool:
    """Play what is missing of a case and give it to the real clock; False if it was finished."""
    with city.database.reading() as session:
        case_id, held, done = _found(session, case)
        company = actor_of(session, _contact(session, case.company))
    if case_id is not None and not held:
        return False
    sessions = {"session": str(case.session_id)}
    player = Player(city, process_key(), case.scenario, cast, sessions=sessions, company=company)
    player.case_id = case_id
    try:
        for step in (case.scenario.start, *case.scenario.steps)[done:]:
            player.play(step)
    except (ThroughTrainError, CannotPlay):
        log.exception("demo case stands still", extra={"action": "demo", "title": case.title})
    if player.case_id is None:
        return False
    play_until(city, player.case_id, now)
    let_go(city, player.case_id)
    return True


def _found(session: Session, case: Directed) -> tuple[int | None, bool, int]:
    """Return a case that was begun: its id, whether it is held, how many steps were played."""
    row = session.execute(
        select(Case.id, Case.held)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Enterprise.credit_code == credit_code(case.company), Case.title == case.title)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None, False, 0
    steps = session.scalar(
        select(func.count()).where(Step.case_id == row.id, Step.kind.not_in(("wake", "deliver")))
    )
    return row.id, row.held, steps or 0


def _contact(session: Session, company: int) -> int:
    return session.scalars(
        select(Person.id)
        .join(Enterprise, Enterprise.id == Person.enterprise_id)
        .where(Enterprise.credit_code == credit_code(company))
        .order_by(Person.id)
        .limit(1)
    ).one()


def _seeded_at(city: City) -> datetime | None:
    """Return when the demo city was laid; None if it is no demo city or lacks the process."""
    last = len(plan.enterprises()) - 1
    with city.database.reading() as session:
        deployed = session.scalar(select(Process.version_id).where(Process.key == process_key()))
        if deployed is None:
            return None
        return session.scalar(
            select(Enterprise.created_at).where(Enterprise.credit_code == credit_code(last))
        )


def _setting(city: City, seeded_at: datetime) -> Setting:
    with city.database.reading() as session:
        rows = session.execute(
            select(Unit.key, Reception.held_on, Reception.id)
            .join(Unit, Unit.id == Reception.place_id)
            .where(Reception.kind == "monthly")
            .order_by(Reception.held_on, Reception.id)
        ).all()
    sessions: dict[str, list[tuple[date, int]]] = {}
    for place, held_on, reception_id in rows:
        sessions.setdefault(place, []).append((held_on, reception_id))
    return Setting(now=seeded_at, calendar=city.calendar(None), sessions=sessions)


def _close_past_sessions(city: City, now: datetime) -> None:
    with city.database.transaction() as session:
        session.execute(
            update(Reception)
            .where(Reception.state == "planned", Reception.held_on < local_day(now))
            .values(state="held")
        )


@contextmanager
def _alone(city: City) -> Iterator[bool]:
    """Tell whether this process is the only one that plays; it stays so until the end."""
    key = {"key": _PLAYING, "schema": city.database.schema}
    with city.database.reading() as session:
        took = session.scalar(text("select pg_try_advisory_lock(:key, hashtext(:schema))"), key)
        try:
            yield bool(took)
        finally:
            if took:
                session.execute(text("select pg_advisory_unlock(:key, hashtext(:schema))"), key)
