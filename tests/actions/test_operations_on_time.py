"""What operations ask of deadlines and of the case's place, run by a drawn process to its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from models.tables import Case, CaseCount, Deadline, DeadlineChange, Letter, Notice, Unit
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import Drawing, form, outcome, text
from workflows import clock
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.recall import recall
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM
from workflows.errors import OperationRefused
from workflows.explanation import explain
from workflows.verify import verify
from workflows.worktime import end_of, local_day

DAY = timedelta(days=1)

SETTINGS = """
key = "desk"
title = "台账"
title_en = "Desk"
owner = "office"
main = "desk_flow"
number = "D{year}{serial:04d}"
start_form = "submit"
started_by = ["enterprise"]
[case]
title = "title"
enterprise = "company"
[lanes]
"办公室" = "dispatcher"
"部门" = "handler"
[[stages]]
key = "work"
title = "办理"
title_en = "Work"
"""

ACTS = {
    "later": ("extend_deadline", {"task": '"work"', "until": "until", "reason": '"勘查"'}),
    "stop": ("suspend_deadlines", {"reason": '"等政策"', "but": '["gate"]'}),
    "run_on": ("resume_deadlines", {"reason": '"政策已出"'}),
    "down": ("move_to_place", {"place": '"county"'}),
    "press": ("urge", {"level": '"letter"', "text": '"请抓紧"'}),
    "write": ("issue_letter", {"text": '"notice"'}),
}
"""What the desk can do while the work goes on: the outcome's value, operation, parameters."""


def diagram() -> bytes:
    """Draw work with a timer for lateness and one for reports, and a desk beside it."""
    d = Drawing("desk_flow")
    d.node("startEvent", "begin")
    d.node("parallelGateway", "split")
    d.user(
        "work",
        "部门",
        form="note",
        unit='"roads"',
        due="workdays(5)",
        warn="workdays(3)",
        stage="work",
        name_en="Do it",
        notify="begun",
    )
    d.timer("late", "work", "workdays(5)", interrupting=False)
    d.timer("report", "work", "calendar_days(30)", interrupting=False)
    d.node("endEvent", "was_late")
    d.node("endEvent", "reported")
    d.node("exclusiveGateway", "round")
    d.user("desk", "办公室", form="desk", stage="work", due="workdays(10)")
    d.node("exclusiveGateway", "chosen", default="to_end")
    d.node("endEvent", "left")
    d.node("endEvent", "done")
    d.chain("begin", "split", "work", "done")
    d.flow("late", "was_late")
    d.flow("report", "reported")
    d.flow("split", "round")
    d.chain("round", "desk", "chosen")
    for value, (operation, parameters) in ACTS.items():
        d.service(value, operation, **parameters)
        d.flow("chosen", value, f'outcome = "{value}"')
        d.flow(value, "round")
    d.flow("chosen", "left", name="to_end")
    return d.xml()


def files() -> dict[str, bytes]:
    """Return the bundle."""
    return {
        "bundle.toml": SETTINGS.encode(),
        "desk_flow.bpmn": diagram(),
        "forms/submit.form": form("submit", text("title", required=True), text("company")),
        "forms/desk.form": form(
            "desk",
            outcome(**{value: value for value in ACTS}, leave="leave"),
            {"type": "datetime", "subtype": "date", "key": "until", "dateLabel": "until"},
        ),
        "forms/note.form": form("note", text("note")),
        "texts/begun.txt": "# 已开始：{{ title }}\n{{ task }}，{{ due_at | date }}前".encode(),
        "texts/begun.en.txt": b"# Begun\nUntil {{ due_at | date_en }}",
        "texts/notice.txt": (
            "# 告知 {{ letter.number }}\n{{ enterprise.name }}：{{ case.title }}"
            "（{{ number }}）办理期限 {{ due.work | date }}。"
        ).encode(),
    }


