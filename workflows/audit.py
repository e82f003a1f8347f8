"""The audit trail beside the cases: who signed in, who changed what, where no case is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from workflows.ledger import chained


def note(
    session: Session,
    action: str,
    *,
    now: datetime,
    actor: str = "",
    person_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an entry that belongs to no case, with its own hash."""
    row = {
        "case_id": None,
        "at": now,
        "person_id": person_id,
        "actor": actor,
        "action": action,
        "detail": dict(detail or {}),
    }
    session.execute(insert(AuditEntry).values(**row, hash=chained(b"", row)))
