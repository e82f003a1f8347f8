"""Plays a case through the actions, with a clock that is moved from step to step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.cases import Case
from models.work import Wait, WorkItem
from workflows.actions import cases, deadlines, deliveries, messages, recall, tasks
from workflows.actor import Actor
from workflows.city import City
from workflows.clock import fire_next
from workflows.definitions.forms import Form
from workflows.play.cast import Cast, actor_of
from workflows.play.known import OWN, Known
from workflows.play.scenario import Scenario, ScenarioStep, filled
from workflows.play.standins import with_files
from workflows.worktime import Calendar, local_day

T = TypeVar("T")

ANYBODY = "*"
"""A step `by` this is done by somebody to whom the task was given."""
RINGS = 2000
"""Timers that may ring on the way to one step: more is a loop, not a course."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class CannotPlay(Exception):
    """A step of a scenario names something that is not there; the text says what."""


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """An open task of the case, as far as the player has to choose."""

    id: UUID
    element: str
    name: str
    role: str
    unit_id: int | None
    assignee_id: int | None
    form: str
    version_id: int


class Player:
    """A case, and those that come of it, under a moved clock; `now` is where the clock stands.

    `company` is who acts as the enterprise: an account, or nobody in particular until the case
    knows its enterprise. `sessions` maps the scenario's session ids to real ones.
    """

    def __init__(
        self,
        city: City,
        process_key: str,
        scenario: Scenario,
        cast: Cast,
        *,
        sessions: Mapping[str, str],
        company: Actor | None = None,
    ) -> None:
        self.city = city
        self.process_key = process_key
        self.scenario = scenario
        self.sessions = sessions
        self.known = Known()
        self.rings = RINGS
        self.now = scenario.start.when.resolve(EARLIEST, city.calendar(None))
        self._cast = cast
        self._company = company or Actor(name=str(scenario.start.values.get("contact", "经办人")))

    @property
    def case_id(self) -> int | None:
        """The scenario's own case, once it is submitted."""
        return self.known.named(OWN)

    @case_id.setter
    def case_id(self, case_id: int | None) -> None:
        if case_id is not None:
            self.known.ids[OWN] = case_id

    @property
    def names(self) -> Mapping[str, str]:
        """What `@name` stands for: the sessions' ids and the cases' numbers."""
        return {**self.sessions, **self._read(self.known.numbers)}

    def play(self, step: ScenarioStep) -> None:
        """Move the clock to a step and do it; see `move_to` and `do`."""
        self.move_to(step)
        self.do(step)

    def do(self, step: ScenarioStep) -> None:
        """Do a step at the time to which the clock was moved.

        Raises CannotPlay, UnknownRole, or what the action raises.
        """
        if step.number == 0 or step.action == "submit":
            self._start(step)
        elif step.do:
            self._do_task(step)
        elif step.action != "advance":
            self._act(step)
        self._meet()

    def move_to(self, step: ScenarioStep) -> datetime:
        """Move the clock to a step's time; every timer due by then fires at its own time."""
        then = step.when.resolve(self.now, self._calendar(OWN))
        if then < self.now:
            raise CannotPlay("the clock cannot run back; put the steps in order of time")
        rung = 0
        while self.known.ids and fire_next(self.city, self.known.ids.values(), then):
            self._meet()
            rung += 1
            if rung >= self.rings:
                problem = f"timers ring {self.rings} times on the way"
                raise CannotPlay(f"{problem}; look for one without end")
        self.now = then
        return then

    def actor(self, by: str, case: str = OWN) -> Actor:
        """Return who stands behind `by` in a case."""
        return self._cast.actor(by, enterprise=self._company_of(case))

    # ------------------------------------------------------------------ what is done

    def _start(self, step: ScenarioStep) -> None:
        if step.case in self.known.ids:
            raise CannotPlay(f"there is a case called {step.case!r} already")
        key = step.process or self.process_key
        definition = self._read(lambda session: self.city.library.current(key, session))
        form = definition.form(definition.bundle.start_form)
        submitted = cases.submit(
            self.city,
            self.actor(step.by, step.case),
            key,
            self._raw(form, step),
            now=self.now,
            owner=self._owner(step),
            channel=step.channel,
            held=True,
        )
        self.known.ids[step.case] = submitted.case_id

    def _meet(self) -> None:
        """Tell other cases what has just happened, and learn of those that were opened by it."""
        deliveries.play(self.city, self.known.ids.values())
        self._read(self.known.meet)

    def _do_task(self, step: ScenarioStep) -> None:
        """Do a task, or send the message of an event that waits under this name."""
        wait = self._read(lambda session: self._waiting(session, step))
        if wait is not None:
            self._send(wait, step)
        else:
            self._complete(step)

    def _send(self, wait: Wait, step: ScenarioStep) -> None:
        version_id = self._read(lambda session: session.get_one(Case, wait.case_id).version_id)
        form = self.city.library.version(version_id).form(wait.form) if wait.form else None
        if form is None and step.values:
            raise CannotPlay(f"the message {wait.element} has no form, so it takes no values")
        raw = self._raw(form, step) if form is not None else {}
        actor = self.actor(step.by, step.case)
        messages.send(self.city, actor, wait.id, raw, now=self.now, owner=self._owner(step))

    def _complete(self, step: ScenarioStep) -> None:
        item = self._chosen(step.do, step)
        actor = self._holder(item, step) if step.by == ANYBODY else self.actor(step.by, step.case)
        form = self.city.library.version(item.version_id).form(item.form) if item.form else None
        if form is None and step.values:
            raise CannotPlay(f"the task {item.element} has no form, so it takes no values")
        raw = self._raw(form, step) if form is not None else {}
        tasks.complete(self.city, actor, item.id, raw, now=self.now, owner=self._owner(step))

    def _act(self, step: ScenarioStep) -> None:
        actor, case_id = self.actor(step.by, step.case), self._case(step.case)
        common: dict[str, Any] = {"now": self.now, "reason": step.reason}
        if step.action == "pause":
            deadlines.pause(self.city, actor, case_id, **common)
        elif step.action == "resume":
            deadlines.resume(self.city, actor, case_id, **common)
        elif step.action == "recall":
            recall.recall(self.city, actor, case_id, **common)
        else:
            item = self._chosen(step.task, step)
            days = self._days_of_extension(step, item)
            deadlines.extend(self.city, actor, item.id, days=days, **common)

    def _days_of_extension(self, step: ScenarioStep, item: OpenItem) -> int:
        if step.workdays is not None:
            return step.workdays
        if step.until is None:
            raise CannotPlay("an extension needs `workdays` or `until`")
        due_at = self._read(
            lambda session: session.scalar(select(WorkItem.due_at).where(WorkItem.id == item.id))
        )
        if due_at is None:
            raise CannotPlay(f"the task {item.element} has no due time to extend")
        return self._calendar(step.case).days_between(local_day(due_at), step.until)

    # ---------------------------------------------------------------------- what is read

    def _waiting(self, session: Session, step: ScenarioStep) -> Wait | None:
        """Return the oldest message event of this element or name that people may answer."""
        return session.scalars(
            select(Wait)
            .where(
                Wait.case_id == self.known.named(step.case),
                Wait.ended_at.is_(None),
                Wait.roles != "",
                or_(Wait.element == step.do, Wait.name == step.do),
            )
            .order_by(Wait.opened_at, Wait.id)
            .limit(1)
        ).first()

    def open_items(self, case: str = OWN) -> list[OpenItem]:
        """Return the open tasks of a case, oldest first."""
        case_id = self.known.named(case)
        return self._read(lambda session: _open_items(session, case_id))

    def _holder(self, item: OpenItem, step: ScenarioStep) -> Actor:
        """Return somebody to whom a task was given."""
        if item.assignee_id is not None:
            return self._read(lambda session: actor_of(session, item.assignee_id or 0))
        if item.unit_id is None:
            return self._company_of(step.case)
        return self.actor(f"{item.role}@{self.city.directory().unit(item.unit_id).key}")

    def _chosen(self, name: str, step: ScenarioStep) -> OpenItem:
        """Return the task meant; among several of one element, those that the actor may do."""
        self._case(step.case)
        items = self.open_items(step.case)
        named = [item for item in items if name in (item.element, item.name)]
        if not named:
            standing = ", ".join(sorted({item.element for item in items})) or "none"
            raise CannotPlay(f"no task {name!r} is open; open: {standing}")
        mine = named
        if step.by != ANYBODY:
            actor = self.actor(step.by, step.case)
            mine = [item for item in named if may_do(actor, item)] or named
        if step.instance >= len(mine):
            raise CannotPlay(f"{name} is open {len(mine)} times, not {step.instance + 1}")
        return mine[step.instance]

    def _raw(self, form: Form, step: ScenarioStep) -> dict[str, list[str]]:
        values = filled(step.values, self.names)
        for key in values:
            if key not in form.keys:
                raise CannotPlay(f"the form {form.id!r} has no field {key!r}")
        if form.file_keys:
            values = with_files(self.city, form, values, owner=self._owner(step), now=self.now)
        return form.as_raw(values)

    def _owner(self, step: ScenarioStep) -> str:
        """Return the token under which the stand-ins for a step's files are kept."""
        return f"play:{self.case_id}:{step.number}"

    def _company_of(self, case: str) -> Actor:
        case_id = self.known.named(case)
        if case_id is None or (case == OWN and self._company.enterprise_id is not None):
            return self._company
        return self._read(lambda session: self.known.company(session, case_id)) or self._company

    def _calendar(self, case: str) -> Calendar:
        case_id = self.known.named(case)
        if case_id is None:
            return self.city.calendar(None)
        place = select(Case.place_id).where(Case.id == case_id)
        return self.city.calendar(self._read(lambda session: session.scalar(place)))

    def _case(self, case: str) -> int:
        case_id = self.known.named(case)
        if case_id is None:
            known = ", ".join(self.known.ids) or "none"
            raise CannotPlay(f"there is no case called {case!r} yet; known: {known}")
        return case_id

    def _read(self, read: Callable[[Session], T]) -> T:
        with self.city.database.reading() as session:
            return read(session)


def may_do(actor: Actor, item: OpenItem) -> bool:
    """Tell whether a task was given to a post that somebody holds."""
    if item.role == "enterprise":
        return "enterprise" in actor.roles
    return any(post.unit_id == item.unit_id and post.role == item.role for post in actor.posts)


def _open_items(session: Session, case_id: int | None) -> list[OpenItem]:
    rows = session.execute(
        select(
            WorkItem.id,
            WorkItem.element,
            WorkItem.name,
            WorkItem.role,
            WorkItem.unit_id,
            WorkItem.assignee_id,
            WorkItem.form,
            Case.version_id,
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.case_id == case_id, WorkItem.state == "open")
        .order_by(WorkItem.opened_at, WorkItem.unit_id, WorkItem.id)
    )
    return [OpenItem(**row) for row in rows.mappings()]
