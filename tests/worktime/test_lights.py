"""Lamps: colour, shape and words of a deadline as of a time."""

import pytest

from tests.worktime.calendars import STATE, shanghai
from workflows.lights import light

DUE = shanghai("2026-03-13T23:59:59")
WARN = shanghai("2026-03-10T23:59:59")


@pytest.mark.parametrize(
    ("now", "colour", "shape", "words", "english"),
    [
        ("2026-03-02T09:00", "green", "■", "剩 9 个工作日", "9 working days left"),
        ("2026-03-10T23:59:58", "green", "■", "剩 3 个工作日", "3 working days left"),
        ("2026-03-10T23:59:59", "yellow", "▲", "剩 3 个工作日", "3 working days left"),
        ("2026-03-12T12:00", "yellow", "▲", "剩 1 个工作日", "1 working day left"),
        ("2026-03-13T23:59:59", "yellow", "▲", "今日到期", "due today"),
        ("2026-03-14T00:00", "red", "●", "已超期", "overdue"),
        ("2026-03-17T09:00", "red", "●", "已超期 2 个工作日", "2 working days overdue"),
    ],
)
def test_a_lamp_over_the_days(now: str, colour: str, shape: str, words: str, english: str) -> None:
    found = light(DUE, WARN, None, shanghai(now), STATE)
    assert (found.colour, found.shape) == (colour, shape)
    assert found.words() == words
    assert found.words("en") == english


def test_a_paused_lamp_is_grey_and_counts_from_when_it_was_paused() -> None:
    found = light(DUE, WARN, shanghai("2026-03-09T09:00"), shanghai("2026-05-06T09:00"), STATE)
    assert (found.colour, found.shape, found.days) == ("grey", "‖", 4)
    assert found.words() == "暂停计时，余 4 个工作日"


def test_paused_when_it_was_overdue_already() -> None:
    found = light(DUE, WARN, shanghai("2026-03-16T09:00"), shanghai("2026-05-06T09:00"), STATE)
    assert found.words() == "暂停计时，已超期 1 个工作日"
    assert found.words("en") == "clock stopped, 1 working day overdue"


def test_without_a_warning_time_a_lamp_goes_from_green_to_red() -> None:
    assert light(DUE, None, None, DUE, STATE).colour == "green"


def test_a_due_day_that_is_not_published_yet_is_marked() -> None:
    due = STATE.add(shanghai("2026-12-30T09:00"), 5).due_at
    assert light(due, None, None, shanghai("2026-12-30T09:00"), STATE).provisional
