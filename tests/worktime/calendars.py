"""The state's calendar and a plain one, as the tests of this folder use them."""

from datetime import UTC, date, datetime

from workflows.calendars import published_days
from workflows.worktime import Calendar

STATE = Calendar(version="1", last_on=date(2026, 12, 31), days=published_days())
PLAIN = Calendar(version="0", last_on=date.min, days=())


def shanghai(text: str) -> datetime:
    """Return the UTC time of a local one such as 2026-02-10T09:00."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)
