"""How every case begins: its number, its row, and the first step of its process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.cases import Case, CaseLink, CaseNumber, CaseUnit
from models.enterprises import Enterprise
from models.queries.search import document
from workflows import engine, ledger, outbox
from workflows.actions.frame import decided_in, routing, rules_of, tells_others
from workflows.actor import Actor
from workflows.city import City
from workflows.codes import code_hash, new_code
from workflows.definitions.definition import Definition
from workflows.directory import UnitRow
from workflows.effects import effects_of
from workflows.host import StepHost
from workflows.ledger import Standing, StepRecord
from workflows.rows import Row
from workflows.worktime import local_day

_NEXT_SERIAL = (
    upsert(CaseNumber)
    .values(process_id=bindparam("process_id"), year=bindparam("year"), serial=1)
    .on_conflict_do_update(
        index_elements=[CaseNumber.process_id, CaseNumber.year],
        set_={"serial": CaseNumber.serial + 1},
    )
    .returning(CaseNumber.serial)
)
_COMPANY_COLUMNS = frozenset(("enterprise", "credit_code"))


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a case comes from.

    `kind` is empty for a booking, else the kind of its link to the case `opener` (its id and
    number), whose company it takes over. Nobody is shown the code of such a case.
    """

    channel: str = "online"
    held: bool = False
    code: str = ""
    kind: str = ""
    opener: tuple[int, str] | None = None
    enterprise_id: int | None = None
    contact_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case that is being made, as operations and functions see it."""

    id: int
    number: str
    process_id: int
    enterprise_id: int | None
    place_id: int
    submitted_at: datetime
    lead_unit_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A case that has begun; `told` says whether its first step told other cases something."""

    id: int
    number: str
    told: bool


def begin(
    city: City,
    session: Session,
    definition: Definition,
    typed: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> Begun:
    """Make a case from the typed values of its start form and run it to its first wait states.

    It is linked to its opener before it runs: one that ends at once has to tell it.
    """
    case = _insert_case(city, session, definition, typed, actor=actor, now=now, origin=origin)
    if origin.opener is not None:
        _link(session, origin.opener[0], case.id, origin.kind, now)
    told = _start(city, session, definition, case, typed, actor=actor, now=now, origin=origin)
    return Begun(id=case.id, number=case.number, told=told)


def is_of_companies(definition: Definition) -> bool:
    """Whether cases of a process belong to a company; others are the city's own work."""
    bundle = definition.bundle
    fed = not _COMPANY_COLUMNS.isdisjoint(bundle.case_columns)
    return fed or "enterprise" in bundle.started_by


def _insert_case(
    city: City,
    session: Session,
    definition: Definition,
    typed: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> NewCase:
    column = _columns(definition, typed)
    place = _place(city, column)
    enterprise_id, contact_id = None, None
    if is_of_companies(definition):
        enterprise_id = origin.enterprise_id or actor.enterprise_id
        contact_id = actor.person_id if actor.enterprise_id else origin.contact_id
        if enterprise_id is None:
            enterprise_id = _enterprise(session, column, place.id, now)
    process_id = definition.process_id
    year = local_day(now).year
    serial = session.scalars(_NEXT_SERIAL, {"process_id": process_id, "year": year}).one()
    number = definition.bundle.case_number(year, serial)
    title = str(column.get("title") or definition.bundle.title)
    row = {
        "number": number,
        "code_hash": code_hash(number, origin.code or new_code()),
        "process_id": process_id,
        "version_id": definition.version_id,
        "parent_id": origin.opener[0] if origin.opener else None,
        "enterprise_id": enterprise_id,
        "contact_id": contact_id,
        "place_id": place.id,
        "channel": origin.channel,
        "origin": origin.kind,
        "title": title,
        "category": str(column.get("category") or ""),
        "kind": str(column.get("kind") or ""),
        "submitted_at": now,
        "updated_at": now,
        "held": origin.held,
    }
    case_id = session.scalars(insert(Case).returning(Case.id), [row]).one()
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


def _place(city: City, column: Mapping[str, Any]) -> UnitRow:
    place = city.unit(str(column["place"])) if column.get("place") else None
    return place or next(unit for unit in city.directory().all() if unit.kind == "city")


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


def _link(session: Session, opener_id: int, case_id: int, kind: str, now: datetime) -> None:
    """Link a case to the one that opened it, whose parties see it from now on."""
    session.execute(
        insert(CaseLink).values(case_id=opener_id, other_id=case_id, kind=kind, since_at=now)
    )
    parties = select(literal(case_id), CaseUnit.unit_id, literal(now)).where(
        CaseUnit.case_id == opener_id
    )
    session.execute(
        upsert(CaseUnit)
        .from_select(["case_id", "unit_id", "since_at"], parties)
        .on_conflict_do_nothing()
    )


def _start(
    city: City,
    session: Session,
    definition: Definition,
    case: NewCase,
    typed: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> bool:
    """Run the first step and write it; return whether it told other cases something."""
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
    given = {outbox.ORIGIN: origin.kind, **typed}
    outcome = engine.start(definition.specification, routing(definition, given), host)
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
        timeline=(_first_line(case, origin, actor, now),),
        action="submit",
    )
    standing = Standing(place_id=case.place_id)
    ledger.write(session, step, effects, host.changes, standing)
    return tells_others(standing, effects, host.changes)


def _first_line(case: NewCase, origin: Origin, actor: Actor, now: datetime) -> Row:
    opened = {"number": origin.opener[1], "kind": origin.kind} if origin.opener else {}
    return {
        "case_id": case.id,
        "step": 1,
        "at": now,
        "kind": "case_opened" if opened else "case_submitted",
        "actor": actor.name,
        "unit": "",
        "public": True,
        "values": opened,
    }
