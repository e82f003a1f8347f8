"""The audit trail: the chain of hashes of a case's entries; entries that concern no case."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.audit import AuditEntry


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


def chained(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """Return SHA-256 over the previous hash and the entry's canonical JSON."""
    content = {
        "case_id": row["case_id"],
        "at": row["at"].timestamp(),
        "person_id": row["person_id"],
        "actor": row["actor"],
        "action": row["action"],
        "detail": row["detail"],
    }
    canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(previous + canonical).digest()
