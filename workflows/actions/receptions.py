"""Planning sessions: entered one by one or for a year, moved, cancelled; and the rule for days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.cases import Case
from models.notices import Notice
from models.receptions import AgendaItem, Reception
from models.settings import CitySetting
from workflows import audit
from workflows.actions.following import Moved, follow_all
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.messages import Message
from workflows.directory import UnitRow
from workflows.errors import InvalidEntries, NotAllowed, NotFound
from workflows.sessiondays import NAME, SessionRule
from workflows.worktime import local_day

MAY_PLAN = frozenset({"dispatcher", "system_admin"})
KINDS = ("monthly", "special")
LONGEST_TITLE = 80
MOST_SLOTS = 99
THERE_ALREADY = Message("There is a session of this name on this day already.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is planned: a session at a place."""

    title: str
    kind: str
    held_on: date
    starts_at: time
    room: str
    leader: str
    slots: int

    def row(self) -> dict[str, Any]:
        """Return the columns."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def plan(
    city: City, actor: Actor, place_id: int, plans: Sequence[Plan], *, now: datetime
) -> list[int]:
    """Enter sessions of a place, all or none; return their ids.

    NotAllowed for a place that the actor does not look after, InvalidEntries for a session that
    is past, unnamed or there already.
    """
    _may_plan(actor, city.unit_of(place_id))
    for one in plans:
        _require_sound(one, now)
    try:
        with city.database.transaction() as session:
            made = [
                session.scalars(
                    insert(Reception).returning(Reception.id), [{"place_id": place_id, **one.row()}]
                ).one()
                for one in plans
            ]
            _note(session, actor, "sessions_planned", {"receptions": made}, now)
            return made
    except IntegrityError as error:
        raise InvalidEntries({"held_on": THERE_ALREADY}) from error


def change(city: City, actor: Actor, reception_id: int, changed: Plan, *, now: datetime) -> int:
    """Change or move a planned session; return how many cases on its agenda went along.

    Their companies are told, and what is due on the session's day becomes due on the new one.
    """
    try:
        before, cases = _changed(city, actor, reception_id, changed, now)
    except IntegrityError as error:
        raise InvalidEntries({"held_on": THERE_ALREADY}) from error
    if before == changed.held_on:
        return 0
    moved = Moved(
        reception_id=reception_id, before=before, after=changed.held_on, title=changed.title
    )
    follow_all(city, cases, moved, now=now)
    return len(cases)


def _changed(
    city: City, actor: Actor, reception_id: int, changed: Plan, now: datetime
) -> tuple[date, list[int]]:
    """Change a session's row; return its day until now, and the open cases on its agenda."""
    with city.database.transaction() as session:
        reception = _planned(city, session, actor, reception_id)
        _require_sound(changed, now)
        highest = session.scalar(
            select(func.max(AgendaItem.slot)).where(AgendaItem.reception_id == reception_id)
        )
        if changed.slots < (highest or 0):
            raise InvalidEntries({"slots": Message("More slots are taken already.")})
        before = reception.held_on
        for name, value in changed.row().items():
            setattr(reception, name, value)
        cases = _on_agenda(session, reception_id)
        on = {"reception": reception_id, "on": changed.held_on.isoformat()}
        _note(session, actor, "session_changed", on, now)
        if before != changed.held_on:
            _tell(session, cases, _moved_words(changed, before), now)
    return before, cases


def cancel(city: City, actor: Actor, reception_id: int, *, reason: str, now: datetime) -> int:
    """Cancel a planned session; its cases keep their work and have to be placed anew.

    The companies on its agenda are told why. Returns how many cases were on it.
    """
    if not reason.strip():
        raise InvalidEntries(
            {"reason": Message("Give a reason; the companies on the agenda read it.")}
        )
    with city.database.transaction() as session:
        reception = _planned(city, session, actor, reception_id)
        reception.state = "cancelled"
        cases = _on_agenda(session, reception_id)
        why = {"reception": reception_id, "reason": reason}
        _note(session, actor, "session_cancelled", why, now)
        words = {
            "subject": f"接待日取消：{reception.title}",
            "body": f"原定 {reception.held_on} 的现场接待取消：{reason}。直通车办将另行安排。",
            "subject_en": f"Session cancelled: {reception.title}",
            "body_en": f"The session of {reception.held_on} is cancelled: {reason}. "
            "The through-train office arranges another one.",
        }
        _tell(session, cases, words, now)
    return len(cases)


