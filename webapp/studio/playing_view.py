"""A play as its page shows it: who would get what, what lights when, what the company reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from models.letters import Letter
from models.plays import Play, PlayAct
from models.queries.cases import CaseRow, Line, OpenWork, open_work, read_case, timeline
from models.queries.plays import (
    NoticeOf,
    Passed,
    letters_of,
    passed,
    states_of,
    timers_of,
    told_of,
    waits_of,
)
from models.work import Wait
from webapp.language import ENGLISH, gettext, language
from webapp.rendering.values import Shown, shown_values
from webapp.rendering.words import named, role_name
from webapp.studio.playing_picture import picture_state
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.decisiontables import DecisionTable, decision_tables
from workflows.definitions.definition import Definition
from workflows.explanation import explain
from workflows.lights import Light, light
from workflows.plays.athand import AtHand
from workflows.status import sentence
from workflows.worktime import ZONE, end_of, local_day

EXTRA = {
    "recall": lazy_gettext("Taken back"),
    "pause": lazy_gettext("Clock of the case stopped"),
    "resume": lazy_gettext("Clock of the case running again"),
    "extend": lazy_gettext("Time limit extended"),
}
"""What may be done with a played case besides its tasks and messages: action -> words."""


@dataclass(frozen=True, kw_only=True)
class TaskView:
    """An open task: who would get it, its light, and how its due time was counted."""

    item: OpenWork
    who: str
    light: Light | None
    explained: str
    ahead: tuple[tuple[str, datetime], ...]
    """Times that the clock may be moved to because of it, with what happens then."""


@dataclass(frozen=True, kw_only=True)
class TimerView:
    """A timer that runs, with the name of its element."""

    name: str
    element: str
    due_at: datetime
    paused: bool
    explained: str


Cells = tuple[tuple[str, str], ...]
"""What a rule says: label of the column and the cell, empty ones left out."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What the last act took from a decision table: its rules by their numbers."""

    table: str
    rules: tuple[tuple[int, Cells], ...]


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case of a play at the moment at which its clock stands."""

    case: CaseRow
    name: str
    definition: Definition
    tasks: list[TaskView]
    waits: list[Wait]
    awaited: list[Wait]
    """Messages that only other cases send."""
    timers: list[TimerView]
    sentence: str
    story: list[Line]
    notices: list[NoticeOf]
    letters: list[Letter]
    judged: list[Judged]
    facts: list[Shown]
    stage: str
    picture: dict[str, Any]


@dataclass(kw_only=True)
class PlayView:
    """A play's page; `case` is None before the start."""

    play: Play
    acts: list[PlayAct]
    clock: datetime
    next_at: datetime | None
    """The next time at which something happens by itself or a light changes."""
    next_what: str
    next_workday: datetime
    cases: list[tuple[str, str, str]] = field(default_factory=list)
    case: CaseView | None = None
    definition: Definition | None = None

    @property
    def local(self) -> str:
        """Where the clock stands, as people type it."""
        return f"{self.clock.astimezone(ZONE):%Y-%m-%d %H:%M}"

    @property
    def seen(self) -> int:
        """How many acts the page shows."""
        return len(self.acts)


def view_of(held: AtHand, name: str) -> PlayView:
    """Return what the page of a play shows; `name` is the case to be looked at."""
    stage, play = held.table.city, held.play
    calendar = stage.calendar(None)
    following = calendar.add(play.clock_at, 1).due_at
    view = PlayView(
        play=play,
        acts=held.acts,
        clock=play.clock_at,
        next_at=None,
        next_what="",
        next_workday=end_of(local_day(following), play.clock_at.astimezone(ZONE).time()),
    )
    with stage.database.reading() as session:
        view.definition = stage.library.current(play.process_key, session)
        known = held.table.known
        if known:
            chosen = name if name in known else next(iter(known))
            view.cases = states_of(session, known)
            before = held.acts[-2].revisions if len(held.acts) > 1 else {}
            view.case = _case(
                stage, session, known[chosen], chosen, play.clock_at, before.get(chosen, 0)
            )
            view.next_at, view.next_what = _next(view.case, play.clock_at)
    return view


def _case(
    stage: City, session: Session, case_id: int, name: str, clock: datetime, before: int
) -> CaseView:
    row = read_case(session, SYSTEM.scope, case_id=case_id)
    assert row is not None
    definition = stage.library.version(row.version_id)
    work = open_work(session, SYSTEM.scope, case_id)
    waits = waits_of(session, case_id)
    timers = [
        TimerView(
            name=_element_name(definition, one.process, one.element),
            element=one.element,
            due_at=one.due_at,
            paused=one.paused_at is not None,
            explained=explain(one.how or {}, language()),
        )
        for one in timers_of(session, case_id)
    ]
    tasks = [_task(stage, row, item, clock) for item in work]
    whole, last = passed(session, case_id), passed(session, case_id, before)
    open_stage = row.state == "open"
    return CaseView(
        case=row,
        name=name,
        definition=definition,
        tasks=tasks,
        waits=[one for one in waits if one.roles],
        awaited=[one for one in waits if not one.roles],
        timers=timers,
        sentence=sentence(work, language()) if open_stage else "",
        story=[one for one in timeline(session, case_id) if one.public],
        notices=told_of(session, case_id),
        letters=letters_of(session, case_id),
        judged=list(_judged(definition, last)),
        facts=_facts(definition, row.facts),
        stage=_stage_name(definition, row.stage),
        picture=picture_state(
            definition, tasks, timers_of(session, case_id), waits, whole.flows, last.flows
        ),
    )


