"""How much work is open by unit and light is always what a recount gives."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from models.queries.supervision import UnitLoad, loads
from models.queries.visibility import Scope
from models.tables import Case, Unit, WorkItem, Workload
from tests.actions.conftest import Town
from workflows.actions import workloads
from workflows.verify import verify

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TIMES = [NOON + timedelta(hours=hours) for hours in (-72, -24, -6, -1, 0, 1, 5, 6, 24, 60)]
"""Times around one at which lights change, and the borders of the hours that are counted as one."""


def test_the_citys_loads_are_those_of_a_recount(town: Town) -> None:
    dice = random.Random(5)
    case_id = town.submit().case_id
    with town.city.database.transaction() as session:
        units = list(session.scalars(select(Unit.id).order_by(Unit.id)))
        rows = [_task(dice, case_id, units) for _ in range(250)]
        session.execute(insert(WorkItem), rows)
    for loose in (0, 50):
        _compare(town, units)
        with town.city.database.transaction() as session:
            for row in dice.sample(rows, 100):
                other = _task(dice, case_id, units)
                fresh = {key: other[key] for key in dice.sample(CHANGED, 2)} | {"state": "open"}
                fresh |= {"role": "enterprise"} if fresh.get("unit_id", 0) is None else {}
                session.execute(update(WorkItem).where(WorkItem.id == row["id"]).values(fresh))
            ids = [row["id"] for row in dice.sample(rows, 20)]
            session.execute(delete(WorkItem).where(WorkItem.id.in_(ids)))
        assert workloads.add_up(town.city, most_loose=loose)
    _compare(town, units)


CHANGED = ["state", "unit_id", "due_at", "warn_at", "paused_at"]


def _task(dice: random.Random, case_id: int, units: list[int]) -> dict[str, Any]:
    unit_id = dice.choice([*units, None])
    return {
        "id": UUID(int=dice.getrandbits(128)),
        "case_id": case_id,
        "state": dice.choice(["open", "open", "open", "done"]),
        "process": "p",
        "element": "e",
        "name": "办理",
        "role": "enterprise" if unit_id is None else dice.choice(["handler", "head"]),
        "unit_id": unit_id,
        "opened_at": NOON,
        "opened_step": 1,
        "due_at": dice.choice([None, *TIMES]),
        "warn_at": dice.choice([None, *TIMES]),
        "paused_at": dice.choice([None, None, None, NOON]),
    }


def _compare(town: Town, units: list[int]) -> None:
    """Hold what is kept against what is counted for somebody who sees the one place there is."""
    with town.city.database.reading() as session:
        place = session.scalars(select(Case.place_id)).first()
        assert place is not None
        for now in TIMES:
            for some in (None, [0, units[1]]) if now == NOON else (None,):
                kept = loads(session, Scope(everything=True), now=now, units=some)
                counted = loads(session, Scope(places=(place,)), now=now, units=some)
                assert kept
                assert all(isinstance(one.red, int) for one in kept)
                assert sorted(kept, key=_by_unit) == sorted(counted, key=_by_unit)
    assert not any(one.case == "all cases" for one in verify(town.city).broken)


def _by_unit(load: UnitLoad) -> int:
    return load.unit_id or 0


def test_adding_up_neither_waits_for_others_nor_loses_what_they_do(town: Town) -> None:
    for _ in range(3):
        town.submit()
    database = town.city.database
    with database.transaction() as session:
        held = session.scalars(select(Workload.id).limit(1).with_for_update()).one()
        session.execute(update(WorkItem).values(paused_at=NOON))
        workloads.add_up(town.city, most_loose=0)
        with database.reading() as other:
            assert held in set(other.scalars(select(Workload.id)))
    assert not any(one.case == "all cases" for one in verify(town.city).broken)
    workloads.add_up(town.city, most_loose=0)
    with database.reading() as session:
        assert session.scalars(select(func.sum(Workload.change))).one() == 3
        assert session.scalars(select(func.count()).select_from(Workload)).one() == 1


def test_a_wrong_counter_is_found(town: Town) -> None:
    town.submit()
    with town.city.database.transaction() as session:
        session.execute(update(Workload).values(change=Workload.change + 1))
    (found,) = verify(town.city).broken
    assert found.invariant == "the counters of open work equal a recount"
    assert "kept 2, counted 1" in found.found
