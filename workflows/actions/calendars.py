"""Publishing a calendar, and counting running deadlines again by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from models.work import Deadline
from workflows import calendars
from workflows.access import RunningDeadline
from workflows.actions.frame import Frame, in_step
from workflows.actor import SYSTEM, Actor
from workflows.city import City
from workflows.deadlines import recount_deadline
from workflows.errors import NotAllowed
from workflows.rows import Effects
from workflows.worktime import Calendar, Computed, DifferingDay, local_day

MAY_PUBLISH = "system_admin"


def publish(
    city: City,
    actor: Actor,
    days: Iterable[DifferingDay],
    *,
    first_on: date,
    last_on: date,
    source: str,
    now: datetime,
    place_id: int | None = None,
) -> int:
    """Make a new version of the city's calendar (or a county's own days) the one that counts.

    Running deadlines are counted again by it, case by case. Returns how many moved.
    """
    if not (actor.is_system or MAY_PUBLISH in actor.roles):
        raise NotAllowed()
    with city.database.transaction() as session:
        calendars.publish(
            session,
            days,
            first_on=first_on,
            last_on=last_on,
            source=source,
            by=actor.name,
            now=now,
            place_id=place_id,
        )
    return recount(city, now=now)


def recount(city: City, *, now: datetime) -> int:
    """Count the running deadlines again that an older version of the calendar counted.

    Each case is a step of its own; those whose dates stay are left alone. Safe to repeat after it
    was cut off. Returns how many deadlines moved or became final.
    """
    city.forget()
    counted = Deadline.how.has_key("calendar")
    with city.database.reading() as session:
        case_ids = session.scalars(
            select(Deadline.case_id).where(Deadline.ended_at.is_(None), counted).distinct()
        ).all()
    moved = 0
    for case_id in sorted(case_ids):
        moved += in_step(city, SYSTEM, action="recount", now=now, body=_recount, case_id=case_id)
    return moved


def _recount(frame: Frame) -> int:
    calendar = frame.city.calendar(frame.case.place_id)
    effects = Effects(stage=frame.case.stage)
    ways = _ways(frame)
    changed = 0
    for deadline in frame.case.deadlines:
        how = ways.get(deadline.id, {})
        computed = calendar.recount(how)
        if computed is not None and _differs(deadline, how, computed):
            warn_at = _warning(calendar, deadline, how, computed)
            recount_deadline(effects, deadline, computed, warn_at)
            changed += 1
    if changed:
        _write(frame, effects, changed)
    return changed


def _ways(frame: Frame) -> Mapping[int, dict[str, Any]]:
    rows = frame.session.execute(
        select(Deadline.id, Deadline.how).where(
            Deadline.case_id == frame.case.id, Deadline.ended_at.is_(None)
        )
    )
    return dict(rows.all())


def _differs(deadline: RunningDeadline, how: Mapping[str, Any], computed: Computed) -> bool:
    """Tell whether a deadline moves or is no longer provisional.

    One that stands elsewhere than its reason says was set by a person: it stays.
    """
    if local_day(deadline.due_at).isoformat() != how["due"]:
        return False
    final = how["provisional"] and not computed.how["provisional"]
    return computed.due_at != deadline.due_at or final


def _warning(
    calendar: Calendar, deadline: RunningDeadline, how: Mapping[str, Any], computed: Computed
) -> datetime | None:
    """Return the warning as many working days before the due day as it was."""
    if deadline.warn_at is None or computed.due_at == deadline.due_at:
        return deadline.warn_at
    days = [DifferingDay(date.fromisoformat(d["on"]), False, d["name"]) for d in how["skipped"]]
    days += [DifferingDay(date.fromisoformat(d["on"]), True, d["name"]) for d in how["made_up"]]
    before = Calendar(version=how["calendar"], last_on=date.max, days=tuple(sorted(days)))
    ahead = before.between(deadline.warn_at, deadline.due_at)
    return calendar.extend(computed.due_at, -ahead).due_at


def _write(frame: Frame, effects: Effects, changed: int) -> None:
    frame.write(
        frame.host(),
        effects,
        kind="act",
        state=frame.case.engine_state,
        timeline=(
            frame.line(
                "deadline_recounted",
                {
                    "text": "放假安排已公布，办理期限按新的工作日历重新计算",
                    "text_en": "The holidays were published; time limits were counted again",
                },
                public=True,
            ),
        ),
        action="recounted",
        detail={"deadlines": changed},
    )
