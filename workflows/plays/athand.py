"""A play at hand: its cases on a stage that is as its acts say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from models.database import Database
from models.plays import Play, PlayAct
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.archive import pack, unpack
from workflows.definitions.bundle import Bundle
from workflows.definitions.messages import Message
from workflows.errors import ThroughTrainError
from workflows.play.scenario import PlannedSession
from workflows.plays.holding import in_hand
from workflows.plays.stage import clear_stage, holds, is_set, open_stage, set_stage, stage_name
from workflows.plays.table import Done, Row, Table, play_steps

ACTS = 300
"""Acts of one play."""
ACT_BYTES = 64 * 1024


class PlayFull(ThroughTrainError):
    """A play has as many acts as are kept, or its clock is too far from its start."""

    sentence = "This play cannot go on: {reason}."
    mend = "Rewind it, or begin another one."


def do_next(table: Table, acts: list[PlayAct], step: Row, *, play_id: int = 0) -> Done:
    """Do the act after `acts` on the table's stage and add it to them.

    Raises what the act raises, or PlayFull; then nothing was done.
    """
    number = len(acts)
    if number >= ACTS:
        raise PlayFull(reason=Message("it has %(count)d acts, the most that are kept", count=ACTS))
    if len(repr(step)) > ACT_BYTES:
        raise PlayFull(reason=Message("what was entered is too much for one act"))
    done = table.do(number, step)
    acts.append(
        PlayAct(
            play_id=play_id,
            number=number,
            at=done.at,
            step=dict(done.step),
            expect=dict(done.expect),
            told=dict(done.told),
            revisions=dict(done.revisions),
        )
    )
    return done


@dataclass(frozen=True, kw_only=True)
class AtHand:
    """A play that is kept to oneself, with its acts and its cases on the stage."""

    database: Database
    play: Play
    acts: list[PlayAct]
    table: Table

    def do(self, step: Row) -> Done:
        """Do an act on the stage, then write it down; raises what the act raises, or PlayFull."""
        done = do_next(self.table, self.acts, step, play_id=self.play.id)
        self.play.clock_at = done.at
        self.play.known = dict(self.table.known)
        with self.database.transaction() as session:
            session.add_all((self.play, self.acts[-1]))
        return done


@contextmanager
def at_hand(
    city: City, actor: Actor, play_id: int, *, now: datetime, seen: int | None = None
) -> Iterator[AtHand]:
    """Give a play as `in_hand` does, with its cases on a stage that is as its acts say."""
    with in_hand(city, actor, play_id, now=now, seen=seen) as (play, acts):
        yield _seated(city.database, play, acts)


def _seated(database: Database, play: Play, acts: list[PlayAct]) -> AtHand:
    """Return a play at hand; its stage is made again where it is gone or not as it was left."""
    stage = _set_right(database, play)
    if stage is not None:
        table = _table(stage, play, acts)
        if table.revisions() == (acts[-1].revisions if acts else {}):
            return AtHand(database=database, play=play, acts=acts, table=table)
    return replay(database, play, acts)


def replay(database: Database, play: Play, acts: list[PlayAct]) -> AtHand:
    """Make the stage again with these acts, as they were done; those after them are forgotten."""
    table = _fresh(database, play, _files_of(database, play), [act.step for act in acts])
    for act in acts:
        act.revisions = dict(table.do(act.number, act.step).revisions)
    play.known = dict(table.known)
    with database.transaction() as session:
        session.execute(
            delete(PlayAct).where(PlayAct.play_id == play.id, PlayAct.number >= len(acts))
        )
        session.add_all((play, *acts))
    return AtHand(database=database, play=play, acts=acts, table=table)


def play_again(
    database: Database, play: Play, steps: Sequence[Row], bundle: Bundle | None = None
) -> int:
    """Do acts anew, with what holds now written down; return how many could be done.

    At one that fails the play stops, and `play.stopped` says why. What rings on the way to an
    act becomes an act of its own. With `bundle` the play is of these files from now on.
    """
    if bundle is not None:
        play.archive, play.checksum = pack(bundle.files), bundle.checksum
    table = _fresh(database, play, bundle or _files_of(database, play), steps)
    acts: list[PlayAct] = []
    done, play.stopped = play_steps(
        table, steps, lambda step: do_next(table, acts, step, play_id=play.id)
    )
    play.known = dict(table.known)
    if acts:
        play.clock_at = acts[-1].at
    with database.transaction() as session:
        session.execute(delete(PlayAct).where(PlayAct.play_id == play.id))
        session.add_all((play, *acts))
    return done


def _fresh(database: Database, play: Play, bundle: Bundle, steps: Sequence[Row]) -> Table:
    """Return a stage on which nothing was played yet; one that is set right is only cleared."""
    sessions = sessions_of(play)
    stage = _set_right(database, play)
    if stage is not None:
        clear_stage(database, stage, sessions)
    else:
        stage = set_stage(database, stage_name(database, play.id), bundle, sessions)
    return Table(
        stage,
        play.process_key,
        known={},
        clock_at=datetime.fromisoformat(steps[0]["at"]) if steps else play.clock_at,
        sessions=sessions,
        first=steps[0] if steps else None,
    )


def _files_of(database: Database, play: Play) -> Bundle:
    with database.reading() as session:
        archive = session.scalars(select(Play.archive).where(Play.id == play.id)).one()
    return Bundle.from_files(unpack(archive))


def _set_right(database: Database, play: Play) -> City | None:
    """Return the stage of a play, None where it is gone or was set with other files."""
    name = stage_name(database, play.id)
    with database.reading() as session:
        if not is_set(session, name):
            return None
    stage = open_stage(database, name, play.checksum)
    return stage if holds(stage, play.checksum, play.process_key) else None


def _table(stage: City, play: Play, acts: Sequence[PlayAct]) -> Table:
    return Table(
        stage,
        play.process_key,
        known=play.known,
        clock_at=play.clock_at,
        sessions=sessions_of(play),
        first=acts[0].step if acts else None,
    )


def sessions_of(play: Play) -> list[PlannedSession]:
    """Return the receptions that are planned in a play."""
    return [
        PlannedSession(**{**row, "held_on": datetime.fromisoformat(row["held_on"]).date()})
        for row in play.sessions
    ]


def session_row(one: PlannedSession) -> dict[str, Any]:
    """Return a planned reception as the play's row keeps it."""
    return {**asdict(one), "held_on": one.held_on.isoformat()}
