"""Verify finds what is broken, each kind of it, and goes on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, update

from models.tables import AuditEntry, Case, Deadline, Step, TimelineEntry, WorkItem
from tests.actions.conftest import MONDAY, Town
from tests.actions.test_course import accept
from workflows.verify import verify

DAMAGES: dict[str, tuple[Any, str]] = {
    "a step is gone": (delete(Step).where(Step.number == 1), "steps are numbered"),
    "a state is spoilt": (update(Step).values(state=b"nonsense"), "state can be read"),
    "a task is lost": (
        update(WorkItem).where(WorkItem.state == "open").values(state="cancelled"),
        "engine's ready tasks",
    ),
    "a task is done without a step": (
        update(WorkItem).where(WorkItem.state == "open").values(state="done"),
        "one step per completed task",
    ),
    "a timer is lost": (
        update(Deadline).where(Deadline.kind == "timer").values(ended_at=MONDAY, end="fired"),
        "no timer is lost or doubled",
    ),
    "a due time was moved": (
        update(WorkItem).where(WorkItem.state == "open").values(due_at=MONDAY),
        "work items repeat",
    ),
    "the stage was changed": (update(Case).values(stage="check"), "projection"),
    "a fact was changed": (update(Case).values(facts={}), "projection"),
    "a suspended case runs": (update(Case).values(suspended_at=MONDAY), "stands still"),
    "an audit entry was changed": (update(AuditEntry).values(actor="nobody"), "audit chain"),
    "the newest audit entry is gone": (
        delete(AuditEntry).where(AuditEntry.action == "complete"),
        "audit chain",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_found_and_the_other_case_is_whole(town: Town, damage: str) -> None:
    case, other = town.submit(), town.submit()
    for one in (case, other):
        accept(town, one.case_id)
    assert verify(town.city).broken == ()
    statement, invariant = DAMAGES[damage]
    columns = statement.table.c
    mine = columns.case_id if "case_id" in columns else columns.id
    with town.city.database.transaction() as session:
        session.execute(statement.where(mine == case.case_id))
    found = verify(town.city)
    assert found.cases == 2
    assert {one.case for one in found.broken} == {case.number}
    assert any(invariant in one.invariant for one in found.broken), found.broken


def test_a_case_without_any_step_is_told(town: Town) -> None:
    case = town.submit()
    with town.city.database.transaction() as session:
        for table in (TimelineEntry, AuditEntry, Step):
            session.execute(delete(table).where(table.case_id == case.case_id))
    assert "a case begins with a step" in {one.invariant for one in verify(town.city).broken}


def test_verify_looks_at_one_moment(town: Town) -> None:
    case = town.submit()
    read = town.city.library.version
    steps = iter((lambda: accept(town, case.case_id),))

    def while_somebody_works(version: int) -> Any:
        for step in steps:
            step()
        return read(version)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town.city.library, "version", while_somebody_works)
        assert verify(town.city).broken == ()
    assert set(town.open_items(case.case_id)) == {"work"}
