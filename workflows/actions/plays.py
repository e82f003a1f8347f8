"""Plays: begun, gone on with act by act, rewound, ended; each is of the person who began it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from models.plays import Play
from workflows.actions import bundle_drafts
from workflows.actor import Actor
from workflows.apart import inspect_files_apart
from workflows.city import City
from workflows.definitions.archive import ArchiveRefused, pack
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import Finding
from workflows.definitions.messages import Message
from workflows.errors import NotFound, ThroughTrainError
from workflows.play.scenario import PlannedSession
from workflows.plays.athand import (
    PlayFull,
    at_hand,
    play_again,
    replay,
    session_row,
    sessions_of,
)
from workflows.plays.holding import (
    PlayBusy,
    acts_of,
    alone,
    in_hand,
    own_play,
    require_person,
)
from workflows.plays.stage import planned_sessions, stage_name, stages, strike
from workflows.plays.table import Done, Row
from workflows.plays.writing import Written, needed_sessions, scenario_file, telling

EACH = 8
"""Plays that one person may have under way."""
ALL = 60
"""Plays of a city."""
SESSIONS = 80
"""Receptions that are planned in one play."""
FARTHEST = timedelta(days=366 * 5)
"""How far the clock may be moved from where a play began."""
KEPT = timedelta(days=14)
"""How long a play is kept that nobody goes on with."""
STAGE_KEPT = timedelta(hours=4)
"""How long its stage is kept meanwhile; it is made again when somebody comes back."""

Inspect = Callable[..., Sequence[Finding]]


class CannotBePlayed(ThroughTrainError):
    """The check finds errors in the files: what could not be deployed is not played either."""

    sentence = "These files cannot be played yet: the check finds errors in them ({count})."
    mend = "Mend what it finds, then play."

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(count=len(self.findings))


class TooManyPlays(ThroughTrainError):
    """No more plays are kept."""

    sentence = "There are too many plays under way already ({count})."
    mend = "End one that you no longer need."


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How far a jump of the clock came: the time reached, and whether it is the one asked for."""

    at: datetime
    whole: bool
    acts: int


def begin(
    city: City,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    source: str,
    name: str,
    clock_at: datetime,
    now: datetime,
    inspect: Inspect = inspect_files_apart,
    sessions: Sequence[PlannedSession] | None = None,
) -> int:
    """Begin a play of some files and return its id; its clock stands at `clock_at`.

    Refused with CannotBePlayed where the check finds errors: what is played is compiled and run
    here under the limits of every step, so it must be what could be deployed. `sessions` are the
    receptions that are planned, else those of the city itself from that time on.
    """
    person_id = require_person(actor)
    bundle = Bundle.from_files(files)
    errors = [
        one for one in inspect(files, units=city.unit_keys() or None) if one.severity == "error"
    ]
    if errors:
        raise CannotBePlayed(errors)
    planned = planned_sessions(city, clock_at) if sessions is None else sessions
    with city.database.transaction() as session:
        _require_room(session, person_id)
        row = {
            "person_id": person_id,
            "process_key": bundle.key,
            "source": source,
            "name": name[: bundle_drafts.NAME_LENGTH],
            "archive": pack(bundle.files),
            "checksum": bundle.checksum,
            "sessions": [session_row(one) for one in planned],
            "clock_at": clock_at,
            "created_at": now,
            "used_at": now,
        }
        return session.scalars(insert(Play).returning(Play.id), [row]).one()


def perform(city: City, actor: Actor, play_id: int, step: Row, *, seen: int, now: datetime) -> Done:
    """Do one act, as a step of a scenario has it (`at` left out: where the clock stands).

    `seen` is the number of acts that the person's page showed. Raises PlayMoved, PlayFull, and
    what the act itself raises; then nothing was changed.
    """
    with at_hand(city, actor, play_id, now=now, seen=seen) as held:
        return held.do({**step, "at": held.play.clock_at.isoformat()})


def move_clock(
    city: City, actor: Actor, play_id: int, then: datetime, *, seen: int, now: datetime
) -> Moved:
    """Move a play's clock; each time at which a timer rings on the way is an act of its own.

    Stops early where too much happens on the way; whoever wants goes on from there. Where
    something on the way fails, that is raised and the clock stands before it.
    """
    with at_hand(city, actor, play_id, now=now, seen=seen) as held:
        begun_at = held.acts[0].at if held.acts else held.play.clock_at
        if then < held.play.clock_at:
            raise PlayFull(reason=Message("the clock only runs on; rewind it to go back"))
        if then - begun_at > FARTHEST:
            raise PlayFull(reason=Message("that is more than five years after its start"))
        if not held.acts:
            held.play.clock_at = then
            with city.database.transaction() as session:
                session.add(held.play)
            return Moved(at=then, whole=True, acts=0)
        count = 0
        for moment in held.table.moments(then):
            held.do({"action": "advance", "at": moment.isoformat()})
            count += 1
        return Moved(at=held.play.clock_at, whole=held.play.clock_at >= then, acts=count)


