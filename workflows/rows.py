"""The rows that a step writes, by table: filled in by the effects, written by the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Row = dict[str, Any]


@dataclass(kw_only=True)
class Effects:
    """Rows to write for one step, by table."""

    opened: list[Row] = field(default_factory=list)
    closed: list[UUID] = field(default_factory=list)
    done: UUID | None = None
    new_deadlines: list[Row] = field(default_factory=list)
    ended_deadlines: dict[int, str] = field(default_factory=dict)
    moved_deadlines: list[Row] = field(default_factory=list)
    deadline_changes: list[Row] = field(default_factory=list)
    moved_items: list[Row] = field(default_factory=list)
    new_waits: list[Row] = field(default_factory=list)
    ended_waits: list[UUID] = field(default_factory=list)
    parties: set[int] = field(default_factory=set)
    notices: list[Row] = field(default_factory=list)
    stage: str = ""
    ended: bool = False
