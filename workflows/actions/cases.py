"""What starts a case from outside: a company or an office submits it; a played one is let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.cases import Case
from workflows import files, options
from workflows.actions import drafts
from workflows.actions.frame import follow_up, guarded
from workflows.actions.starting import Begun, Origin, begin
from workflows.actor import Actor
from workflows.city import City
from workflows.codes import new_code
from workflows.definitions.definition import Definition
from workflows.errors import InvalidEntries, NotAllowed
from workflows.worktime import local_day


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What the company keeps: the number and the lookup code (shown once, stored hashed)."""

    case_id: int
    number: str
    code: str


def submit(
    city: City,
    actor: Actor,
    process_key: str,
    values: Mapping[str, list[str]],
    *,
    now: datetime,
    owner: str = "",
    channel: str = "online",
    held: bool = False,
    draft_id: UUID | None = None,
    code: str = "",
) -> Submitted:
    """Start a case of a process from its start form.

    `values` are the form's raw entries, `owner` the token under which files were uploaded,
    `held` keeps the real clock away from a case that is being played. `draft_id` names the draft
    that becomes this case in the same transaction: sent again it raises AlreadySent. `code` is the
    lookup code, a new one if the caller has none. Raises NotAllowed, InvalidEntries or StepFailed;
    then nothing was written.
    """

    def body(session: Session) -> Submitted:
        if draft_id is not None:
            drafts.lock_unsent(session, draft_id)
        definition = city.library.current(process_key, session)
        if not may_start(definition, actor):
            raise NotAllowed()
        form = definition.form(definition.bundle.start_form)
        lists = options.for_form(city, session, form, case=None, actor=actor)
        cleaned = form.clean(values, options=lists, context={}, today=local_day(now))
        if cleaned.errors:
            raise InvalidEntries(cleaned.errors)
        typed = dict(cleaned.values)
        given = code or new_code()
        case = begin(
            city,
            session,
            definition,
            typed,
            actor=actor,
            now=now,
            origin=Origin(channel=channel, held=held, code=given),
        )
        begun.append(case)
        files.attach(session, form, typed, owner=owner, case_id=case.id, step=1, public=True)
        if draft_id is not None:
            drafts.end_draft(
                session, draft_id, process_key, case_id=case.id, number=case.number, now=now
            )
        return Submitted(case_id=case.id, number=case.number, code=given)

    begun: list[Begun] = []
    submitted = guarded(city, body, action="submit", now=now, process_key=process_key)
    if begun[-1].told and not held:
        follow_up(city, submitted.case_id, now)
    return submitted


def may_start(definition: Definition, actor: Actor) -> bool:
    """True if the bundle lets this person start a case; the public counts as the company."""
    allowed = set(definition.bundle.started_by)
    if actor.is_system or allowed & actor.roles:
        return True
    return "enterprise" in allowed and not actor.is_staff


def let_go(city: City, case_id: int) -> None:
    """Give a played case, and all that were opened from it, to the real clock."""
    family = select(Case.id).where(Case.id == case_id).cte(recursive=True)
    family = family.union(select(Case.id).join(family, Case.parent_id == family.c.id))
    with city.database.transaction() as session:
        session.execute(update(Case).where(Case.id.in_(select(family.c.id))).values(held=False))
