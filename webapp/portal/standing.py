"""Where a case stands, as its company reads it: one sentence, who acts next, by when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_babel import lazy_gettext

from models.queries.cases import CaseRow, OpenWork
from models.queries.portal import ChangeRow
from webapp.context import city, now
from webapp.language import gettext, language
from webapp.rendering.lamps import light_of
from webapp.rendering.words import named, role_name
from workflows import status
from workflows.explanation import day_in_words, explain
from workflows.lights import Light
from workflows.worktime import local_day

COMPANY = "enterprise"
REASONS = {
    "waiting for the company": lazy_gettext("we wait for what the company has to supply"),
    "the company has answered": lazy_gettext("the company has answered"),
    "corrected by the process admins": lazy_gettext("corrected by the process admins"),
}
"""Reasons that the clock itself gives; people's own reasons stand as they were typed."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """An open task in the company's words."""

    task: OpenWork
    sentence: str
    who: str
    light: Light | None
    how: tuple[str, ...]
    """Sentences that say how the date was arrived at."""
    yours: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the case stands now; `main` is the task that the sentence speaks of."""

    sentence: str
    main: Work | None
    yours: tuple[Work, ...]
    """What the company has to do now."""
    others: tuple[Work, ...]
    """What else goes on at the same time."""
    age_days: int
    """Days since submission, which nothing stops."""


StationState = Literal["done", "now", "ahead", "skipped"]


@dataclass(frozen=True, kw_only=True)
class Station:
    """A stage on the line; `skipped` was passed by on this case's way."""

    label: str
    state: StationState


def standing_of(
    case: CaseRow,
    open_tasks: Sequence[OpenWork],
    changes: Sequence[ChangeRow] = (),
    *,
    elsewhere: bool = False,
) -> Standing:
    """Return where a case stands; `changes` are those of its running deadlines.

    `elsewhere`: cases linked to this one are being worked on, for which it waits.
    """
    works = [work_of(case, task, changes) for task in open_tasks]
    speaking = status.speaking(open_tasks)
    main = next((work for work in works if work.task is speaking), works[0] if works else None)
    return Standing(
        sentence=_sentence(case, main, elsewhere),
        main=main,
        yours=tuple(work for work in works if work.yours),
        others=tuple(work for work in works if work is not main and work.sentence),
        age_days=_age(case),
    )


def stations(case: CaseRow, seen: frozenset[str]) -> list[Station]:
    """Return the stages of the case's process as its company sees them."""
    stages = city().library.version(case.version_id).bundle.stages
    keys = [stage.key for stage in stages]
    here = keys.index(case.stage) if case.stage in keys else -1
    if case.state == "closed":
        here = len(keys)
    found: list[Station] = []
    for place, stage in enumerate(stages):
        state: StationState = "ahead"
        if place < here:
            state = "done" if stage.key in seen else "skipped"
        elif place == here:
            state = "now" if case.state == "open" else "done"
        found.append(Station(label=named(stage, "title"), state=state))
    return found


def work_of(case: CaseRow, task: OpenWork, changes: Sequence[ChangeRow] = ()) -> Work:
    """Return an open task in the company's words."""
    yours = task.role == COMPANY
    return Work(
        task=task,
        sentence=status.sentence([task], language()),
        who=_who(task),
        light=light_of(task, case.place_id),
        how=_how(task, changes),
        yours=yours,
    )


def _sentence(case: CaseRow, main: Work | None, elsewhere: bool) -> str:
    if case.state == "closed":
        return gettext("Your case is closed.")
    if case.state == "withdrawn":
        return gettext("You have withdrawn this case.")
    if case.state == "declined":
        return gettext("Your case could not be accepted.")
    if case.state == "cancelled":
        return gettext("The office has ended this case.")
    if case.suspended_at is not None:
        return gettext("Your case is suspended: %(why)s", why=case.suspended_why)
    if main is None and elsewhere:
        return gettext("It is being worked on in the linked cases; they stand below.")
    if main is None:
        return gettext("Your case goes on by itself at the next date; nothing waits for you.")
    if main.sentence:
        return main.sentence
    return gettext("%(who)s is working on it: %(task)s.", who=main.who, task=named(main.task))


def who_acts(role: str, unit: str, person: str = "") -> str:
    """Return who has a task: unit, role and person, nothing said twice."""
    if role == COMPANY:
        return gettext("You, the company")
    named_role = role_name(role)
    parts = [unit, "" if named_role in unit else named_role, person]
    return " · ".join(part for part in parts if part)


def _who(task: OpenWork) -> str:
    unit = city().directory().unit(task.unit_id) if task.unit_id else None
    return who_acts(task.role, named(unit) if unit else "", task.assignee or "")


def _how(task: OpenWork, changes: Sequence[ChangeRow]) -> tuple[str, ...]:
    found = [explain(task.how, language())] if task.how else []
    found += [_changed(change) for change in changes if change.task_id == task.id]
    return tuple(sentence for sentence in found if sentence)


def _changed(change: ChangeRow) -> str:
    on, reason = _day(change.at), str(REASONS.get(change.reason, change.reason))
    if change.kind == "pause" or change.due_after_at is None:
        return gettext("On %(on)s the clock was stopped: %(reason)s.", on=on, reason=reason)
    until = _day(change.due_after_at)
    if change.kind == "resume":
        return gettext(
            "On %(on)s it ran on (%(reason)s); the working days left then reach until %(until)s.",
            on=on,
            reason=reason,
            until=until,
        )
    if change.kind == "set":
        return gettext(
            "On %(on)s it was set to %(until)s: %(reason)s.", on=on, until=until, reason=reason
        )
    return gettext(
        "On %(on)s it was extended until %(until)s: %(reason)s.", on=on, until=until, reason=reason
    )


def _day(at: datetime) -> str:
    on = local_day(at)
    return day_in_words(on, language(), year=on.year != local_day(now()).year)


def _age(case: CaseRow) -> int:
    until = case.closed_at or now()
    return (local_day(until) - local_day(case.submitted_at)).days
