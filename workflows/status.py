"""The status: the one sentence that a company reads while its case waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Speaking(Protocol):
    """An open task, as far as its sentence goes."""

    @property
    def role(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def sentence_en(self) -> str: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...


Task = TypeVar("Task", bound=Speaking)


def speaking(tasks: Iterable[Task]) -> Task | None:
    """Return the open task whose sentence the company reads; None if none has one.

    What the company itself has to do comes first, then what is due soonest; what stands still
    speaks only where nothing else does.
    """
    spoken = [task for task in tasks if task.sentence]
    return min(spoken, key=_urgency, default=None)


def sentence(tasks: Iterable[Speaking], locale: str = "zh") -> str:
    """Return that task's sentence in Chinese, or in English where it has one; '' without any."""
    task = speaking(tasks)
    if task is None:
        return ""
    return (locale.startswith("en") and task.sentence_en) or task.sentence


def _urgency(task: Speaking) -> tuple[bool, bool, bool, float, str]:
    due_at = task.due_at
    soon = due_at.timestamp() if due_at else 0.0
    stands = task.paused_at is not None
    return (task.role != "enterprise", stands, due_at is None, soon, task.sentence)