def _task(stage: City, row: CaseRow, item: OpenWork, clock: datetime) -> TaskView:
    lamp = None
    if item.due_at is not None:
        calendar = stage.calendar(row.place_id)
        lamp = light(item.due_at, item.warn_at, item.paused_at, clock, calendar)
    ahead = []
    if item.paused_at is None:
        if item.warn_at is not None and item.warn_at > clock:
            ahead.append((gettext("until it turns yellow"), item.warn_at))
        if item.due_at is not None and item.due_at >= clock:
            ahead.append((gettext("until it is overdue"), item.due_at + timedelta(seconds=1)))
    who = " · ".join(
        part for part in (_unit(stage, item), role_name(item.role), item.assignee or "") if part
    )
    return TaskView(
        item=item,
        who=who,
        light=lamp,
        explained=explain(item.how or {}, language()),
        ahead=tuple(ahead),
    )


def _unit(stage: City, item: OpenWork) -> str:
    return named(stage.unit_of(item.unit_id)) if item.unit_id is not None else ""


def _next(case: CaseView, clock: datetime) -> tuple[datetime | None, str]:
    found = [(one.due_at, one.name) for one in case.timers if not one.paused]
    found += [(at, f"{named(one.item)} {what}") for one in case.tasks for what, at in one.ahead]
    ahead = [one for one in found if one[0] > clock]
    return min(ahead, default=(None, ""))


def _judged(definition: Definition, last: Passed) -> Iterator[Judged]:
    tables = {
        one.id: one
        for path, data in definition.bundle.decisions.items()
        for one in decision_tables(path, data)
    }
    taken: dict[str, list[int]] = {}
    for decision, rule in last.rules:
        for one in (decision, *_required(definition, decision)):
            if one in tables and rule in tables[one].rules:
                taken.setdefault(one, []).append(tables[one].rules.index(rule))
    for one, indexes in taken.items():
        table = tables[one]
        rules = tuple((index + 1, _cells(table, index)) for index in sorted(set(indexes)))
        yield Judged(table=table.title, rules=rules)


def _required(definition: Definition, decision: str) -> Sequence[str]:
    decisions = definition.decisions
    return tuple(decisions.requires(decision)) if decision in decisions else ()


def _cells(table: DecisionTable, index: int) -> Cells:
    return tuple(
        (column.label, cell)
        for column, cell in zip(table.columns, table.rows[index], strict=False)
        if cell not in ("", "-") and column.kind != "note"
    )


def _facts(definition: Definition, facts: Mapping[str, Any]) -> list[Shown]:
    """Return the facts of a case in words where a form asks for them, in the forms' order."""
    found: dict[str, Shown] = {}
    for form in definition.forms.values():
        for one in shown_values(form, facts, {}):
            found.setdefault(one.key, one)
    for key, value in facts.items():
        if key not in found and value not in (None, "", []):
            found[key] = Shown(key=key, label=key, kind="text", value=str(value))
    return list(found.values())


def _element_name(definition: Definition, process: str, element: str) -> str:
    known = definition.specification.elements.get((process, element))
    return (known.name if known is not None else "") or element


def _stage_name(definition: Definition, key: str) -> str:
    for one in definition.bundle.stages:
        if one.key == key:
            return named(one, "title")
    return key


def task_of(view: PlayView, task_id: UUID) -> TaskView | None:
    """Return an open task of the case on the page."""
    tasks = view.case.tasks if view.case is not None else []
    return next((one for one in tasks if one.item.id == task_id), None)


def act_words(act: PlayAct) -> str:
    """Return what an act was, for the list."""
    told = act.told
    english = language() == ENGLISH
    if told.get("kind") == "start":
        return gettext("Started")
    if told.get("kind") == "clock":
        rang = "、".join(dict.fromkeys(told.get("fired", ())))
        return gettext("The clock: %(what)s", what=rang) if rang else gettext("The clock was moved")
    if told.get("kind") == "task":
        name = (english and told.get("name_en")) or told.get("name", "")
        outcome = (english and told.get("outcome_en")) or told.get("outcome", "")
        return f"{name} → {outcome}" if outcome else str(name)
    return str(EXTRA.get(str(told.get("kind")), told.get("kind")))
