"""Handing work on: who may, to whom, and what stays with the task."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from models.people import Person, Position
from models.tables import AuditEntry, TimelineEntry, Unit
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import form, outcome, text
from tests.actions.test_course import DAY, HOUR, assert_whole, raw
from workflows import files
from workflows.actions.deployment import deploy
from workflows.actions.handing import hand_on
from workflows.actions.tasks import claim, complete, save_draft
from workflows.actor import SYSTEM, Actor, Post
from workflows.errors import AlreadyDone, InvalidEntries, NotAllowed


def _holder(town: Town, login: str, role: str, unit: str) -> Actor:
    """Enter somebody with a post, and the unit as a section of the roads where it is new."""
    with town.city.database.transaction() as session:
        units = dict(session.execute(select(Unit.key, Unit.id)).all())
        if unit not in units:
            row = {"key": unit, "name": unit, "kind": "section", "parent_id": units["roads"]}
            units[unit] = session.scalars(insert(Unit).returning(Unit.id), [row]).one()
        person = session.scalars(
            insert(Person).returning(Person.id), [{"login": login, "name": login}]
        ).one()
        session.execute(insert(Position).values(person_id=person, unit_id=units[unit], role=role))
    town.city.forget()
    return Actor(
        name=login,
        person_id=person,
        login=login,
        posts=(Post(unit_id=units[unit], role=role),),
    )


def _work(town: Town, lead: str = "roads"):
    """Return the work of a new case, claimed by the worker, with something typed."""
    case = town.submit()
    check = town.open_items(case.case_id)["check"]
    complete(town.city, town.office, check.id, raw(outcome="ok", lead=lead), now=MONDAY + HOUR)
    item = town.open_items(case.case_id)["work"]
    if lead == "roads":
        claim(town.city, town.worker, item.id, now=MONDAY + HOUR)
        save_draft(town.city, town.worker, item.id, {"remark": ["写了一半"]}, now=MONDAY + HOUR)
    return item


def test_a_head_gives_a_claimed_task_to_another_holder_of_the_role(town: Town) -> None:
    head = _holder(town, "head", "head", "roads")
    item = _work(town)
    new = hand_on(town.city, head, item.id, town.colleague.person_id, now=MONDAY + DAY, reason="假")
    assert new == "wang"
    after = town.open_items(item.case_id)["work"]
    assert after.assignee_id == town.colleague.person_id
    assert after.draft == {"remark": ["写了一半"]}
    with pytest.raises(NotAllowed):
        complete(town.city, town.worker, item.id, raw(outcome="done"), now=MONDAY + DAY)
    with town.city.database.reading() as session:
        line = session.scalars(
            select(TimelineEntry).where(TimelineEntry.kind == "task_handed_on")
        ).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "handed_on")).one()
    said = {"name": item.name, "from": "li", "to": "wang", "reason": "假"}
    assert line.values == said
    assert not line.public
    assert said.items() <= entry.detail.items()
    assert entry.person_id == head.person_id
    complete(town.city, town.colleague, item.id, raw(outcome="done"), now=MONDAY + DAY)
    assert_whole(town)


def test_uploads_go_along(town: Town) -> None:
    head = _holder(town, "head", "head", "roads")
    picker = {"type": "filepicker", "key": "papers", "multiple": True, "label": "附件"}
    asked = form("work", outcome(done="办结", back="退回"), text("remark"), picker)
    deploy(
        town.city,
        SYSTEM,
        {**errand.files(), "forms/work.form": asked},
        now=MONDAY,
        reason="test",
    )
    item = _work(town)
    owner = files.task_owner(item.id)
    stored = files.store(town.city, owner=owner, name="图.txt", content=b"a", now=MONDAY)
    hand_on(town.city, head, item.id, town.colleague.person_id, now=MONDAY + DAY)
    typed = {**raw(outcome="done"), "papers": [str(stored)]}
    done = complete(town.city, town.colleague, item.id, typed, now=MONDAY + DAY, owner=owner)
    assert done.outcome == "done"


def test_who_has_a_task_gives_it_to_a_colleague(town: Town) -> None:
    item = _work(town)
    hand_on(town.city, town.worker, item.id, town.colleague.person_id, now=MONDAY + DAY)
    assert town.open_items(item.case_id)["work"].assignee_id == town.colleague.person_id


def test_a_departments_head_hands_on_the_work_of_its_sections(town: Town) -> None:
    first = _holder(town, "first", "handler", "roads_one")
    second = _holder(town, "second", "handler", "roads_one")
    other = _holder(town, "other", "head", "roads_two")
    head = _holder(town, "head", "head", "roads")
    item = _work(town, lead="roads_one")
    claim(town.city, first, item.id, now=MONDAY + HOUR)
    with pytest.raises(NotAllowed):
        hand_on(town.city, other, item.id, second.person_id, now=MONDAY + DAY)
    hand_on(town.city, head, item.id, second.person_id, now=MONDAY + DAY)
    assert town.open_items(item.case_id)["work"].assignee_id == second.person_id
    with pytest.raises(InvalidEntries):  # of the department, not of the section
        hand_on(town.city, head, item.id, town.worker.person_id, now=MONDAY + DAY)


@pytest.mark.parametrize("who", ["office", "supervisor"])
def test_who_oversees_frees_a_task_and_does_not_choose_who_does_it(town: Town, who: str) -> None:
    overseer = getattr(town, who)
    item = _work(town)
    with pytest.raises(NotAllowed):
        hand_on(town.city, overseer, item.id, town.colleague.person_id, now=MONDAY + DAY)
    assert hand_on(town.city, overseer, item.id, None, now=MONDAY + DAY) == ""
    after = town.open_items(item.case_id)["work"]
    assert (after.assignee_id, after.draft) == (None, {"remark": ["写了一半"]})
    with pytest.raises(NotAllowed):  # nobody has it
        hand_on(town.city, overseer, item.id, None, now=MONDAY + DAY)
    assert_whole(town)


def test_others_cannot(town: Town) -> None:
    item = _work(town)
    head_elsewhere = _holder(town, "elsewhere", "head", "office")
    for actor in (town.colleague, head_elsewhere):
        for to in (None, town.colleague.person_id):
            with pytest.raises(NotAllowed):
                hand_on(town.city, actor, item.id, to, now=MONDAY + DAY)
    head = _holder(town, "head", "head", "roads")
    for to in (town.supervisor.person_id, town.worker.person_id, 999_999):
        with pytest.raises(InvalidEntries):
            hand_on(town.city, head, item.id, to, now=MONDAY + DAY)
    complete(town.city, town.worker, item.id, raw(outcome="done"), now=MONDAY + DAY)
    with pytest.raises(AlreadyDone):
        hand_on(town.city, head, item.id, None, now=MONDAY + DAY)
