"""Who sees what: the one predicate over cases and the one over work, used by every read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Text,
    and_,
    bindparam,
    exists,
    or_,
)
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


Values = Mapping[str, Any]
"""A reader's values by the name under which the predicates bind them; empty: bound later."""


def _bound(name: str, type_: Any, values: Values) -> BindParameter[Any]:
    if name in values:
        return bindparam(name, values[name], type_=type_)
    return bindparam(name, type_=type_)


def _is_company(values: Values) -> ColumnElement[bool]:
    """The reader is the case's own company: signed in, its contact, or by its lookup code."""
    return or_(
        Case.enterprise_id == _bound("see_enterprise", BigInteger, values),
        Case.contact_id == _bound("see_person", BigInteger, values),
        Case.id == _bound("see_case", BigInteger, values),
    )


def _case_visible(values: Values) -> ColumnElement[bool]:
    """A case that the reader may see."""
    units = _bound("see_units", ARRAY(BigInteger), values)
    return or_(
        _bound("see_everything", Boolean, values),
        Case.place_id == func.any(_bound("see_places", ARRAY(BigInteger), values)),
        _is_company(values),
        exists().where(CaseUnit.case_id == Case.id, CaseUnit.unit_id == func.any(units)),
    )


def _work_mine(values: Values) -> ColumnElement[bool]:
    """Work that the reader may do now: claimed by them, waiting for a post, or the company's."""
    posts = _bound("see_posts", ARRAY(Text), values)
    waits_for_a_post = func.concat(WorkItem.unit_id, ":", WorkItem.role) == func.any(posts)
    return or_(
        WorkItem.assignee_id == _bound("see_person", BigInteger, values),
        and_(WorkItem.assignee_id.is_(None), waits_for_a_post),
        and_(WorkItem.role == "enterprise", _is_company(values)),
    )


CASE_VISIBLE = _case_visible({})
"""The predicate for fixed statements, which bind a scope's `parameters()` when they run."""
WORK_MINE = _work_mine({})
"""The same for work (needs `cases` joined)."""


def visible_cases(scope: Scope) -> ColumnElement[bool]:
    """Return the predicate over cases bound to a reader, for statements built on the spot."""
    return _case_visible(scope.parameters())


def workable(scope: Scope) -> ColumnElement[bool]:
    """Return the predicate over work bound to a reader, for statements built on the spot."""
    return _work_mine(scope.parameters())


__all__ = ["CASE_VISIBLE", "WORK_MINE", "Scope", "visible_cases", "workable"]