@pytest.fixture
def desk(town: Town) -> Town:
    """The town with a county beside its city hall, and the desk's process."""
    with town.city.database.transaction() as session:
        hall = session.scalars(select(Unit.id).where(Unit.kind == "city")).one()
        county = {"key": "county", "name": "云东县", "kind": "county", "parent_id": hall}
        session.execute(insert(Unit), [county])
    town.city.forget()
    deploy(town.city, SYSTEM, files(), now=MONDAY, reason="test")
    return town


@pytest.fixture
def act(desk: Town) -> Callable[..., int]:
    """Submit a case; return what does one thing at the desk, `day` days after Monday."""
    values = {"title": ["门前积水"], "company": ["晨星公司"]}
    case = submit(desk.city, desk.company, "desk", values, now=MONDAY)

    def do(choice: str, day: int = 1, **typed: str) -> int:
        item = desk.open_items(case.case_id)["desk"]
        entries = {"outcome": [choice], **{key: [value] for key, value in typed.items()}}
        complete(desk.city, desk.office, item.id, entries, now=MONDAY + day * DAY)
        return case.case_id

    return do


def running(town: Town, case_id: int) -> dict[str, Deadline]:
    """Return the running deadlines of a case by element."""
    with town.city.database.reading() as session:
        rows = session.scalars(
            select(Deadline).where(Deadline.case_id == case_id, Deadline.ended_at.is_(None))
        )
        return {row.element: row for row in rows}


def counts(town: Town, case_id: int) -> dict[str, int]:
    """Return the counters of a case."""
    with town.city.database.reading() as session:
        rows = session.execute(
            select(CaseCount.what, CaseCount.count).where(CaseCount.case_id == case_id)
        )
        return dict(rows.all())


def assert_whole(town: Town) -> None:
    """No invariant is broken."""
    assert verify(town.city).broken == ()


def test_an_extension_moves_due_warning_and_lateness_but_not_the_report(
    desk: Town, act: Callable[..., int]
) -> None:
    case_id = act("later", until="2026-03-20")
    found = running(desk, case_id)
    assert found["work"].due_at == found["late"].due_at == end_of(date(2026, 3, 20))
    assert local_day(found["work"].warn_at) == date(2026, 3, 18)
    assert local_day(found["report"].due_at) == date(2026, 4, 1)
    assert desk.open_items(case_id)["work"].due_at == found["work"].due_at
    assert counts(desk, case_id) == {"extensions": 1}
    with desk.city.database.reading() as session:
        changes = session.scalars(select(DeadlineChange).order_by(DeadlineChange.id)).all()
    assert {(one.kind, one.reason, one.actor) for one in changes} == {
        ("extend", "勘查", desk.office.name)
    }
    assert {local_day(one.due_before_at) for one in changes} == {date(2026, 3, 9)}
    assert_whole(desk)


@pytest.mark.parametrize("until", ["2026-03-09", "2026-03-01"])
def test_an_extension_to_no_later_day_is_refused_in_words(
    desk: Town, act: Callable[..., int], until: str
) -> None:
    with pytest.raises(OperationRefused, match="not later"):
        act("later", until=until)
    assert_whole(desk)


def test_work_that_is_done_cannot_be_put_off(desk: Town, act: Callable[..., int]) -> None:
    case_id = act("press")
    work = desk.open_items(case_id)["work"]
    complete(desk.city, desk.worker, work.id, {}, now=MONDAY + 2 * DAY)
    with pytest.raises(OperationRefused, match="done already"):
        act("later", 3, until="2026-03-20")


def test_an_extension_is_taken_back_with_its_count(desk: Town, act: Callable[..., int]) -> None:
    case_id = act("later", until="2026-03-20")
    recall(desk.city, desk.office, case_id, now=MONDAY + DAY)
    found = running(desk, case_id)
    assert local_day(found["work"].due_at) == local_day(found["late"].due_at) == date(2026, 3, 9)
    assert local_day(found["work"].warn_at) == date(2026, 3, 5)
    assert explain(found["work"].how).startswith("自3月2日")
    assert not found["work"].how.get("fixed")
    assert counts(desk, case_id) == {"extensions": 0}
    assert_whole(desk)


