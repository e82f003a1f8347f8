"""The cases that a player knows by name: the scenario's own, and those that come of it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.cases import Case, CaseLink
from models.enterprises import Enterprise
from workflows.actor import Actor

OWN = "start"
"""The name of the case with which a scenario begins."""


class Known:
    """Names of cases: `start`, those submitted under a name, and those opened by another case.

    The latter are called by the kind of their link and their order, such as `part1`, `part2`.
    """

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._numbers: dict[int, str] = {}
        self._companies: dict[int, Actor] = {}

    def named(self, name: str) -> int | None:
        """Return the id of a case, None if there is none of that name yet."""
        return self.ids.get(name)

    def meet(self, session: Session) -> None:
        """Take in the cases that known ones have opened since it was last asked."""
        known = set(self.ids.values())
        links = session.execute(
            select(CaseLink.case_id, CaseLink.other_id, CaseLink.kind)
            .where(or_(CaseLink.case_id.in_(known), CaseLink.other_id.in_(known)))
            .order_by(CaseLink.other_id, CaseLink.case_id)
        )
        for one, other, kind in links:
            for case_id in (one, other):
                if case_id not in known:
                    known.add(case_id)
                    self.ids[self._next(kind)] = case_id

    def _next(self, kind: str) -> str:
        number = 1
        while f"{kind}{number}" in self.ids:
            number += 1
        return f"{kind}{number}"

    def numbers(self, session: Session) -> Mapping[str, str]:
        """Return the cases' numbers by their names; a number never changes."""
        new = set(self.ids.values()) - self._numbers.keys()
        if new:
            rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(new)))
            self._numbers |= dict(rows.all())
        return {name: self._numbers[case_id] for name, case_id in self.ids.items()}

    def company(self, session: Session, case_id: int) -> Actor | None:
        """Return who acts as the enterprise of a case; None if it has no enterprise."""
        if case_id not in self._companies:
            row = session.execute(
                select(Enterprise.id, Enterprise.name, Enterprise.contact)
                .join(Case, Case.enterprise_id == Enterprise.id)
                .where(Case.id == case_id)
            ).one_or_none()
            if row is None:
                return None
            enterprise_id, name, contact = row
            self._companies[case_id] = Actor(name=contact or name, enterprise_id=enterprise_id)
        return self._companies[case_id]
