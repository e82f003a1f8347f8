"""The news that a case has ended, for the cases that wait for it: one fixed statement."""

from __future__ import annotations

from sqlalchemy import BigInteger, DateTime, Text, bindparam, case, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlalchemy.sql import func

from models.cases import Case, CaseLink
from models.deliveries import Delivery
from models.scores import Reply
from models.units import Unit
from workflows.outbox import LINKED_CASE_CLOSED, MAIN_CASE_CLOSED, MERGED, TOLD_BY_HAND

_ENDED = bindparam("from_case_id", type_=BigInteger)
_WAITING = aliased(Case)
_REPLY = (
    select(Reply.text)
    .where(Reply.case_id == _ENDED)
    .order_by(Reply.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LEAD = select(Unit.key).where(Unit.id == Case.lead_unit_id).correlate(Case).scalar_subquery()
_PAYLOAD = func.jsonb_build_object(
    literal("linked_number", Text),
    Case.number,
    literal("linked_kind", Text),
    CaseLink.kind,
    literal("linked_result", Text),
    bindparam("result", type_=Text),
    literal("linked_reply", Text),
    func.coalesce(_REPLY, ""),
    literal("linked_lead", Text),
    func.coalesce(_LEAD, ""),
    type_=JSONB,
)

TELL_ENDED = insert(Delivery).from_select(
    [
        "kind",
        "case_id",
        "from_case_id",
        "from_step",
        "message",
        "process_key",
        "link_kind",
        "payload",
        "at",
        "tries",
        "last_error",
    ],
    select(
        literal("message", Text),
        CaseLink.case_id,
        CaseLink.other_id,
        bindparam("from_step", type_=BigInteger),
        case((CaseLink.kind == MERGED, MAIN_CASE_CLOSED), else_=LINKED_CASE_CLOSED),
        literal("", Text),
        CaseLink.kind,
        _PAYLOAD,
        bindparam("at", type_=DateTime(timezone=True)),
        literal(0, BigInteger),
        literal("", Text),
    )
    .join(Case, Case.id == CaseLink.other_id)
    .join(_WAITING, _WAITING.id == CaseLink.case_id)
    .where(
        CaseLink.other_id == _ENDED,
        CaseLink.ended_at.is_(None),
        *(CaseLink.kind != kind for kind in TOLD_BY_HAND),
        _WAITING.state == "open",
    ),
)
"""Binds `from_case_id` (the case that has ended), `from_step`, `result` and `at`."""
