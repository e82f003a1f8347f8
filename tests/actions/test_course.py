"""The course of a case through the actions: what opens, closes, is due, and is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from sqlalchemy import event, select, update

from models.pipeline import Link
from models.tables import Case, Deadline, Incident, Step, TimelineEntry, Unit
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from workflows import clock
from workflows.actions import deadlines, frame
from workflows.actions.deployment import deploy
from workflows.actions.recall import recall
from workflows.actions.tasks import claim, complete, release, save_draft
from workflows.actor import SYSTEM
from workflows.errors import (
    AlreadyDone,
    CannotRecall,
    InvalidEntries,
    NotAllowed,
    NotFound,
    StepFailed,
)
from workflows.verify import verify
from workflows.worktime import local_day

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def raw(**values: str) -> dict[str, list[str]]:
    return {key: [value] for key, value in values.items()}


def accept(town: Town, case_id: int, now: datetime = MONDAY + HOUR) -> None:
    item = town.open_items(case_id)["check"]
    complete(town.city, town.office, item.id, raw(outcome="ok", lead="roads"), now=now)


def assert_whole(town: Town) -> None:
    assert verify(town.city).broken == ()


def case_row(town: Town, case_id: int) -> Case:
    with town.city.database.reading() as session:
        return session.scalars(select(Case).where(Case.id == case_id)).one()


def test_a_case_runs_from_submission_to_its_end(town: Town) -> None:
    case = town.submit()
    assert case.number == "E20260001"
    item = town.open_items(case.case_id)["check"]
    assert item.unit_id == town.office.posts[0].unit_id
    assert local_day(item.due_at).isoformat() == "2026-03-04"
    assert local_day(item.warn_at).isoformat() == "2026-03-03"
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    assert (work.role, work.unit_id) == ("handler", town.worker.posts[0].unit_id)
    complete(town.city, town.worker, work.id, raw(outcome="done"), now=MONDAY + DAY)
    signs = town.open_items(case.case_id)
    assert set(signs) == {"sign_one", "sign_two"}
    complete(town.city, town.worker, signs["sign_one"].id, raw(note="a"), now=MONDAY + DAY)
    done = complete(town.city, town.office, signs["sign_two"].id, raw(note="b"), now=MONDAY + DAY)
    assert done.ended
    row = case_row(town, case.case_id)
    assert (row.state, row.result, row.stage) == ("closed", "solved", "work")
    assert row.closed_at == MONDAY + DAY
    assert row.facts["story"] == "雨后积水"
    assert_whole(town)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count at the driver what goes to the server: statements, round trips, commits."""
    seen: Counter[str] = Counter()

    with pytest.MonkeyPatch.context() as patch:
        execute, send, commit = Cursor.execute, Link.send, Connection.commit

        def counted_execute(self, query, *args, **kwargs):
            seen["statements"] += 1
            seen["round trips"] += 1
            return execute(self, query, *args, **kwargs)

        def counted_commit(self):
            if self.pgconn.transaction_status != TransactionStatus.IDLE:
                seen["commits"] += 1
                seen["round trips"] += 1
            return commit(self)

        def counted_send(self, queue=(), *, commit=False, **rest):
            seen["statements"] += len(self.left) + len(queue)
            seen["commits"] += commit
            seen["round trips"] += 1
            return send(self, queue, commit=commit, **rest)

        patch.setattr(Cursor, "execute", counted_execute)
        patch.setattr(Connection, "commit", counted_commit)
        patch.setattr(Link, "send", counted_send)
        yield seen


def test_a_plain_step_is_few_statements_in_few_round_trips_and_one_commit(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    complete(town.city, town.worker, work.id, raw(outcome="back"), now=MONDAY + DAY)
    accept(town, case.case_id, MONDAY + DAY + HOUR)
    work = town.open_items(case.case_id)["work"]
    with counted() as seen:
        complete(town.city, town.worker, work.id, raw(outcome="back"), now=MONDAY + 2 * DAY)
    assert 0 < seen["statements"] <= 12, seen
    assert seen["commits"] == 1
    assert seen["round trips"] == 2, seen


def test_what_the_company_owes_stops_the_clock_of_the_others(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    before = town.open_items(case.case_id)["work"].due_at
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="等材料")
    assert town.open_items(case.case_id)["work"].paused_at == MONDAY + DAY
    assert clock.play_until(town.city, case.case_id, MONDAY + 30 * DAY) == 0
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 8 * DAY, reason="已到")
    after = town.open_items(case.case_id)["work"].due_at
    calendar = town.city.calendar(None)
    assert calendar.between(before, after) == 5
    assert_whole(town)
    assert clock.play_until(town.city, case.case_id, MONDAY + 60 * DAY) == 1
    assert set(town.open_items(case.case_id)) == {"work", "urge"}
    with town.city.database.reading() as session:
        fired = session.scalars(select(Deadline).where(Deadline.end == "fired")).one()
    assert fired.ended_at == after
    assert_whole(town)


