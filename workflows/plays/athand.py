"""A play at hand: its rows held by a transaction, its cases on a stage that is as its acts say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models.database import Database
from models.plays import Play, PlayAct
from workflows.city import City
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import Bundle
from workflows.definitions.messages import Message
from workflows.errors import ThroughTrainError
from workflows.play.scenario import PlannedSession
from workflows.plays.stage import clear_stage, holds, is_set, open_stage, set_stage, stage_name
from workflows.plays.table import Done, Row, Table, play_steps

ACTS = 300
"""Acts of one play."""
ACT_BYTES = 64 * 1024


class PlayFull(ThroughTrainError):
    """A play has as many acts as are kept, or its clock is too far from its start."""

    sentence = "This play cannot go on: {reason}."
    mend = "Rewind it, or begin another one."


def act_of(play_id: int, number: int, done: Done) -> PlayAct:
    """Return an act that was done as its row."""
    return PlayAct(
        play_id=play_id,
        number=number,
        at=done.at,
        step=dict(done.step),
        expect=dict(done.expect),
        told=dict(done.told),
        revisions=dict(done.revisions),
    )


@dataclass(frozen=True, kw_only=True)
class AtHand:
    """A play whose row this transaction holds, with its acts and its cases on the stage."""

    session: Session
    play: Play
    acts: list[PlayAct]
    table: Table

    def do(self, step: Row) -> Done:
        """Do an act on the stage and write it down; raises what the act raises, or PlayFull."""
        number = len(self.acts)
        if number >= ACTS:
            raise PlayFull(
                reason=Message("it has %(count)d acts, the most that are kept", count=ACTS)
            )
        if len(repr(step)) > ACT_BYTES:
            raise PlayFull(reason=Message("what was entered is too much for one act"))
        done = self.table.do(number, step)
        act = act_of(self.play.id, number, done)
        self.session.add(act)
        self.acts.append(act)
        self.play.clock_at = done.at
        self.play.known = dict(self.table.known)
        return done


def seated(database: Database, session: Session, play: Play, acts: list[PlayAct]) -> AtHand:
    """Return a play at hand; its stage is made again where it is gone or not as it was left."""
    stage = _set_right(database, session, play)
    if stage is not None:
        table = _table(stage, play, acts)
        if table.revisions() == (acts[-1].revisions if acts else {}):
            return AtHand(session=session, play=play, acts=acts, table=table)
    return replay(database, session, play, acts)


def replay(database: Database, session: Session, play: Play, acts: list[PlayAct]) -> AtHand:
    """Set the stage anew and do all acts again, as they were done."""
    table = _fresh(database, session, play, [act.step for act in acts])
    for act in acts:
        act.revisions = dict(table.do(act.number, act.step).revisions)
    play.known = dict(table.known)
    return AtHand(session=session, play=play, acts=acts, table=table)


def play_again(database: Database, session: Session, play: Play, steps: Sequence[Row]) -> int:
    """Do acts anew, with what holds now written down; return how many could be done.

    At one that fails the play stops, and `play.stopped` says why. What rings on the way to an
    act becomes an act of its own.
    """
    session.execute(delete(PlayAct).where(PlayAct.play_id == play.id))
    play.stopped, play.known = "", {}
    held = AtHand(session=session, play=play, acts=[], table=_fresh(database, session, play, steps))
    done, play.stopped = play_steps(held.table, steps, held.do)
    return done


def _fresh(database: Database, session: Session, play: Play, steps: Sequence[Row]) -> Table:
    """Return a stage on which nothing was played yet; one that is set right is only cleared."""
    name, sessions = stage_name(database, play.id), sessions_of(play)
    stage = _set_right(database, session, play)
    if stage is not None:
        clear_stage(database, stage, sessions)
    else:
        stage = set_stage(database, name, Bundle.from_files(unpack(play.archive)), sessions)
    return Table(
        stage,
        play.process_key,
        known={},
        clock_at=datetime.fromisoformat(steps[0]["at"]) if steps else play.clock_at,
        sessions=sessions,
        first=steps[0] if steps else None,
    )


def _set_right(database: Database, session: Session, play: Play) -> City | None:
    """Return the stage of a play, None where it is gone or was set with other files."""
    name = stage_name(database, play.id)
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
