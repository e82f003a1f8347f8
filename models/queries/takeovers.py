"""What is known of cases that stood in an office's own register."""

from __future__ import annotations

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from models.database import rows_of
from models.takeovers import TakenOver

_NUMBER = select(TakenOver.own_number).where(
    TakenOver.case_id == bindparam("case_id", type_=BigInteger)
)


def register_number(session: Session, case_id: int) -> str | None:
    """Return the number that a case has in the office's register, None if it never stood there."""
    rows = rows_of(session, _NUMBER, {"case_id": case_id})
    return rows[0][0] if rows else None
