"""What starts, continues and ends a case from outside its tasks: submit, deliver, hold."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.cases import Case, CaseNumber
from models.enterprises import Enterprise
from models.queries.search import document
from workflows import engine, files, ledger, options
from workflows.actions import drafts
from workflows.actions.frame import Frame, decided_in, guarded, in_step, routing, rules_of
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.definition import Definition
from workflows.effects import effects_of
from workflows.errors import InvalidEntries, NotAllowed
from workflows.host import StepHost
from workflows.ledger import Standing, StepRecord
from workflows.worktime import local_day

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8

_NEXT_SERIAL = (
    upsert(CaseNumber)
    .values(process_id=bindparam("process_id"), year=bindparam("year"), serial=1)
    .on_conflict_do_update(
        index_elements=[CaseNumber.process_id, CaseNumber.year],
        set_={"serial": CaseNumber.serial + 1},
    )
    .returning(CaseNumber.serial)
)


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What the company keeps: the number and the lookup code (shown once, stored hashed)."""

    case_id: int
    number: str
    code: str


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case that is being made, as operations and functions see it."""

    id: int
    number: str
    process_id: int
    enterprise_id: int
    place_id: int
    submitted_at: datetime
    lead_unit_id: int | None = None


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
        case = _insert_case(
            city,
            session,
            definition,
            typed,
            actor=actor,
            now=now,
            channel=channel,
            held=held,
            code=given,
        )
        _start(city, session, definition, case, typed, actor=actor, now=now)
        files.attach(session, form, typed, owner=owner, case_id=case.id, step=1, public=True)
        if draft_id is not None:
            drafts.end_draft(
                session, draft_id, process_key, case_id=case.id, number=case.number, now=now
            )
        return Submitted(case_id=case.id, number=case.number, code=given)

    return guarded(city, body, action="submit", now=now, process_key=process_key)


def may_start(definition: Definition, actor: Actor) -> bool:
    """True if the bundle lets this person start a case; the public counts as the company."""
    allowed = set(definition.bundle.started_by)
    if actor.is_system or allowed & actor.roles:
        return True
    return "enterprise" in allowed and not actor.is_staff


def new_code() -> str:
    """Return a new lookup code, without characters that are easily confused."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def code_from(digest: bytes) -> str:
    """Return the lookup code that stands for a secret digest: the same one each time."""
    rest, code = int.from_bytes(digest), ""
    for _ in range(CODE_LENGTH):
        rest, place = divmod(rest, len(CODE_ALPHABET))
        code += CODE_ALPHABET[place]
    return code


def code_hash(number: str, code: str) -> str:
    """Return what is stored of a lookup code."""
    typed = code.strip().upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"{number}:{typed}".encode()).hexdigest()


def _insert_case(
    city: City,
    session: Session,
    definition: Definition,
    typed: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    channel: str,
    held: bool,
    code: str,
) -> NewCase:
    column = _columns(definition, typed)
    place = city.unit(str(column.get("place") or "")) if column.get("place") else None
    if place is None:
        place = next(unit for unit in city.directory().all() if unit.kind == "city")
    enterprise_id = actor.enterprise_id or _enterprise(session, column, place.id, now)
    process_id, version_id = definition.process_id, definition.version_id
    year = local_day(now).year
    serial = session.scalars(_NEXT_SERIAL, {"process_id": process_id, "year": year}).one()
    number = definition.bundle.case_number(year, serial)
    title = str(column.get("title") or definition.bundle.title)
    case_id = session.scalars(
        insert(Case).returning(Case.id),
        [
            {
                "number": number,
                "code_hash": code_hash(number, code),
                "process_id": process_id,
                "version_id": version_id,
                "enterprise_id": enterprise_id,
                "contact_id": actor.person_id if actor.enterprise_id else None,
                "place_id": place.id,
                "channel": channel,
                "title": title,
                "category": str(column.get("category") or ""),
                "kind": str(column.get("kind") or ""),
                "submitted_at": now,
                "updated_at": now,
                "held": held,
            }
        ],
    ).one()
    _index(session, case_id, number, title, typed)
    return NewCase(
        id=case_id,
        number=number,
        process_id=process_id,
        enterprise_id=enterprise_id,
        place_id=place.id,
        submitted_at=now,
    )


