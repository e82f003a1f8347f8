"""The lookup code: number and code together open one case, without an account."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.queries.portal import read_code
from workflows.actor import Actor
from workflows.codes import code_hash
from workflows.errors import ThroughTrainError

MARK_LENGTH = 16
"""Characters of the stored hash that a session keeps; a new code ends the sessions of the old."""
_NOBODY = code_hash("", "")


class CodeRefused(ThroughTrainError):
    """Number and code do not belong together; which of the two is wrong is not said."""

    sentence = "No case was found with this number and lookup code."
    mend = (
        "Check both against your receipt: the number is printed at the top, the code has "
        "8 characters. Lost the code? Call the hotline with the number at hand."
    )


@dataclass(frozen=True, kw_only=True)
class Held:
    """A case that somebody has opened by its code; `mark` is what the session remembers."""

    case_id: int
    number: str
    mark: str
    enterprise: str

    @property
    def actor(self) -> Actor:
        """On whose behalf the holder reads and acts: the company, in this one case."""
        return Actor(name=self.enterprise, case_id=self.case_id)


def open_by_code(session: Session, number: str, code: str) -> Held:
    """Return the case that number and code open, or raise CodeRefused."""
    number = clean_number(number)
    found = read_code(session, number)
    typed = code_hash(found.number if found else number, code)
    if not hmac.compare_digest(found.code_hash if found else _NOBODY, typed) or found is None:
        raise CodeRefused()
    return Held(
        case_id=found.case_id,
        number=found.number,
        mark=found.code_hash[:MARK_LENGTH],
        enterprise=found.enterprise,
    )


def open_again(session: Session, number: str, mark: str) -> Held | None:
    """Return a case whose code was typed earlier in a session, None if the code has changed."""
    found = read_code(session, number)
    if found is None or not hmac.compare_digest(found.code_hash[:MARK_LENGTH], mark):
        return None
    return Held(case_id=found.case_id, number=found.number, mark=mark, enterprise=found.enterprise)


def clean_number(number: str) -> str:
    """Return a case number as it is stored, however it was typed."""
    return "".join(number.split()).upper()