def test_a_suspended_case_stands_still_until_it_is_resumed(
    desk: Town, act: Callable[..., int]
) -> None:
    case_id = act("stop")
    stopped = running(desk, case_id)
    assert {row.paused_by for row in stopped.values()} == {"person"}
    assert stopped["desk"].paused_at == MONDAY + DAY, "what begins in the same step stands still"
    assert clock.play_until(desk.city, case_id, MONDAY + 60 * DAY) == 0
    assert_whole(desk)
    act("run_on", 8)
    found = running(desk, case_id)
    assert {row.paused_at for row in found.values()} == {None}
    calendar = desk.city.calendar(None)
    assert calendar.between(stopped["work"].due_at, found["work"].due_at) == 5
    assert desk.open_items(case_id)["desk"].paused_at is None
    assert_whole(desk)


def test_a_suspension_can_be_taken_back(desk: Town, act: Callable[..., int]) -> None:
    case_id = act("stop")
    due_at = running(desk, case_id)["work"].due_at
    recall(desk.city, desk.office, case_id, now=MONDAY + DAY)
    found = running(desk, case_id)
    assert {row.paused_at for row in found.values()} == {None}
    assert found["work"].due_at == due_at
    assert_whole(desk)


def test_a_case_is_handed_down_and_the_recall_hands_it_back(
    desk: Town, act: Callable[..., int]
) -> None:
    case_id = act("down")

    def place() -> str:
        with desk.city.database.reading() as session:
            return session.scalars(
                select(Unit.key).join(Case, Case.place_id == Unit.id).where(Case.id == case_id)
            ).one()

    assert place() == "county"
    assert_whole(desk)
    recall(desk.city, desk.office, case_id, now=MONDAY + DAY)
    assert place() == "city"
    assert_whole(desk)


def test_who_works_on_it_is_urged_and_the_story_says_so(
    desk: Town, act: Callable[..., int]
) -> None:
    case_id = act("press")
    with desk.city.database.reading() as session:
        rows = session.scalars(
            select(Notice).where(Notice.case_id == case_id, Notice.kind == "urged")
        ).all()
    assert {row.role for row in rows} == {"dispatcher", "handler"}
    assert all(row.values["level"] == "督办单" and row.values["text"] == "请抓紧" for row in rows)
    assert counts(desk, case_id) == {"urged": 1}
    assert_whole(desk)


def test_a_letter_is_written_numbered_and_kept(desk: Town, act: Callable[..., int]) -> None:
    act("write")
    case_id = act("write", 2)
    with desk.city.database.reading() as session:
        first, second = session.scalars(select(Letter).order_by(Letter.id)).all()
        number = session.get_one(Case, case_id).number
    assert first.number == f"{number}-函1"
    assert second.number == f"{number}-函2"
    assert first.subject == f"告知 {number}-函1"
    assert first.body == f"晨星公司：门前积水（{number}）办理期限 2026年3月9日。"
    assert (first.public, first.case_id) == (True, case_id)
    assert isinstance(desk.open_items(case_id)["desk"].id, UUID)


def test_the_company_gets_the_message_that_an_opening_task_names(
    desk: Town, act: Callable[..., int]
) -> None:
    case_id = act("press")
    with desk.city.database.reading() as session:
        notice = session.scalars(
            select(Notice).where(Notice.case_id == case_id, Notice.kind == "message")
        ).one()
    assert (notice.enterprise_id, notice.values["name_en"]) == (desk.company.enterprise_id, "Do it")
    assert notice.values["subject"] == "已开始：门前积水"
    assert notice.values["body"] == "work，2026年3月9日前"
    assert notice.values["subject_en"] == "Begun"
    assert notice.values["body_en"] == "Until 9 March 2026"
