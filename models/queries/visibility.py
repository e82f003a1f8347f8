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
    CompoundSelect,
    Text,
    and_,
    bindparam,
    exists,
    false,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.sql import func

from models.cases import Case, CaseUnit
from models.work import Wait, WorkItem


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
        """Return the values for `CASE_VISIBLE`, `WORK_MINE` and `WAIT_MINE`."""
        return {
            "see_everything": self.everything,
            "see_places": list(self.places),
            "see_units": [unit for unit, _ in self.posts],
            "see_posts": [f"{unit}:{role}" for unit, role in self.posts],
            "see_roles": sorted({role for _, role in self.posts}),
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


def _can_hold(name: str, values: Values) -> bool:
    """Tell whether a term is worth asking: the planner walks an index where few terms are left."""
    return name not in values or bool(values[name])


def _either(terms: Mapping[str, ColumnElement[bool]], values: Values) -> ColumnElement[bool]:
    """Join the terms, by the name of the value that they bind, that can hold for a reader."""
    return or_(false(), *(term for name, term in terms.items() if _can_hold(name, values)))


def _is_company(values: Values) -> ColumnElement[bool]:
    """The reader is the case's own company: signed in, its contact, or by a lookup code.

    The code of a case opens its parts as well, and theirs, which have none of their own; but no
    work of the city itself that was opened from it.
    """
    coded = _bound("see_case", BigInteger, values)
    terms = {
        "see_enterprise": Case.enterprise_id == _bound("see_enterprise", BigInteger, values),
        "see_person": Case.contact_id == _bound("see_person", BigInteger, values),
        "see_case": or_(Case.id == coded, Case.id.in_(_opened_from(coded))),
    }
    return _either(terms, values)


def _opened_from(coded: BindParameter[Any]) -> Any:
    """The company's cases that were opened from a case, and from those in turn."""
    one = aliased(Case)
    begun = select(one.id).where(one.parent_id == coded, one.enterprise_id.is_not(None))
    family = begun.cte(recursive=True)
    further = aliased(Case)
    family = family.union(
        select(further.id).where(
            further.parent_id == family.c.id, further.enterprise_id.is_not(None)
        )
    )
    return select(family.c.id)


def _case_visible(values: Values) -> ColumnElement[bool]:
    """A case that the reader may see."""
    if values.get("see_everything"):
        return true()
    units = _bound("see_units", ARRAY(BigInteger), values)
    party = exists().where(CaseUnit.case_id == Case.id, CaseUnit.unit_id == func.any(units))
    terms = {
        "see_everything": _bound("see_everything", Boolean, values),
        "see_places": Case.place_id == func.any(_bound("see_places", ARRAY(BigInteger), values)),
        "see_units": party,
    }
    return or_(_either(terms, values), _is_company(values))


def _work_mine(values: Values) -> ColumnElement[bool]:
    """Work that the reader may do now: claimed by them, waiting for a post, or the company's."""
    posts = _bound("see_posts", ARRAY(Text), values)
    waits_for_a_post = func.concat(WorkItem.unit_id, ":", WorkItem.role) == func.any(posts)
    return or_(
        WorkItem.assignee_id == _bound("see_person", BigInteger, values),
        and_(WorkItem.assignee_id.is_(None), waits_for_a_post),
        and_(WorkItem.role == "enterprise", _is_company(values)),
    )


def _wait_mine(values: Values) -> ColumnElement[bool]:
    """A message that the reader may send: by a role, in the wait's unit where it names one."""
    roles = func.string_to_array(Wait.roles, ",", type_=ARRAY(Text))
    anywhere = roles.overlap(_bound("see_roles", ARRAY(Text), values))
    with_unit = func.replace(Wait.roles, ",", func.concat(",", Wait.unit_id, ":"))
    posts = func.string_to_array(func.concat(Wait.unit_id, ":", with_unit), ",", type_=ARRAY(Text))
    there = posts.overlap(_bound("see_posts", ARRAY(Text), values))
    return or_(
        and_(Wait.unit_id.is_(None), anywhere),
        and_(Wait.unit_id.is_not(None), there),
        and_(literal("enterprise", Text) == func.any(roles), _is_company(values)),
    )


CASE_VISIBLE = _case_visible({})
"""The predicate for fixed statements, which bind a scope's `parameters()` when they run."""
WORK_MINE = _work_mine({})
"""The same for work (needs `cases` joined)."""
WAIT_MINE = _wait_mine({})
"""The same for messages that wait to be sent (needs `cases` joined)."""


def visible_cases(scope: Scope) -> ColumnElement[bool]:
    """Return the predicate over cases bound to a reader, for statements built on the spot."""
    return _case_visible(scope.parameters())


def visible_ids(scope: Scope) -> CompoundSelect[Any]:
    """Return the ids of the cases that a reader may see who does not see everything.

    The same as `visible_cases` as one walk along an index for each term: for reads that look at
    very many cases at once.
    """
    values = scope.parameters()
    units = _bound("see_units", ARRAY(BigInteger), values)
    return union_all(
        select(Case.id).where(
            Case.place_id == func.any(_bound("see_places", ARRAY(BigInteger), values))
        ),
        select(CaseUnit.case_id).where(CaseUnit.unit_id == func.any(units)),
        select(Case.id).where(_is_company(values)),
    )


def workable(scope: Scope) -> ColumnElement[bool]:
    """Return the predicate over work bound to a reader, for statements built on the spot."""
    return _work_mine(scope.parameters())


def sendable(scope: Scope) -> ColumnElement[bool]:
    """Return the predicate over waits bound to a reader, for statements built on the spot."""
    return _wait_mine(scope.parameters())


__all__ = [
    "CASE_VISIBLE",
    "WAIT_MINE",
    "WORK_MINE",
    "Scope",
    "sendable",
    "visible_cases",
    "visible_ids",
    "workable",
]