def set_rule(city: City, actor: Actor, rule: SessionRule, *, now: datetime) -> None:
    """Lay down by which rule session days are proposed."""
    if not MAY_PLAN & actor.roles and not actor.is_system:
        raise NotAllowed()
    row = {
        "name": NAME,
        "value": rule.as_json(),
        "changed_at": now,
        "changed_by": actor.name,
    }
    with city.database.transaction() as session:
        session.execute(
            upsert(CitySetting)
            .values(**row)
            .on_conflict_do_update(index_elements=["name"], set_=row)
        )
        _note(session, actor, "session_rule", rule.as_json(), now)


def _note(
    session: Session, actor: Actor, action: str, detail: Mapping[str, Any], now: datetime
) -> None:
    audit.note(session, action, now=now, actor=actor.name, person_id=actor.person_id, detail=detail)


def _may_plan(actor: Actor, place: UnitRow) -> None:
    """Who plans: a dispatcher for the places that they look after, a system admin for all."""
    scope = actor.scope
    own = scope.everything or place.id in scope.places
    if not actor.is_system and not (MAY_PLAN & actor.roles and own):
        raise NotAllowed()


def _planned(city: City, session: Session, actor: Actor, reception_id: int) -> Reception:
    """Hold a session's row, so that nobody is placed on it meanwhile."""
    found = session.get(Reception, reception_id, with_for_update=True)
    if found is None:
        raise NotFound()
    _may_plan(actor, city.unit_of(found.place_id))
    if found.state != "planned":
        raise NotAllowed()
    return found


def _require_sound(one: Plan, now: datetime) -> None:
    errors: dict[str, str] = {}
    if not one.title.strip() or len(one.title) > LONGEST_TITLE:
        errors["title"] = Message("Give it a name of at most 80 characters.")
    if one.kind not in KINDS:
        errors["kind"] = Message("Choose one of the list.")
    if one.held_on < local_day(now):
        errors["held_on"] = Message("This day is past.")
    if not 1 <= one.slots <= MOST_SLOTS:
        errors["slots"] = Message("Enter a number from 1 to 99.")
    if errors:
        raise InvalidEntries(errors)


def _on_agenda(session: Session, reception_id: int) -> list[int]:
    return list(
        session.scalars(
            select(AgendaItem.case_id)
            .join(Case, Case.id == AgendaItem.case_id)
            .where(AgendaItem.reception_id == reception_id, Case.state == "open")
            .order_by(AgendaItem.slot)
        )
    )


def _moved_words(changed: Plan, before: date) -> dict[str, str]:
    return {
        "subject": f"接待日调整：{changed.title}",
        "body": f"原定 {before} 的现场接待改到 {changed.held_on} {changed.starts_at:%H:%M}"
        f"，地点：{changed.room or '另行通知'}。",
        "subject_en": f"Session moved: {changed.title}",
        "body_en": f"The session of {before} is on {changed.held_on} at "
        f"{changed.starts_at:%H:%M} instead.",
    }


def _tell(
    session: Session, case_ids: Sequence[int], words: Mapping[str, str], now: datetime
) -> None:
    rows = session.execute(
        select(Case.id, Case.enterprise_id).where(
            Case.id.in_(case_ids), Case.enterprise_id.is_not(None)
        )
    )
    for case_id, enterprise_id in rows.all():
        session.execute(
            insert(Notice).values(
                case_id=case_id,
                enterprise_id=enterprise_id,
                role="",
                kind="message",
                values=dict(words),
                at=now,
            )
        )