def rewind(
    city: City, actor: Actor, play_id: int, number: int, *, seen: int, now: datetime
) -> None:
    """Take back all acts after act `number` (-1: the start too); the play goes on from there."""
    with in_hand(city, actor, play_id, now=now, seen=seen) as (play, acts):
        kept = [act for act in acts if act.number <= number]
        if len(kept) == len(acts):
            return
        play.clock_at = kept[-1].at if kept else acts[0].at
        play.stopped = ""
        replay(city.database, play, kept)


def renew(
    city: City,
    actor: Actor,
    play_id: int,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    inspect: Inspect = inspect_files_apart,
) -> int:
    """Play the same acts with other files, as the draft has them now; return how many held.

    Where an act is no longer possible the play stands before it, and says why.
    """
    bundle = Bundle.from_files(files)
    errors = [
        one for one in inspect(files, units=city.unit_keys() or None) if one.severity == "error"
    ]
    if errors:
        raise CannotBePlayed(errors)
    with in_hand(city, actor, play_id, now=now) as (play, acts):
        if bundle.key != play.process_key:
            raise ArchiveRefused(Message("its key in bundle.toml is that of another process"))
        return play_again(city.database, play, [act.step for act in acts], bundle)


def plan_session(
    city: City, actor: Actor, play_id: int, *, place: str, held_on: date, seen: int, now: datetime
) -> int:
    """Plan a reception in a play, as if it had always been planned; return how many acts held.

    `place` is the key of a unit. What was done is done again, since a session may change what
    comes of it. NotFound where the city has no such unit.
    """
    unit = city.unit(place)
    if unit is None:
        raise NotFound
    with in_hand(city, actor, play_id, now=now, seen=seen) as (play, acts):
        if len(play.sessions) >= SESSIONS:
            raise PlayFull(reason=Message("it has all the sessions that a play may have"))
        planned = PlannedSession(
            id=f"s{len(play.sessions) + 1}",
            place=place,
            title=f"现场接待日 {held_on}",
            held_on=held_on,
        )
        play.sessions = [*play.sessions, session_row(planned)]
        return play_again(city.database, play, [act.step for act in acts])


def finish(city: City, actor: Actor, play_id: int, *, now: datetime) -> None:
    """End a play; nothing is left of it."""
    with in_hand(city, actor, play_id, now=now) as (play, _acts):
        _forget(city, play)


def save_scenario(
    city: City,
    actor: Actor,
    play_id: int,
    draft_id: int,
    *,
    name: str,
    title: str,
    about: str = "",
    now: datetime,
) -> str:
    """Put a play into a draft as the scenario `name` and return its path.

    What held after each act is expected there. An earlier scenario of that name is not
    overwritten (DraftChanged).
    """
    path = bundle_drafts.place_of(f"{name}.toml")
    if not path.startswith("scenarios/"):
        raise ArchiveRefused(Message("“%(name)s” has no place in a bundle", name=name[:60]))
    text = scenario_text(city, actor, play_id, title=title or name, about=about)
    bundle_drafts.save(city, actor, draft_id, path, text.encode(), base="", now=now)
    return path


def scenario_text(city: City, actor: Actor, play_id: int, *, title: str, about: str = "") -> str:
    """Return a play as the file of a scenario."""
    with city.database.reading() as session:
        play = own_play(session, actor, play_id)
        acts = [Written(step=a.step, expect=a.expect) for a in telling(acts_of(session, play_id))]
        sessions = sessions_of(play)
        if not acts:
            raise PlayFull(reason=Message("it has not begun"))
        wanted = needed_sessions(acts, sessions, (play.clock_at + timedelta(days=62)).date())
    return scenario_file(acts, title=title, about=about, sessions=wanted)


def prune(city: City, *, now: datetime) -> int:
    """Forget plays that nobody goes on with, and drop stages that nobody needs; for the worker."""
    with city.database.reading() as session:
        there = stages(session, city.database)
        needed = {stage_name(city.database, one) for one in session.scalars(select(Play.id))}
        unused = session.scalars(select(Play.id).where(Play.used_at < now - STAGE_KEPT)).all()
    for name in there:
        if name not in needed:
            strike(city.database, name)
    return sum(_prune_one(city, play_id, now) for play_id in unused)


def _prune_one(city: City, play_id: int, now: datetime) -> bool:
    """Drop a play's stage, and the play with it if it is old; tell whether the play is gone."""
    with suppress(PlayBusy), alone(city.database, play_id, patient=False):
        with city.database.reading() as session:
            unused = select(Play).where(Play.id == play_id, Play.used_at < now - STAGE_KEPT)
            play = session.scalars(unused).one_or_none()
        if play is not None and play.used_at < now - KEPT:
            _forget(city, play)
            return True
        if play is not None:
            strike(city.database, stage_name(city.database, play_id))
    return False


def _forget(city: City, play: Play) -> None:
    with city.database.transaction() as session:
        session.delete(play)
    strike(city.database, stage_name(city.database, play.id))


def _require_room(session: Session, person_id: int) -> None:
    own = session.scalar(select(func.count()).select_from(Play).where(Play.person_id == person_id))
    everybody = session.scalar(select(func.count()).select_from(Play))
    if (own or 0) >= EACH or (everybody or 0) >= ALL:
        raise TooManyPlays(count=own if (own or 0) >= EACH else everybody)
