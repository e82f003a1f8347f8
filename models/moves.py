"""Moving running cases to another version: what was asked for, and what came of each case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

MOVE_KINDS = ("preview", "move", "back")
MOVED_STATES = ("waiting", "moved", "refused", "gone", "undone")


class Move(Base):
    """Running cases of a process and another version of it.

    kind `preview`: looked at only, `report` says what would become of each; `archive` holds the
    files where they are a draft's (`draft_id`), and is emptied at the end. kind `move`: the cases
    in `moved_cases` go to the version `version_id`. kind `back`: those of the move `undoes_id` go
    back to where they came from. `checksum` is that of the files looked at, `mapping` what an
    admin said about elements that are gone. `beat_at` moves with the work: a row that stands
    still has lost its process, and the worker goes on with it.
    """

    __tablename__ = "moves"
    __table_args__ = (
        CheckConstraint(f"kind in {MOVE_KINDS}", name="kind"),
        Index("ix_moves_process_id_started_at", "process_id", "started_at"),
        Index("ix_moves_unfinished", "id", postgresql_where=text("finished_at is null")),
    )

    id: Mapped[Key]
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"))
    kind: Mapped[str]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("process_versions.id"))
    draft_id: Mapped[int | None]
    checksum: Mapped[str]
    archive: Mapped[bytes] = mapped_column(deferred=True)
    mapping: Mapped[list[Any]] = mapped_column(default=list)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("moves.id"))
    reason: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)


class MovedCase(Base):
    """One case of a move: `waiting` for its turn, `moved` by its step `step`, or why not.

    `refused` keeps the reasons; `gone` had ended, or had left for another version meanwhile;
    `undone` went back later.
    """

    __tablename__ = "moved_cases"
    __table_args__ = (
        CheckConstraint(f"state in {MOVED_STATES}", name="state"),
        Index("ix_moved_cases_case_id", "case_id"),
        Index(
            "ix_moved_cases_waiting",
            "move_id",
            "case_id",
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    move_id: Mapped[int] = mapped_column(ForeignKey("moves.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    from_version_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"))
    step: Mapped[int | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime | None]
