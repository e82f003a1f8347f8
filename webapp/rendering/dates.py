"""Dates as people read them: 11月18日（周三）, the exact time on hover and in print."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from markupsafe import Markup, escape

from webapp.context import now
from webapp.language import gettext, language
from workflows.explanation import day_in_words
from workflows.worktime import ZONE, local_day

KILO = 1024


def day(value: date | datetime | None) -> Markup:
    """Return a `<time>` that shows the day; the exact time is its title."""
    if value is None:
        return Markup("—")
    return _day(value, language(), local_day(now()).year)


@lru_cache(maxsize=4096)
def _day(value: date | datetime, spoken: str, this_year: int) -> Markup:
    """Return the same, kept: the rows of a list share their days, and pages are asked again."""
    on = as_date(value)
    return _time(value, day_in_words(on, spoken, year=on.year != this_year))


def moment(value: datetime | None) -> Markup:
    """Return a `<time>` that shows the day and the time of day."""
    if value is None:
        return Markup("—")
    local = value.astimezone(ZONE)
    return _time(value, f"{_day_words(value)} {local:%H:%M}", clock=False)


def clock(value: datetime) -> str:
    """Return the time of day alone."""
    return f"{value.astimezone(ZONE):%H:%M}"


def short_day(value: date | datetime | None) -> Markup:
    """Return a `<time>` that shows month and day alone, for diagrams and narrow columns."""
    if value is None:
        return Markup("—")
    on = as_date(value)
    return _time(value, f"{on:%m-%d}")


def as_date(value: date | datetime) -> date:
    """Return the day in Asia/Shanghai."""
    return local_day(value) if isinstance(value, datetime) else value


def exact(value: date | datetime) -> str:
    """Return the exact time in figures."""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
    return value.isoformat()


def filesize(size: int) -> str:
    """Return a size in bytes as people read it."""
    if size < KILO:
        return gettext("%(n)d bytes", n=size)
    if size < KILO * KILO:
        return f"{size / KILO:.0f} KB"
    return f"{size / KILO / KILO:.1f} MB"


def _day_words(value: date | datetime) -> str:
    on = as_date(value)
    return day_in_words(on, language(), year=on.year != local_day(now()).year)


def _time(value: date | datetime, words: str, *, clock: bool = True) -> Markup:
    """Return the element; `clock` lets print add the time of day that the words leave out."""
    figures = exact(value)
    machine = value.isoformat()
    added = ""
    if clock and isinstance(value, datetime):
        added = f"{value.astimezone(ZONE):%H:%M}"
    return Markup('<time datetime="{}" title="{}" data-clock="{}">{}</time>').format(
        machine, figures, added, escape(words)
    )
