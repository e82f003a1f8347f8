"""Publishing a calendar, and counting running deadlines again by it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from models.calendars import CalendarVersion
from models.work import Deadline, Incident
from workflows import calendars, incidents
from workflows.actions.frame import Frame, in_step
from workflows.actor import SYSTEM, Actor
from workflows.city import City
from workflows.deadlines import recount_deadline
from workflows.errors import NotAllowed
from workflows.locked import RunningDeadline
from workflows.rows import Effects
from workflows.worktime import Calendar, Computed, DifferingDay, local_day

log = logging.getLogger(__name__)

MAY_PUBLISH = "system_admin"
ACTION = "recount"
BATCH = 200
"""Cases that one look back takes on, so that the clock goes on meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Recounted:
    """How many deadlines moved or became final, and the cases that are left to be tried again."""

    moved: int
    left: tuple[int, ...]


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
) -> Recounted:
    """Make a new version of the city's calendar (or a county's own days) the one that counts.

    Running deadlines are counted again by it, case by case.
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


def recount(city: City, *, now: datetime) -> Recounted:
    """Count the running deadlines again that an older version of the calendar counted.

    Each case is a step of its own; those whose dates stay are left alone. A case that is busy or
    fails holds up no other one: it is named in what is returned, stays written down with the
    version, and the worker tries it again. Safe to repeat after it was cut off.
    """
    with city.database.reading() as session:
        case_ids = {*calendars.counted_cases(session), *_uncounted(session)}
    return _count_again(city, case_ids, now)


def recount_left(city: City, *, now: datetime) -> Recounted:
    """Try again what an earlier count has left; what has just failed rests for a while."""
    with city.database.reading() as session:
        case_ids = _uncounted(session)
        if not case_ids:
            return Recounted(moved=0, left=())
        resting = session.scalars(
            select(Incident.case_id).where(
                Incident.action == ACTION,
                Incident.resolved_at.is_(None),
                Incident.retry_at > now,
            )
        )
        case_ids -= set(resting)
    return _count_again(city, sorted(case_ids)[:BATCH], now)


def _count_again(city: City, case_ids: Collection[int], now: datetime) -> Recounted:
    city.forget()
    moved, left = 0, []
    for case_id in sorted(case_ids):
        try:
            moved += in_step(city, SYSTEM, action=ACTION, now=now, body=_recount, case_id=case_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # All others go on, whatever is wrong with this case; a failed step has an incident.
            log.warning("not counted again", exc_info=True, extra={"case_id": case_id})
            left.append(case_id)
    _keep_left(city, set(case_ids) - set(left), left)
    return Recounted(moved=moved, left=tuple(left))


def _uncounted(session: Session) -> set[int]:
    lists = session.scalars(
        select(CalendarVersion.uncounted).where(CalendarVersion.uncounted != [])
    )
    return {case_id for listed in lists for case_id in listed}


def _keep_left(city: City, done: Collection[int], left: Sequence[int]) -> None:
    """Strike out what was counted; what was left stands with the newest version of the city."""
    with city.database.transaction() as session:
        versions = session.scalars(
            select(CalendarVersion).order_by(CalendarVersion.id.desc()).with_for_update()
        ).all()
        known = {case_id for version in versions for case_id in version.uncounted}
        for place, version in enumerate(versions):
            new = [case_id for case_id in left if case_id not in known] if place == 0 else []
            version.uncounted = [one for one in version.uncounted if one not in done] + new


def _recount(frame: Frame) -> int:
    if frame.case.troubled:
        incidents.resolve(
            frame.session,
            case_id=frame.case.id,
            action=ACTION,
            work_item_id=None,
            now=frame.now,
        )
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
