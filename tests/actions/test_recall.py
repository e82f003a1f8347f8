"""What a recall gives back: the entries as a draft, the uploads, the person it was for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.queries.papers import papers
from models.tables import TimelineEntry
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import form, outcome, text
from tests.actions.test_course import DAY, HOUR, accept, assert_whole, raw
from workflows import files
from workflows.actions.deployment import deploy
from workflows.actions.recall import recall
from workflows.actions.tasks import claim, complete
from workflows.actor import SYSTEM


@pytest.fixture
def with_files(town: Town) -> Town:
    """The small city, in which work is done with an attachment."""
    picker = {"type": "filepicker", "key": "papers", "label": "papers"}
    asked = form("work", outcome(done="办结", back="退回"), text("remark"), picker)
    given = {**errand.files(), "forms/work.form": asked}
    deploy(town.city, SYSTEM, given, now=MONDAY, reason="test")
    return town


def test_entries_uploads_and_claim_come_back(with_files: Town) -> None:
    town = with_files
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    claim(town.city, town.worker, work.id, now=MONDAY + HOUR)
    stored = files.store(
        town.city, owner=files.task_owner(work.id), name="图.txt", content="图".encode(), now=MONDAY
    )
    typed = {**raw(outcome="back", remark="错"), "papers": [str(stored)]}
    complete(
        town.city, town.worker, work.id, typed, now=MONDAY + DAY, owner=files.task_owner(work.id)
    )
    with town.city.database.reading() as session:
        assert [one.id for one in papers(session, case.case_id)] == [stored]
    recall(town.city, town.worker, case.case_id, now=MONDAY + DAY + HOUR)
    again = town.open_items(case.case_id)["work"]
    assert again.assignee_id == town.worker.person_id
    assert again.draft == {"remark": ["错"], "papers": [str(stored)]}
    with town.city.database.reading() as session:
        assert papers(session, case.case_id) == []
    sent = {**again.draft, **raw(outcome="done")}
    owner = files.task_owner(again.id)
    complete(town.city, town.worker, again.id, sent, now=MONDAY + 2 * DAY, owner=owner)
    with town.city.database.reading() as session:
        assert [one.id for one in papers(session, case.case_id)] == [stored]
    assert_whole(town)


def test_the_company_reads_that_what_it_read_was_taken_back(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)  # a public task
    recall(town.city, town.office, case.case_id, now=MONDAY + 2 * HOUR, reason="内部原因")
    with town.city.database.reading() as session:
        lines = session.scalars(select(TimelineEntry).where(TimelineEntry.public)).all()
    assert [line.kind for line in lines] == ["case_submitted", "task_completed", "step_recalled"]
