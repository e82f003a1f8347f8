"""The sentence that a company reads while its case waits."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.worktime.calendars import shanghai
from workflows.status import sentence, speaking


@dataclass(frozen=True, kw_only=True)
class Task:
    """An open task."""

    role: str = "handler"
    sentence: str = ""
    sentence_en: str = ""
    due_at: datetime | None = None
    paused_at: datetime | None = None


SOON = Task(
    sentence="部门正在办理。", sentence_en="It is handled.", due_at=shanghai("2026-03-02T09:00")
)
LATER = Task(sentence="督办员正在督促。", due_at=shanghai("2026-03-05T09:00"))
COMPANYS = Task(role="enterprise", sentence="请您补正。", due_at=shanghai("2026-03-09T09:00"))
SOMETIME = Task(sentence="等待安排。")
STILL = Task(
    sentence="办理已中止。",
    due_at=shanghai("2026-03-01T09:00"),
    paused_at=shanghai("2026-02-27T09:00"),
)
SILENT = Task(due_at=shanghai("2026-03-01T09:00"))


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([LATER, SOON], SOON),
        ([SOON, COMPANYS, LATER], COMPANYS),
        ([SOMETIME, LATER], LATER),
        ([SILENT, SOMETIME], SOMETIME),
        ([STILL, SOMETIME], SOMETIME),
        ([STILL], STILL),
        ([SILENT], None),
        ([], None),
    ],
)
def test_what_the_company_has_to_do_comes_first_then_what_is_due_soonest(
    tasks: list[Task], expected: Task | None
) -> None:
    assert speaking(tasks) is expected
    assert speaking(tasks[::-1]) is expected


def test_english_where_there_is_some() -> None:
    assert sentence([SOON], "en") == "It is handled."
    assert sentence([LATER], "en") == "督办员正在督促。"
    assert sentence([SOON], "zh_Hans_CN") == "部门正在办理。"
    assert sentence([]) == ""
