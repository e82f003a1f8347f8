"""What operations asked of a case's deadlines in a step, carried out on those that go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflows.deadlines import (
    follow_deadline,
    free_deadline,
    hold_deadline,
    shifted,
)
from workflows.host import StepHost
from workflows.locked import BY_PERSON, RunningDeadline, written_holds
from workflows.operations.context import TimeMove
from workflows.rows import Effects, Row
from workflows.worktime import local_day

BEATS = frozenset(("calendar_days", "duration"))
"""How timers are counted that keep their own beat (a report every 30 days), whatever is due."""


def carry_out(effects: Effects, deadlines: Iterable[RunningDeadline], host: StepHost) -> None:
    """Do what the operations of this step asked of the deadlines, in the order of asking.

    `deadlines` are those that the case had before the step; what began in it is moved too. A
    deadline that has ended with the step is left alone.
    """
    moves = host.changes.moves
    if not moves:
        return
    held_later = {row["deadline_id"]: row for row in effects.moved_deadlines}
    running = [
        _as_moved(deadline, held_later.get(deadline.id))
        for deadline in deadlines
        if deadline.id not in effects.ended_deadlines
    ]
    for move in moves:
        running = [_moved(effects, deadline, running, move, host) for deadline in running]
        for row in effects.new_deadlines:
            _move_new(effects, row, move, host)


def _as_moved(deadline: RunningDeadline, row: Row | None) -> RunningDeadline:
    """Return a deadline as this step has left it so far."""
    if row is None:
        return deadline
    names = ("due_at", "warn_at", "paused_at", "paused_by")
    return replace(deadline, **{name: row[name] for name in names})


def _moved(
    effects: Effects,
    deadline: RunningDeadline,
    running: list[RunningDeadline],
    move: TimeMove,
    host: StepHost,
) -> RunningDeadline:
    before = len(effects.moved_deadlines)
    if move.kind == "suspend":
        if deadline.element not in move.but:
            hold_deadline(effects, deadline, host, by=BY_PERSON, reason=move.reason)
    elif move.kind == "resume":
        free_deadline(effects, deadline, host, by=BY_PERSON, reason=move.reason)
    elif move.until is not None:
        task = _extended_task(deadline, running, move)
        if task is not None:
            follow_deadline(effects, deadline, task, host, move)
    if len(effects.moved_deadlines) == before:
        return deadline
    return _as_moved(deadline, effects.moved_deadlines[-1])


def _extended_task(
    deadline: RunningDeadline, running: list[RunningDeadline], move: TimeMove
) -> RunningDeadline | None:
    """Return the due time that is being extended and that this deadline follows."""
    if deadline.kind == "due":
        return deadline if _is_meant(deadline, move) else None
    if deadline.guards is None or deadline.rule in BEATS:
        return None
    return next(
        (
            one
            for one in running
            if one.kind == "due" and one.task_id == deadline.guards and _is_meant(one, move)
        ),
        None,
    )


def _is_meant(deadline: RunningDeadline, move: TimeMove) -> bool:
    """Whether a due time is that of the element, and of one of the tasks if any are named."""
    if deadline.element != move.element:
        return False
    return not move.tasks or deadline.task_id in move.tasks


def _move_new(effects: Effects, row: Row, move: TimeMove, host: StepHost) -> None:
    """Move a deadline that begins in this very step: its row is not written yet."""
    if move.kind == "suspend" and row["element"] not in move.but:
        held = frozenset(row["paused_by"].split()) | {BY_PERSON}
        _set(effects, row, paused_at=row["paused_at"] or host.now, paused_by=written_holds(held))
    elif move.kind == "resume":
        held = frozenset(row["paused_by"].split()) - {BY_PERSON}
        _set(effects, row, paused_at=host.now if held else None, paused_by=written_holds(held))
    elif (
        move.kind == "extend"
        and move.until
        and (row["kind"], row["element"]) == ("due", move.element)
        and (not move.tasks or row["task_id"] in move.tasks)
    ):
        warn_at = row["warn_at"]
        calendar = host.city.calendar(host.place_id)
        days = calendar.days_between(local_day(row["due_at"]), local_day(move.until))
        row["how"] = dict(move.how)
        _set(
            effects,
            row,
            due_at=move.until,
            warn_at=shifted(calendar, warn_at, days) if warn_at else None,
        )


def _set(effects: Effects, row: Row, **values: datetime | str | None) -> None:
    row.update(values)
    shown: dict[str, Any] = {key: value for key, value in values.items() if key != "paused_by"}
    for opened in effects.opened:
        if row["kind"] == "due" and opened["id"] == row["task_id"]:
            opened.update(shown)
