"""What may be done with a case at any time: who sends what, what ends, what goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.tables import Case, CaseCount, Deadline, Step, TimelineEntry, Wait
from tests.actions import anytime
from tests.actions.conftest import MONDAY, Town
from tests.actions.test_course import assert_whole, counted, raw
from tests.actions.test_races import together
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.messages import send
from workflows.actions.recall import recall
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor
from workflows.errors import (
    AlreadyDone,
    CannotRecall,
    InvalidEntries,
    MessageOver,
    NotAllowed,
    NotFound,
)
from workflows.verify import verify

DAY = timedelta(days=1)


@pytest.fixture
def plea(town: Town) -> int:
    """A plea that waits for its check."""
    deploy(town.city, SYSTEM, anytime.files(), now=MONDAY, reason="test")
    values = raw(title="请尽快通水", company="晨星公司")
    return submit(town.city, town.company, anytime.KEY, values, now=MONDAY).case_id


def waits(town: Town, case_id: int) -> dict[str, Wait]:
    """Return the open waits of a case by element."""
    with town.city.database.reading() as session:
        rows = session.scalars(select(Wait).where(Wait.case_id == case_id, Wait.ended_at.is_(None)))
        return {row.element: row for row in rows}


def to_work(town: Town, plea: int) -> None:
    check = town.open_items(plea)["check"]
    complete(town.city, town.office, check.id, raw(lead="roads"), now=MONDAY)


def test_what_waits_is_a_row_with_what_its_button_needs(town: Town, plea: int) -> None:
    found = waits(town, plea)
    assert set(found) == {"withdraw", "instruct", "remind"}
    button = found["withdraw"]
    assert (button.name, button.form, button.roles) == ("withdraw", "withdrawal", "enterprise")
    assert (button.public, button.sentence, button.sentence_en) == (
        True,
        "撤回后不再办理",
        "It will be closed",
    )
    assert found["instruct"].roles == "supervisor,dispatcher"
    to_work(town, plea)
    beside = waits(town, plea)["ask"]
    assert beside.unit_id == town.worker.posts[0].unit_id
    assert beside.name_en == "Ask for more time"
    assert_whole(town)


def test_a_message_comes_again_and_again_while_the_work_goes_on(town: Town, plea: int) -> None:
    to_work(town, plea)
    for words in ("一", "二"):
        button = waits(town, plea)["instruct"]
        sent = send(
            town.city, town.office, button.id, raw(outcome="do", words=words), now=MONDAY + DAY
        )
        assert sent.opened == ("follow",)
    assert sorted(town.open_items(plea)) == ["follow", "work"]
    with town.city.database.reading() as session:
        steps = session.scalars(select(Step).where(Step.kind == "deliver")).all()
        lines = session.scalars(
            select(TimelineEntry).where(TimelineEntry.kind == "message_sent")
        ).all()
        facts = session.scalars(select(Case.facts).where(Case.id == plea)).one()
    assert [step.values["words"] for step in steps] == ["一", "二"]
    assert [(line.values["outcome"], line.unit, line.public) for line in lines] == [
        ("请落实", "办公室", False)
    ] * 2
    assert facts["words"] == "二"
    assert_whole(town)


def test_an_interrupting_message_ends_all_that_is_open_inside(town: Town, plea: int) -> None:
    to_work(town, plea)
    button = waits(town, plea)["withdraw"]
    with pytest.raises(InvalidEntries):
        send(town.city, town.company, button.id, raw(reason=""), now=MONDAY)
    sent = send(town.city, town.company, button.id, raw(reason="已解决"), now=MONDAY + DAY)
    assert sent.ended
    assert town.open_items(plea) == {}
    assert waits(town, plea) == {}
    with town.city.database.reading() as session:
        running = select(Deadline).where(Deadline.case_id == plea, Deadline.ended_at.is_(None))
        assert session.scalars(running).all() == []
        row = session.scalars(select(Case).where(Case.id == plea)).one()
        line = session.scalars(
            select(TimelineEntry).where(TimelineEntry.kind == "message_sent")
        ).one()
    assert (row.state, row.facts["reason"], line.public) == ("withdrawn", "已解决", True)
    assert_whole(town)
    with pytest.raises(MessageOver) as caught:
        send(town.city, town.company, button.id, raw(reason="再撤"), now=MONDAY + DAY)
    assert isinstance(caught.value, AlreadyDone)
    assert caught.value.values["name"] == "withdraw"


def test_only_those_who_are_named_may_send(town: Town, plea: int) -> None:
    to_work(town, plea)
    found = waits(town, plea)
    entries = raw(outcome="do", words="x", reason="x", days="3")
    refused = [
        ("instruct", town.worker),
        ("instruct", town.company),
        ("withdraw", town.office),
        ("withdraw", town.supervisor),
        ("ask", town.office),
        ("remind", town.office),
        ("remind", town.company),
    ]
    for element, actor in refused:
        with pytest.raises(NotAllowed):
            send(town.city, actor, found[element].id, entries, now=MONDAY)
    for element in found:
        with pytest.raises(NotFound):
            send(town.city, town.stranger, found[element].id, entries, now=MONDAY)
    send(town.city, town.worker, found["ask"].id, entries, now=MONDAY)
    send(town.city, town.supervisor, found["instruct"].id, entries, now=MONDAY)
    holder = Actor(name="查询人", case_id=plea)
    send(town.city, holder, found["withdraw"].id, entries, now=MONDAY)


def test_a_message_is_not_taken_back_but_a_task_beside_waits_still_is(
    town: Town, plea: int
) -> None:
    to_work(town, plea)
    before = waits(town, plea)
    work = town.open_items(plea)["work"]
    send(town.city, town.office, before["instruct"].id, raw(outcome="do"), now=MONDAY)
    with pytest.raises(CannotRecall):
        recall(town.city, town.office, plea, now=MONDAY)
    follow = town.open_items(plea)["follow"]
    complete(town.city, town.office, follow.id, raw(note="好"), now=MONDAY)
    recall(town.city, town.office, plea, now=MONDAY)
    assert set(town.open_items(plea)) == {"work", "follow"}
    assert town.open_items(plea)["work"].id == work.id
    assert {key: one.id for key, one in waits(town, plea).items()} == {
        key: one.id for key, one in before.items()
    }
    assert_whole(town)


def test_verify_names_a_wait_that_is_lost(town: Town, plea: int) -> None:
    with town.city.database.transaction() as session:
        session.delete(session.get_one(Wait, waits(town, plea)["remind"].id))
    (broken,) = verify(town.city).broken
    assert broken.invariant == "open waits are the engine's waits"
    with town.city.database.reading() as session:
        assert session.scalars(select(CaseCount)).all() == []


def test_what_begins_and_ends_to_wait_keeps_a_step_small(town: Town, plea: int) -> None:
    check = town.open_items(plea)["check"]
    with counted() as seen:
        complete(town.city, town.office, check.id, raw(lead="roads"), now=MONDAY)
    assert set(waits(town, plea)) == {"withdraw", "instruct", "remind", "ask"}
    # A timer and a message that begin with the task cost one statement each.
    assert seen["statements"] <= 13, seen
    assert (seen["round trips"], seen["commits"]) == (2, 1), seen
    button = waits(town, plea)["instruct"]
    with counted() as seen:
        send(town.city, town.office, button.id, raw(outcome="do"), now=MONDAY)
    assert seen["statements"] <= 12, seen
    assert (seen["round trips"], seen["commits"]) == (2, 1), seen


def test_of_doing_and_withdrawing_at_once_both_are_told_the_truth(town: Town, plea: int) -> None:
    to_work(town, plea)
    work, button = town.open_items(plea)["work"], waits(town, plea)["withdraw"]
    results = together(
        lambda: complete(town.city, town.worker, work.id, raw(note="好"), now=MONDAY),
        lambda: send(town.city, town.company, button.id, raw(reason="不办了"), now=MONDAY),
    )
    refused = [result for result in results if isinstance(result, AlreadyDone)]
    assert len(refused) == 1
    with town.city.database.reading() as session:
        state = session.get_one(Case, plea).state
    assert state == ("closed" if isinstance(results[1], MessageOver) else "withdrawn")
    assert_whole(town)