def test_a_pausing_task_pauses_and_its_end_resumes(town: Town) -> None:
    case = town.submit()
    item = town.open_items(case.case_id)["check"]
    complete(town.city, town.office, item.id, raw(outcome="more"), now=MONDAY + HOUR)
    supplement = town.open_items(case.case_id)["supplement"]
    with pytest.raises(InvalidEntries) as caught:
        complete(town.city, town.company, supplement.id, raw(story=""), now=MONDAY + DAY)
    assert "story" in caught.value.errors
    complete(town.city, town.company, supplement.id, raw(story="补充"), now=MONDAY + DAY)
    assert case_row(town, case.case_id).facts["story"] == "补充"
    assert_whole(town)


def test_an_extension_moves_the_due_time_and_the_timer_on_its_boundary(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    deadlines.extend(town.city, town.office, work.id, days=3, now=MONDAY + DAY, reason="需现场勘查")
    moved = town.open_items(case.case_id)["work"]
    assert town.city.calendar(None).between(work.due_at, moved.due_at) == 3
    assert clock.play_until(town.city, case.case_id, work.due_at + HOUR) == 0
    assert clock.play_until(town.city, case.case_id, moved.due_at + HOUR) == 1
    assert_whole(town)
    with pytest.raises(NotAllowed):
        deadlines.extend(town.city, town.worker, work.id, days=1, now=MONDAY, reason="x")


def test_recall_opens_the_task_again_with_its_old_due_times(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    complete(town.city, town.worker, work.id, raw(outcome="back", remark="错"), now=MONDAY + DAY)
    with pytest.raises(CannotRecall):
        recall(town.city, town.office, case.case_id, now=MONDAY + DAY)
    recall(town.city, town.worker, case.case_id, now=MONDAY + DAY + HOUR, reason="点错")
    again = town.open_items(case.case_id)
    assert set(again) == {"work"}
    assert again["work"].id != work.id
    assert again["work"].due_at == work.due_at
    assert "remark" not in case_row(town, case.case_id).facts
    assert_whole(town)
    assert clock.play_until(town.city, case.case_id, work.due_at + HOUR) == 1
    assert set(town.open_items(case.case_id)) == {"work", "urge"}
    assert_whole(town)
    with pytest.raises(CannotRecall):
        recall(town.city, town.worker, case.case_id, now=MONDAY + 9 * DAY)


def test_recall_is_refused_once_somebody_else_has_gone_on(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    complete(town.city, town.worker, work.id, raw(outcome="done"), now=MONDAY + DAY)
    sign = town.open_items(case.case_id)["sign_two"]
    complete(town.city, town.office, sign.id, raw(note="x"), now=MONDAY + DAY)
    with pytest.raises(CannotRecall):
        recall(town.city, town.worker, case.case_id, now=MONDAY + DAY)
    sign = recall_of_a_parallel_branch(town, case.case_id)
    assert sign.element == "sign_two"


def recall_of_a_parallel_branch(town: Town, case_id: int):
    recall(town.city, town.office, case_id, now=MONDAY + DAY + HOUR)
    items = town.open_items(case_id)
    assert set(items) == {"sign_one", "sign_two"}
    assert_whole(town)
    return items["sign_two"]


def test_only_those_who_may_see_or_do(town: Town) -> None:
    case = town.submit()
    item = town.open_items(case.case_id)["check"]
    with pytest.raises(NotFound):
        complete(town.city, town.stranger, item.id, raw(outcome="ok"), now=MONDAY)
    with pytest.raises(NotFound):
        claim(town.city, town.stranger, item.id, now=MONDAY)
    with pytest.raises(NotFound):
        save_draft(town.city, town.stranger, item.id, raw(remark="x"), now=MONDAY)
    with pytest.raises(NotAllowed):
        complete(town.city, town.worker, item.id, raw(outcome="ok", lead="roads"), now=MONDAY)
    with pytest.raises(NotAllowed):
        complete(town.city, town.company, item.id, raw(outcome="ok", lead="roads"), now=MONDAY)
    accept(town, case.case_id)
    with pytest.raises(AlreadyDone) as caught:
        complete(town.city, town.office, item.id, raw(outcome="ok", lead="roads"), now=MONDAY)
    assert caught.value.values["person"] == "zhang"


def test_claims_drafts_and_releases(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    claim(town.city, town.worker, work.id, now=MONDAY)
    with pytest.raises((AlreadyDone, NotAllowed)):
        claim(town.city, town.colleague, work.id, now=MONDAY)
    save_draft(town.city, town.worker, work.id, raw(remark="写到一半"), now=MONDAY)
    assert town.open_items(case.case_id)["work"].draft == {"remark": ["写到一半"]}
    with pytest.raises(NotAllowed):
        complete(town.city, town.colleague, work.id, raw(outcome="done"), now=MONDAY)
    release(town.city, town.worker, work.id, now=MONDAY)
    complete(town.city, town.colleague, work.id, raw(outcome="done"), now=MONDAY + HOUR)


def test_a_step_that_fails_changes_nothing_and_leaves_an_incident(town: Town) -> None:
    case = town.submit()
    before = case_row(town, case.case_id)
    item = town.open_items(case.case_id)["check"]
    for _ in range(2):
        with pytest.raises(StepFailed):
            complete(town.city, town.office, item.id, raw(outcome="ok", lead="nowhere"), now=MONDAY)
    after = case_row(town, case.case_id)
    assert (after.revision, after.facts) == (before.revision, before.facts)
    with town.city.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.case_id, incident.element, incident.count) == (case.case_id, "work", 2)
    assert "nowhere" in incident.reason
    assert_whole(town)


def test_two_years_pass_in_seconds(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    now = MONDAY + HOUR
    rounds = 0
    while now < MONDAY + 730 * DAY:
        now = town.open_items(case.case_id)["work"].due_at + DAY
        clock.play_until(town.city, case.case_id, now)
        items = town.open_items(case.case_id)
        complete(town.city, town.supervisor, items["urge"].id, raw(note="催办"), now=now)
        complete(town.city, town.worker, items["work"].id, raw(outcome="back"), now=now)
        accept(town, case.case_id, now)
        rounds += 1
    assert rounds > 60
    assert_whole(town)


def test_the_story_tells_what_happened(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    with town.city.database.reading() as session:
        lines = session.scalars(select(TimelineEntry).order_by(TimelineEntry.id)).all()
        steps = session.scalars(select(Step).order_by(Step.number)).all()
    assert [line.kind for line in lines] == ["case_submitted", "task_completed"]
    assert lines[1].values["outcome"] == "通过"
    assert lines[1].unit == "办公室"
    assert [step.kind for step in steps] == ["start", "complete"]
    assert steps[1].effects["flows"][-1] == ["errand", "to_work"]
    assert errand.KEY == "errand"


def test_statements_are_seen_by_sqlalchemy_too(town: Town) -> None:
    """The counting test counts at the driver; nothing goes past it through the session."""
    seen: list[str] = []
    case = town.submit()
    item = town.open_items(case.case_id)["check"]
    engine = town.city.database.engine

    def note(*args):
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    complete(town.city, town.office, item.id, raw(outcome="ok", lead="roads"), now=MONDAY)
    event.remove(engine, "before_cursor_execute", note)
    assert seen == []


def test_what_a_domain_function_raises_is_an_incident_with_its_place(town: Town) -> None:
    broken = errand.diagram().replace(b'"workdays(2)"', b'"workdays(fact(&quot;story&quot;))"')
    deploy(town.city, SYSTEM, {**errand.files(), "errand.bpmn": broken}, now=MONDAY, reason="x")
    with pytest.raises(StepFailed) as caught:
        town.submit()
    assert caught.value.place.element == "check"
    with town.city.database.reading() as session:
        assert session.scalars(select(Incident)).one().element == "check"


def test_what_nobody_foresaw_is_an_incident_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.submit()

    def breaks(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(frame, "effects_of", breaks)
    with pytest.raises(ZeroDivisionError):
        accept(town, case.case_id)
    monkeypatch.undo()
    with town.city.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert "ZeroDivisionError" in incident.reason
    assert incident.work_item_id == town.open_items(case.case_id)["check"].id
    accept(town, case.case_id)
    assert_whole(town)


def test_an_incident_ends_with_the_step_that_works(town: Town) -> None:
    case = town.submit()
    item = town.open_items(case.case_id)["check"]
    with pytest.raises(StepFailed):
        complete(town.city, town.office, item.id, raw(outcome="ok", lead="nowhere"), now=MONDAY)
    accept(town, case.case_id)
    with town.city.database.reading() as session:
        assert session.scalars(select(Incident.resolved_at)).one() == MONDAY + HOUR


def test_nobody_gets_work_in_a_unit_that_was_dissolved(town: Town) -> None:
    case = town.submit()
    with town.city.database.transaction() as session:
        session.execute(update(Unit).where(Unit.key == "roads").values(active=False))
    town.city.forget()
    item = town.open_items(case.case_id)["check"]
    with pytest.raises(StepFailed, match="roads"):
        complete(town.city, town.office, item.id, raw(outcome="ok", lead="roads"), now=MONDAY)
