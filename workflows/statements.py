"""The statements by which the ledger writes a step, each built once.

What varies is bound, so that a step compiles no SQL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    LargeBinary,
    Text,
    bindparam,
    case,
    cast,
    insert,
    literal_column,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql import func

from models.audit import AuditEntry
from models.cases import Case, CaseUnit, Step, TimelineEntry
from models.deliveries import Delivery
from models.notices import Notice
from models.work import Deadline, DeadlineChange, Wait, WorkItem


def _insert(model: Any, *columns: str) -> Any:
    """An insert of the named columns, each bound under its own name."""
    table = model.__table__
    bound = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    return insert(table).values(bound)


STEP = _insert(
    Step,
    "case_id",
    "number",
    "kind",
    "at",
    "person_id",
    "actor",
    "work_item_id",
    "process",
    "element",
    "form",
    "values",
    "version_id",
    "state",
    "effects",
)
ITEM = _insert(
    WorkItem,
    "id",
    "case_id",
    "state",
    "process",
    "element",
    "name",
    "name_en",
    "stage",
    "role",
    "unit_id",
    "assignee_id",
    "form",
    "public",
    "pauses",
    "sentence",
    "sentence_en",
    "opened_at",
    "opened_step",
    "due_at",
    "warn_at",
    "paused_at",
).values(outcome="", done_by="")
DEADLINE = _insert(
    Deadline,
    "case_id",
    "kind",
    "task_id",
    "guards",
    "process",
    "element",
    "started_at",
    "due_at",
    "warn_at",
    "expression",
    "how",
    "paused_at",
    "paused_by",
)
WAIT = _insert(
    Wait,
    "id",
    "case_id",
    "process",
    "element",
    "name",
    "name_en",
    "message",
    "form",
    "roles",
    "unit_id",
    "public",
    "sentence",
    "sentence_en",
    "opened_at",
    "opened_step",
)
DELIVERY = _insert(
    Delivery,
    "kind",
    "case_id",
    "from_case_id",
    "from_step",
    "message",
    "process_key",
    "link_kind",
    "payload",
    "at",
).values(tries=0, last_error="")
TIMELINE = _insert(
    TimelineEntry, "case_id", "step", "at", "kind", "actor", "unit", "public", "values"
)
AUDIT = _insert(AuditEntry, "case_id", "at", "person_id", "actor", "action", "detail", "hash")
NOTICE = _insert(Notice, "case_id", "enterprise_id", "work_item_id", "kind", "values", "at").values(
    role=""
)
UNIT_NOTICE = _insert(Notice, "case_id", "unit_id", "role", "work_item_id", "kind", "values", "at")
CHANGE = _insert(
    DeadlineChange,
    "deadline_id",
    "at",
    "kind",
    "due_before_at",
    "due_after_at",
    "reason",
    "actor",
)
PARTY = (
    upsert(CaseUnit)
    .values(
        case_id=bindparam("case_id"), unit_id=bindparam("unit_id"), since_at=bindparam("since_at")
    )
    .on_conflict_do_nothing()
)

_DONE = WorkItem.id == bindparam("done", type_=PgUUID(as_uuid=True))
CLOSE_ITEMS = (
    update(WorkItem)
    .where(WorkItem.id == func.any(bindparam("ids", type_=ARRAY(PgUUID(as_uuid=True)))))
    .values(
        state=case((_DONE, "done"), else_="cancelled"),
        outcome=case((_DONE, bindparam("outcome", type_=Text)), else_=""),
        done_by=case((_DONE, bindparam("done_by", type_=Text)), else_=""),
        closed_at=bindparam("closed_at", type_=DateTime(timezone=True)),
        closed_step=bindparam("closed_step", type_=BigInteger),
        draft=None,
    )
)
MOVE_ITEM = (
    update(WorkItem)
    .where(WorkItem.id == bindparam("item_id"))
    .values(
        due_at=bindparam("due_at"), warn_at=bindparam("warn_at"), paused_at=bindparam("paused_at")
    )
)
_IDS = ARRAY(BigInteger)
END_DEADLINES = (
    update(Deadline)
    .where(Deadline.id == func.any(bindparam("ids", type_=_IDS)))
    .values(
        ended_at=bindparam("ended_at", type_=DateTime(timezone=True)),
        end=case(
            (Deadline.id == func.any(bindparam("met", type_=_IDS)), "met"),
            (Deadline.id == func.any(bindparam("fired", type_=_IDS)), "fired"),
            else_="cancelled",
        ),
    )
)
END_WAITS = (
    update(Wait)
    .where(Wait.id == func.any(bindparam("ids", type_=ARRAY(PgUUID(as_uuid=True)))))
    .values(ended_at=bindparam("ended_at", type_=DateTime(timezone=True)))
)
_HOW = cast(bindparam("how", type_=JSONB), JSONB)
MOVE_DEADLINE = (
    update(Deadline)
    .where(Deadline.id == bindparam("deadline_id"))
    .values(
        due_at=bindparam("due_at"),
        warn_at=bindparam("warn_at"),
        paused_at=bindparam("paused_at"),
        paused_by=bindparam("paused_by"),
        # How it is counted now replaces how it was; nothing said, it is as it was.
        how=case((literal_column("'{}'::jsonb", JSONB) == _HOW, Deadline.how), else_=_HOW),
    )
)
PROJECT = (
    update(Case)
    .where(Case.id == bindparam("case_id"))
    .values(
        revision=bindparam("revision", type_=BigInteger),
        audit_hash=bindparam("audit_hash", type_=LargeBinary),
        updated_at=bindparam("updated_at", type_=DateTime(timezone=True)),
        state=bindparam("state", type_=Text),
        stage=bindparam("stage", type_=Text),
        lead_unit_id=bindparam("lead_unit_id", type_=BigInteger),
        place_id=func.coalesce(bindparam("place_id", type_=BigInteger), Case.place_id),
        result=bindparam("result", type_=Text),
        closed_at=func.coalesce(
            bindparam("closed_at", type_=DateTime(timezone=True)),
            case(
                (bindparam("state", type_=Text) == "open", literal_column("null::timestamptz")),
                else_=Case.closed_at,
            ),
        ),
        facts=Case.facts.op("||")(cast(bindparam("facts", type_=JSONB), JSONB)),
    )
)
