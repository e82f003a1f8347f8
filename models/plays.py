"""Plays: a process tried out by one person with a moved clock, act by act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, personal


class Play(Base):
    """One person's play of some files; what was done is in its acts.

    `source` is the draft or version that the files were taken from, as addresses name it.
    The stage on which it is played is a schema that is made again from the acts whenever it is
    gone. `known` are the cases on it by their names, `sessions` what is planned there.
    `clock_at` is where the moved clock stands; `used_at` is real time. `taken_from` is the
    number of the case that it was recorded from, `stopped` why the recording went no further.
    """

    __tablename__ = "plays"
    __table_args__ = (Index("ix_plays_person_id", "person_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    process_key: Mapped[str]
    source: Mapped[str]
    name: Mapped[str]
    archive: Mapped[bytes] = mapped_column(deferred=True)
    checksum: Mapped[str]
    sessions: Mapped[list[Any]] = mapped_column(default=list)
    known: Mapped[dict[str, Any]] = mapped_column(default=dict)
    clock_at: Mapped[datetime]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]
    taken_from: Mapped[str] = mapped_column(default="")
    stopped: Mapped[str] = mapped_column(default="")


class PlayAct(Base):
    """One act of a play, as a step of a scenario has it; number 0 is the start.

    `expect` is what held right after it, `told` what the list of acts shows, `revisions` how many
    steps each known case had then: a stage on which they differ is made anew.
    """

    __tablename__ = "play_acts"

    play_id: Mapped[int] = mapped_column(
        ForeignKey("plays.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    step: Mapped[dict[str, Any]] = personal()
    expect: Mapped[dict[str, Any]] = mapped_column(default=dict)
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revisions: Mapped[dict[str, Any]] = mapped_column(default=dict)
