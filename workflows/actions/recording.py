"""Real cases become plays and scenarios: who did what when, with personal data masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.plays import PlayAct
from models.queries.cases import read_case
from workflows import audit
from workflows.actions.deployment import deploy
from workflows.actions.plays import Inspect, begin
from workflows.actor import SYSTEM, Actor, require_process_admin
from workflows.apart import inspect_files_apart
from workflows.city import City
from workflows.definitions.archive import ArchiveRefused
from workflows.definitions.bundle import Bundle
from workflows.definitions.messages import Message
from workflows.errors import NotFound, ThroughTrainError
from workflows.play.scenario import PlannedSession
from workflows.plays.athand import do_next, play_again
from workflows.plays.holding import in_hand, require_person
from workflows.plays.recording import Recording
from workflows.plays.recording import record as recorded
from workflows.plays.stage import plan, planned_sessions
from workflows.plays.table import Table, play_steps
from workflows.plays.writing import Written, scenario_file, telling
from workflows.simulate.scratch import SEEDED_AT, scratch_city


class CannotBeRecorded(ThroughTrainError):
    """The case was opened by another one: it has no start of its own that could be played."""

    sentence = "This case was opened by another one and cannot be played by itself."
    mend = "Record the case that it was opened from; this one comes of it."


def record(
    city: City,
    actor: Actor,
    case_id: int,
    files: Mapping[str, bytes],
    *,
    source: str,
    now: datetime,
    inspect: Inspect = inspect_files_apart,
) -> int:
    """Play a real case, which the actor may see, with some files; return the play's id.

    Its personal data is masked, its people are named by their posts, its times stay. The audit
    trail says who took it. Where an act is not possible with these files the play stands before
    it and says why (`Play.stopped`); whoever wants goes on by hand.
    """
    require_person(actor)
    with city.database.reading() as session:
        case = read_case(session, actor.scope, case_id=case_id)
    if case is None:
        raise NotFound
    if case.parent_id is not None:
        raise CannotBeRecorded
    taken = _of_process(recorded(city, case_id), Bundle.from_files(files))
    play_id = begin(
        city,
        actor,
        files,
        source=source,
        name=taken.number,
        clock_at=taken.begins_at,
        now=now,
        inspect=inspect,
        sessions=[*taken.sessions, *_others(city, taken)],
    )
    with in_hand(city, actor, play_id, now=now) as (play, _acts):
        play.taken_from = taken.number
        with city.database.transaction() as session:
            _note(session, "case_recorded", actor, now, case=taken.number, source=source)
        play_again(city.database, play, taken.steps)
    return play_id


def record_text(
    city: City, actor: Actor, number: str, bundle: Bundle, *, title: str, now: datetime
) -> tuple[str, str]:
    """Return a real case as the file of a scenario, and why it ends early ('' if it does not).

    As `record`, but the case is played once beside everything and nothing is kept of it.
    """
    require_process_admin(actor)
    with city.database.reading() as session:
        case = read_case(session, actor.scope, number=number)
    if case is None:
        raise NotFound
    if case.parent_id is not None:
        raise CannotBeRecorded
    taken = _of_process(recorded(city, case.id), bundle)
    with city.database.transaction() as session:
        _note(session, "case_recorded", actor, now, case=taken.number, source="file")
    acts, stopped = _played_once(city, bundle, taken)
    kept = [Written(step=a.step, expect=a.expect) for a in telling(acts)]
    return scenario_file(kept, title=title, about="", sessions=taken.sessions), stopped


def _of_process(taken: Recording, bundle: Bundle) -> Recording:
    if bundle.key != taken.process_key:
        raise ArchiveRefused(Message("its key in bundle.toml is that of another process"))
    return taken


def _played_once(city: City, bundle: Bundle, taken: Recording) -> tuple[list[PlayAct], str]:
    """Play a recording on a stage that is thrown away; return what was done, and why no more."""
    url = city.database.url.render_as_string(hide_password=False)
    sessions = [*taken.sessions, *_others(city, taken)]
    acts: list[PlayAct] = []
    with scratch_city(url, city.database.schema) as stage:
        deploy(stage, SYSTEM, bundle.files, now=SEEDED_AT, reason="recording")
        with stage.database.transaction() as session:
            plan(session, sessions)
        table = Table(
            stage,
            bundle.key,
            known={},
            clock_at=taken.begins_at,
            sessions=sessions,
            first=taken.steps[0],
        )

        _, stopped = play_steps(table, taken.steps, lambda step: do_next(table, acts, step))
    return acts, stopped


def _others(city: City, taken: Recording) -> Iterator[PlannedSession]:
    """Yield the sessions that were planned beside those which the case was placed in."""
    known = {(one.place, one.held_on, one.title) for one in taken.sessions}
    for number, one in enumerate(planned_sessions(city, taken.begins_at), len(known) + 1):
        if (one.place, one.held_on, one.title) not in known:
            yield replace(one, id=f"s{number}")


def _note(session: Session, action: str, actor: Actor, now: datetime, **detail: object) -> None:
    audit.note(session, action, now=now, actor=actor.name, person_id=actor.person_id, detail=detail)
