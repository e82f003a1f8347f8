"""A case of the demo city's units, for the tests of operations and option lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from models.tables import Case, Enterprise, Process, ProcessVersion, Reception, Unit
from workflows.actor import Actor
from workflows.city import City
from workflows.demo.city import seed_units
from workflows.operations.context import CaseChanges, OperationContext

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
PLACE = "huidong"


@dataclass(frozen=True)
class Bench:
    """The city, and how to make cases, sessions and contexts in it."""

    city: City

    def place_id(self, key: str = PLACE) -> int:
        """The id of a unit."""
        unit = self.city.unit(key)
        assert unit is not None
        return unit.id

    def case(self, number: str = "T1") -> int:
        """Make a case and return its id."""
        with self.city.database.transaction() as session:
            version, process = session.execute(
                select(ProcessVersion.id, ProcessVersion.process_id)
            ).one()
            company = session.scalars(
                insert(Enterprise).returning(Enterprise.id),
                [{"name": f"公司 {number}", "created_at": NOW}],
            ).one()
            row = {
                "number": number,
                "code_hash": number,
                "process_id": process,
                "version_id": version,
                "enterprise_id": company,
                "place_id": self.place_id(),
                "title": number,
                "submitted_at": NOW,
                "updated_at": NOW,
            }
            return session.scalars(insert(Case).returning(Case.id), [row]).one()

    def session(self, held_on: date, *, slots: int = 2, place: str = PLACE) -> str:
        """Plan a reception and return its id as text."""
        row = {"place_id": self.place_id(place), "title": f"接待 {held_on}", "held_on": held_on}
        with self.city.database.transaction() as session:
            found = session.scalars(
                insert(Reception).returning(Reception.id), [{**row, "slots": slots}]
            )
            return str(found.one())

    @contextmanager
    def step(self, case_id: int, number: int = 1, **facts: Any) -> Iterator[OperationContext]:
        """Give the context of a step of a case, in a transaction of its own."""
        with self.city.database.transaction() as session:
            yield OperationContext(
                session=session,
                city=self.city,
                case=session.get_one(Case, case_id),
                actor=Actor(name="甲"),
                now=NOW,
                step=number,
                facts=facts,
                changes=CaseChanges(),
            )

    def read(self, ask: Callable[[Session], Any]) -> Any:
        """Return what a read gives."""
        with self.city.database.reading() as session:
            return ask(session)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table, in order of their key."""
        statement = text(f"select * from {table} order by 1")
        return self.read(lambda s: [dict(row) for row in s.execute(statement).mappings()])


@pytest.fixture
def bench(city: City) -> Bench:
    """The demo city's units and people, and a process to hang cases on."""
    with city.database.transaction() as session:
        seed_units(session, NOW)
        process = session.scalars(
            insert(Process).returning(Process.id), [{"key": "p", "title": "p"}]
        ).one()
        session.execute(
            insert(ProcessVersion),
            [
                {
                    "process_id": process,
                    "number": 1,
                    "checksum": "x",
                    "deployed_at": NOW,
                    "deployed_by": "test",
                    "reason": "test",
                }
            ],
        )
        assert session.scalar(select(Unit.id).where(Unit.key == PLACE))
    return Bench(city)
