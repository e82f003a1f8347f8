"""Who sees what: the one predicate over cases and the one over work, used by every read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Text, and_, bindparam, exists, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import func

from models.cases import Case, CaseUnit
from models.work import WorkItem


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a reader may see, as plain values that the predicates bind.

    `everything`: the city level, auditors and inspectors. `places`: counties and zones whose
    cases are seen. `posts`: (unit id, role) held; their units' cases are seen where the unit is
    party. `enterprise` and `case`: the company itself, or the holder of one lookup code.
    """

    everything: bool = False
    places: tuple[int, ...] = ()
    posts: tuple[tuple[int, str], ...] = ()
    person: int | None = None
    enterprise: int | None = None
    case: int | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the values for `CASE_VISIBLE` and `WORK_MINE`."""
        return {
            "see_everything": self.everything,
            "see_places": list(self.places),
            "see_units": [unit for unit, _ in self.posts],
            "see_posts": [f"{unit}:{role}" for unit, role in self.posts],
            "see_person": self.person or 0,
            "see_enterprise": self.enterprise or 0,
            "see_case": self.case or 0,
        }


def _ids(name: str) -> Any:
    return bindparam(name, type_=ARRAY(BigInteger))


IS_COMPANY: ColumnElement[bool] = or_(
    Case.enterprise_id == bindparam("see_enterprise", type_=BigInteger),
    Case.contact_id == bindparam("see_person", type_=BigInteger),
    Case.id == bindparam("see_case", type_=BigInteger),
)
"""The reader is the case's own company: signed in, named as its contact, or by its lookup code."""

CASE_VISIBLE: ColumnElement[bool] = or_(
    bindparam("see_everything", type_=Boolean),
    Case.place_id == func.any(_ids("see_places")),
    IS_COMPANY,
    exists().where(CaseUnit.case_id == Case.id, CaseUnit.unit_id == func.any(_ids("see_units"))),
)
"""A case that the reader may see."""

WORK_IN_MY_UNITS: ColumnElement[bool] = func.concat(WorkItem.unit_id, ":", WorkItem.role) == (
    func.any(bindparam("see_posts", type_=ARRAY(Text)))
)
"""Work given to a role that the reader holds in that unit."""

WORK_MINE: ColumnElement[bool] = or_(
    WorkItem.assignee_id == bindparam("see_person", type_=BigInteger),
    and_(WorkItem.assignee_id.is_(None), WORK_IN_MY_UNITS),
    and_(WorkItem.role == "enterprise", IS_COMPANY),
)
"""Work that the reader may do now (needs `cases` joined)."""


def visible_cases(scope: Scope) -> ColumnElement[bool]:
    """Return `CASE_VISIBLE` bound to a reader, for statements built on the spot."""
    return CASE_VISIBLE.params(**scope.parameters())


def workable(scope: Scope) -> ColumnElement[bool]:
    """Return `WORK_MINE` bound to a reader, for statements built on the spot."""
    return WORK_MINE.params(**scope.parameters())


__all__ = ["CASE_VISIBLE", "WORK_MINE", "Scope", "visible_cases", "workable"]
