"""Words that only the company's pages use: parts of a calendar leaf, times, results."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext

from webapp.language import ENGLISH, language
from webapp.portal.blueprint import blueprint
from webapp.rendering import dates
from workflows.explanation import WEEKDAYS, WEEKDAYS_EN
from workflows.worktime import ZONE

RESULTS = {
    "solved": lazy_gettext("Solved"),
    "partly_solved": lazy_gettext("Partly solved"),
    "planned": lazy_gettext("Planned, with a date"),
    "explained": lazy_gettext("Explained"),
    "not_possible": lazy_gettext("Not possible under current policy"),
    "split": lazy_gettext("Split into its parts"),
    "declined": lazy_gettext("Not accepted"),
    "withdrawn": lazy_gettext("Withdrawn"),
    "cancelled": lazy_gettext("Terminated"),
}


@blueprint.app_template_global()
def result_name(result: str) -> str:
    """Return what a result is called."""
    return str(RESULTS.get(result, result))


@blueprint.app_template_filter()
def month_word(on: date) -> str:
    """Return the month at the top of a calendar leaf."""
    return f"{on:%b}" if language() == ENGLISH else f"{on.month}月"


@blueprint.app_template_filter()
def weekday_word(on: date) -> str:
    """Return the day of the week at the foot of a calendar leaf."""
    return (WEEKDAYS_EN if language() == ENGLISH else WEEKDAYS)[on.weekday()]


@blueprint.app_template_filter()
def clock(at: datetime) -> str:
    """Return the time of day in Asia/Shanghai."""
    return f"{at.astimezone(ZONE):%H:%M}"


@blueprint.app_template_filter()
def exact(value: date | datetime) -> str:
    """Return the exact time in figures, for files."""
    return dates.exact(value)
