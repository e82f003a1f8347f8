"""What letters and messages know of a case: the names that texts may use, and their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case, CaseCount
from models.enterprises import Enterprise
from models.receptions import AgendaItem, Decision, Measure, Minutes, Reception
from models.scores import Reply
from models.units import Unit
from models.work import WorkItem
from workflows.city import City
from workflows.definitions.definition import Definition
from workflows.definitions.texts import ENGLISH, Rendered, Text
from workflows.worktime import local_day

NAMES: Mapping[str, tuple[str, ...]] = {
    "number": (),
    "title": (),
    "case": ("number", "title", "category", "kind", "submitted_at", "place", "place_en"),
    "enterprise": ("name", "credit_code", "contact", "phone"),
    "submitted_at": (),
    "lead": ("name", "name_en", "phone"),
    "department_name": (),
    "facts": (),
    "today": (),
    "now": (),
    "actor": (),
    "due_at": (),
    "due": (),
    "task": (),
    "letter": ("number", "on"),
    "decision": ("text", "leader", "lead", "decided_at", "solved_on_the_spot"),
    "decision_text": (),
    "measures": (),
    "session": ("title", "on", "starts_at", "room", "leader", "slot"),
    "session_on": (),
    "minutes_number": (),
    "reply": ("number", "text", "result", "signed_by", "sent_at"),
    "reply_number": (),
    "sent_at": (),
    "counts": (),
    "code": (),
}
"""Names that every text may use, each with the members it has; none named means any.

A fact of the case stands under its own key too. docs/how-to/write-a-letter.md explains them.
"""


@dataclass(frozen=True, kw_only=True)
class About:
    """The case that a text is written about, as the step knows it."""

    session: Session
    city: City
    case_id: int
    now: datetime
    facts: Mapping[str, Any]
    lead_unit_id: int | None
    place_id: int
    actor: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Values for this one text: the letter's number, the task's name and due time."""


def write(text: Text, about: About) -> Rendered:
    """Write a text with the case's data; only what the text names is read from the tables."""
    return text.render(_values(about, text.names))


def write_both(definition: Definition, name: str, about: About) -> dict[str, str]:
    """Return subject and body of a message, and the English ones where there is a version."""
    chinese = write(definition.text(name), about)
    written = {"subject": chinese.subject, "body": chinese.body}
    if name + ENGLISH in definition.texts:
        english = write(definition.texts[name + ENGLISH], about)
        written |= {"subject_en": english.subject, "body_en": english.body}
    return written


def _values(about: About, names: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        **about.facts,
        "facts": about.facts,
        "today": local_day(about.now),
        "now": about.now,
        "actor": about.actor,
    }
    for read, given in _READS.items():
        if names & given:
            values |= read(about)
    return {**values, **about.more}


def _case(about: About) -> dict[str, Any]:
    row = about.session.execute(
        select(
            Case.number,
            Case.title,
            Case.category,
            Case.kind,
            Case.submitted_at,
            Unit.name.label("place"),
            Unit.name_en.label("place_en"),
        )
        .join(Unit, Unit.id == about.place_id)
        .where(Case.id == about.case_id)
    ).one()
    case = dict(row._mapping)
    return {"case": case, **{key: case[key] for key in ("number", "title", "submitted_at")}}


def _enterprise(about: About) -> dict[str, Any]:
    row = about.session.execute(
        select(Enterprise.name, Enterprise.credit_code, Enterprise.contact, Enterprise.phone)
        .join(Case, Case.enterprise_id == Enterprise.id)
        .where(Case.id == about.case_id)
    ).one_or_none()
    return {"enterprise": dict(row._mapping) if row else {}}


def _lead(about: About) -> dict[str, Any]:
    row = about.session.execute(
        select(Unit.name, Unit.name_en, Unit.phone).where(Unit.id == about.lead_unit_id)
    ).one_or_none()
    lead = dict(row._mapping) if row else {}
    return {"lead": lead, "department_name": lead.get("name", "")}


def _decision(about: About) -> dict[str, Any]:
    row = about.session.execute(
        select(Decision, Unit.name)
        .outerjoin(Unit, Unit.id == Decision.lead_unit_id)
        .where(Decision.case_id == about.case_id)
        .order_by(Decision.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return {"decision": {}, "measures": []}
    taken, lead = row
    decision = {
        "text": taken.text,
        "leader": taken.lead_leader,
        "lead": lead or "",
        "decided_at": taken.decided_at,
        "solved_on_the_spot": taken.solved_on_the_spot,
    }
    return {
        "decision": decision,
        "decision_text": taken.text,
        "measures": _measures(about.session, taken.id),
    }


def _measures(session: Session, decision_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Measure, Unit.name)
        .outerjoin(Unit, Unit.id == Measure.unit_id)
        .where(Measure.decision_id == decision_id)
        .order_by(Measure.number)
    )
    return [
        {
            "number": measure.number,
            "measure": measure.text,
            "unit_name": unit or "",
            "person": measure.person,
            "deliverable": measure.deliverable,
            "due_on": measure.due_on,
        }
        for measure, unit in rows
    ]


def _session(about: About) -> dict[str, Any]:
    row = about.session.execute(
        select(
            Reception.title,
            Reception.held_on.label("on"),
            Reception.starts_at,
            Reception.room,
            Reception.leader,
            AgendaItem.slot,
            Minutes.number,
        )
        .join(AgendaItem, AgendaItem.reception_id == Reception.id)
        .outerjoin(Minutes, Minutes.reception_id == Reception.id)
        .where(AgendaItem.case_id == about.case_id)
        .order_by(AgendaItem.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return {"session": {}, "session_on": None, "minutes_number": ""}
    session = dict(row._mapping)
    number = session.pop("number") or ""
    session["starts_at"] = f"{session['starts_at']:%H:%M}"
    return {"session": session, "session_on": session["on"], "minutes_number": number}


def _reply(about: About) -> dict[str, Any]:
    row = about.session.execute(
        select(Reply.number, Reply.text, Reply.result, Reply.signed_by, Reply.sent_at)
        .where(Reply.case_id == about.case_id)
        .order_by(Reply.id.desc())
        .limit(1)
    ).one_or_none()
    reply = dict(row._mapping) if row else {}
    return {
        "reply": reply,
        "reply_number": reply.get("number", ""),
        "sent_at": reply.get("sent_at"),
    }


def _due(about: About) -> dict[str, Any]:
    """Return the due times of open work by element, and the nearest of them."""
    rows = about.session.execute(
        select(WorkItem.element, WorkItem.due_at)
        .where(
            WorkItem.case_id == about.case_id,
            WorkItem.state == "open",
            WorkItem.due_at.is_not(None),
        )
        .order_by(WorkItem.due_at.desc())
    )
    due = {row.element: row.due_at for row in rows}
    return {"due": due, "due_at": min(due.values(), default=None)}


def _counts(about: About) -> dict[str, Any]:
    rows = about.session.execute(
        select(CaseCount.what, CaseCount.count).where(CaseCount.case_id == about.case_id)
    )
    return {"counts": {what: Decimal(count) for what, count in rows}}


_READS: Mapping[Callable[[About], dict[str, Any]], frozenset[str]] = {
    _case: frozenset(("case", "number", "title", "submitted_at")),
    _enterprise: frozenset(("enterprise",)),
    _lead: frozenset(("lead", "department_name")),
    _decision: frozenset(("decision", "decision_text", "measures")),
    _session: frozenset(("session", "session_on", "minutes_number")),
    _reply: frozenset(("reply", "reply_number", "sent_at")),
    _due: frozenset(("due", "due_at")),
    _counts: frozenset(("counts",)),
}
