"""A case as its lock found it: its newest step, and all that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Item:
    """An open work item as the lock found it."""

    id: UUID
    process: str
    element: str
    name: str
    name_en: str
    stage: str
    role: str
    unit_id: int | None
    assignee_id: int | None
    form: str
    public: bool
    pauses: bool
    due_at: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None
    mine: bool
    """The actor who asked may do it."""


BY_TASK, BY_PERSON, BY_ADMIN = "task", "person", "admin"
"""What may hold a deadline: an open task that pauses, somebody's act on its clock, or a process
admin who has suspended the whole case."""


@dataclass(frozen=True, kw_only=True)
class RunningDeadline:
    """A deadline that has not ended, as the lock found it."""

    id: int
    kind: str
    task_id: UUID
    guards: UUID | None
    element: str
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    paused_at: datetime | None
    paused_by: str
    rule: str | None = None
    """How it was counted: `workdays`, `calendar_days`, `duration` ...; None for a plain time."""
    fixed: bool = False
    """A date was set (a session's day, a leader's date): it stays where it is over a pause."""

    @property
    def holds(self) -> frozenset[str]:
        """For which reasons it stands still: `BY_TASK`, `BY_PERSON`, both or none."""
        return frozenset(self.paused_by.split())


def written_holds(holds: frozenset[str]) -> str:
    """Return reasons to stand still as `deadlines.paused_by` keeps them."""
    return " ".join(sorted(holds))


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message event that waits, as the lock found it."""

    id: UUID
    process: str
    element: str
    name: str
    name_en: str
    message: str
    form: str
    roles: str
    public: bool
    mine: bool
    """The actor who asked may send it."""


@dataclass(frozen=True, kw_only=True)
class LockedCase:
    """A case whose row this transaction holds, with its newest step and all that is open."""

    id: int
    number: str
    process_id: int
    version_id: int
    parent_id: int | None
    enterprise_id: int | None
    place_id: int
    title: str
    category: str
    kind: str
    submitted_at: datetime
    held: bool
    suspended_at: datetime | None
    suspended_why: str
    revision: int
    audit_hash: bytes
    state: str
    stage: str
    lead_unit_id: int | None
    result: str
    facts: Mapping[str, Any]
    engine_state: bytes
    items: tuple[Item, ...]
    deadlines: tuple[RunningDeadline, ...]
    waits: tuple[Waiting, ...]
    troubled: bool
    """An incident of this case is open."""

    def item(self, work_item_id: UUID) -> Item | None:
        """Return the open work item with this id."""
        return next((item for item in self.items if item.id == work_item_id), None)

    def wait(self, wait_id: UUID) -> Waiting | None:
        """Return the message event with this id that waits."""
        return next((wait for wait in self.waits if wait.id == wait_id), None)