def _columns(definition: Definition, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {column: typed.get(field) for column, field in definition.bundle.case_columns.items()}


def _index(
    session: Session, case_id: int, number: str, title: str, typed: Mapping[str, Any]
) -> None:
    texts = [number, title, *(value for value in typed.values() if isinstance(value, str))]
    session.execute(
        update(Case)
        .where(Case.id == case_id)
        .values(search=func.to_tsvector("simple", document(texts)))
    )


def _enterprise(session: Session, column: Mapping[str, Any], place_id: int, now: datetime) -> int:
    """Find the enterprise by its credit code, or enter it."""
    code = str(column.get("credit_code") or "").strip().upper() or None
    name = str(column.get("enterprise") or "").strip()
    row = {
        "name": name or "—",
        "credit_code": code,
        "place_id": place_id,
        "contact": str(column.get("contact") or ""),
        "phone": str(column.get("phone") or ""),
        "created_at": now,
    }
    if code is not None:
        found = session.scalar(select(Enterprise.id).where(Enterprise.credit_code == code))
        if found is not None:
            return found
        statement = (
            upsert(Enterprise)
            .values(**row)
            .on_conflict_do_update(index_elements=["credit_code"], set_={"credit_code": code})
            .returning(Enterprise.id)
        )
        return session.scalars(statement).one()
    return session.scalars(insert(Enterprise).returning(Enterprise.id), [row]).one()


def _start(
    city: City,
    session: Session,
    definition: Definition,
    case: NewCase,
    typed: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    host = StepHost(
        city=city,
        session=session,
        definition=definition,
        case=case,
        actor=actor,
        now=now,
        step=1,
        facts=dict(typed),
    )
    outcome = engine.start(definition.specification, routing(definition, typed), host)
    effects = effects_of(outcome, host=host, definition=definition, before=None)
    form = definition.form(definition.bundle.start_form)
    step = StepRecord(
        case_id=case.id,
        number=1,
        kind="start",
        at=now,
        actor=actor,
        version_id=definition.version_id,
        state=outcome.state,
        process=definition.bundle.main,
        form=definition.bundle.start_form,
        values=form.to_json(typed),
        flows=outcome.flows,
        rules=rules_of(outcome),
        decided=decided_in(outcome),
        timeline=(
            {
                "case_id": case.id,
                "step": 1,
                "at": now,
                "kind": "case_submitted",
                "actor": actor.name,
                "unit": "",
                "public": True,
                "values": {},
            },
        ),
        action="submit",
    )
    ledger.write(session, step, effects, host.changes, Standing(place_id=case.place_id))


def deliver(
    city: City,
    actor: Actor,
    case_id: int,
    message: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
) -> int:
    """Deliver a message to the one place of a case that waits for it; return the step's number."""

    def body(frame: Frame) -> int:
        host = frame.host(payload)
        outcome = engine.deliver(
            frame.definition.specification, frame.case.engine_state, message, payload, host
        )
        effects = frame.effects(outcome, host)
        frame.write(
            host,
            effects,
            kind="deliver",
            state=outcome.state,
            values={},
            flows=outcome.flows,
            rules=rules_of(outcome),
            decided=decided_in(outcome),
            timeline=(frame.line("message_received", {"name": message}),),
            detail={"message": message},
        )
        return frame.number

    return in_step(city, actor, action="deliver", now=now, body=body, case_id=case_id)


def let_go(city: City, case_id: int) -> None:
    """Give a played case to the real clock."""
    with city.database.transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(held=False))
