"""Plays one case through the actions, with a clock that is moved from step to step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case
from models.enterprises import Enterprise
from models.work import WorkItem
from workflows.actions import cases, deadlines, recall, tasks
from workflows.actor import Actor
from workflows.city import City
from workflows.clock import play_until
from workflows.definitions.definition import Definition
from workflows.definitions.forms import Form
from workflows.play.cast import Cast, actor_of
from workflows.play.scenario import Scenario, ScenarioStep, filled
from workflows.worktime import Calendar, local_day

T = TypeVar("T")

ANYBODY = "*"
"""A step `by` this is done by somebody to whom the task was given."""
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
    """One case under a moved clock; `now` is where the clock stands.

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
        self.case_id: int | None = None
        self.now = scenario.start.when.resolve(EARLIEST, city.calendar(None))
        self._cast = cast
        self._company = company or Actor(name=str(scenario.start.values.get("contact", "企业")))

    def play(self, step: ScenarioStep) -> None:
        """Move the clock to a step and do it; see `move_to` and `do`."""
        self.move_to(step)
        self.do(step)

    def do(self, step: ScenarioStep) -> None:
        """Do a step at the time to which the clock was moved.

        Raises CannotPlay, UnknownRole, or what the action raises.
        """
        if step.number == 0:
            self._start(step)
        elif step.do:
            self._complete(step)
        elif step.action != "advance":
            self._act(step)

    def move_to(self, step: ScenarioStep) -> datetime:
        """Move the clock to a step's time; every timer due by then fires at its own time."""
        then = step.when.resolve(self.now, self._calendar())
        if then < self.now:
            raise CannotPlay("the clock cannot run back; put the steps in order of time")
        if self.case_id is not None:
            play_until(self.city, self.case_id, then)
        self.now = then
        return then

    def actor(self, by: str) -> Actor:
        """Return who stands behind `by` in this case."""
        return self._cast.actor(by, enterprise=self._company)

    # ------------------------------------------------------------------ what is done

    def _start(self, step: ScenarioStep) -> None:
        definition = self._definition(None)
        form = definition.form(definition.bundle.start_form)
        submitted = cases.submit(
            self.city,
            self.actor(step.by),
            self.process_key,
            self._raw(form, step),
            now=self.now,
            channel=step.channel,
            held=True,
        )
        self.case_id = submitted.case_id
        if self._company.enterprise_id is None:
            self._company = self._read(self._company_of_case)

    def _complete(self, step: ScenarioStep) -> None:
        item = self._chosen(step.do, step)
        actor = self._holder(item) if step.by == ANYBODY else self.actor(step.by)
        form = self._definition(item.version_id).form(item.form) if item.form else None
        if form is None and step.values:
            raise CannotPlay(f"the task {item.element} has no form, so it takes no values")
        raw = self._raw(form, step) if form is not None else {}
        tasks.complete(self.city, actor, item.id, raw, now=self.now)

    def _act(self, step: ScenarioStep) -> None:
        actor, case_id = self.actor(step.by), self._case()
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
        return self._calendar().days_between(local_day(due_at), step.until)

    # ---------------------------------------------------------------------- what is read

    def open_items(self) -> list[OpenItem]:
        """Return the open tasks of the case, oldest first."""
        return self._read(self._open_items)

    def _open_items(self, session: Session) -> list[OpenItem]:
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
            .where(WorkItem.case_id == self.case_id, WorkItem.state == "open")
            .order_by(WorkItem.opened_at, WorkItem.unit_id, WorkItem.id)
        )
        return [OpenItem(**row) for row in rows.mappings()]

    def _holder(self, item: OpenItem) -> Actor:
        """Return somebody to whom a task was given."""
        if item.assignee_id is not None:
            return self._read(lambda session: actor_of(session, item.assignee_id or 0))
        if item.unit_id is None:
            return self._company
        return self.actor(f"{item.role}@{self.city.directory().unit(item.unit_id).key}")

    def _chosen(self, name: str, step: ScenarioStep) -> OpenItem:
        """Return the task meant; among several of one element, those that the actor may do."""
        items = self.open_items()
        named = [item for item in items if name in (item.element, item.name)]
        if not named:
            standing = ", ".join(sorted({item.element for item in items})) or "none"
            raise CannotPlay(f"no task {name!r} is open; open: {standing}")
        mine = named
        if step.by != ANYBODY:
            actor = self.actor(step.by)
            mine = [item for item in named if _may_do(actor, item)] or named
        if step.instance >= len(mine):
            raise CannotPlay(f"{name} is open {len(mine)} times, not {step.instance + 1}")
        return mine[step.instance]

    def _raw(self, form: Form, step: ScenarioStep) -> dict[str, list[str]]:
        values = filled(step.values, self.sessions)
        for key in values:
            if key not in form.keys:
                raise CannotPlay(f"the form {form.id!r} has no field {key!r}")
        return form.as_raw(values)

    def _definition(self, version_id: int | None) -> Definition:
        if version_id is not None:
            return self.city.library.version(version_id)
        return self._read(lambda session: self.city.library.current(self.process_key, session))

    def _company_of_case(self, session: Session) -> Actor:
        enterprise_id, name, contact = session.execute(
            select(Enterprise.id, Enterprise.name, Enterprise.contact)
            .join(Case, Case.enterprise_id == Enterprise.id)
            .where(Case.id == self.case_id)
        ).one()
        return Actor(name=contact or name, enterprise_id=enterprise_id)

    def _calendar(self) -> Calendar:
        if self.case_id is None:
            return self.city.calendar(None)
        place = select(Case.place_id).where(Case.id == self.case_id)
        return self.city.calendar(self._read(lambda session: session.scalar(place)))

    def _case(self) -> int:
        if self.case_id is None:
            raise CannotPlay("the case has not been submitted")
        return self.case_id

    def _read(self, read: Callable[[Session], T]) -> T:
        with self.city.database.reading() as session:
            return read(session)


def _may_do(actor: Actor, item: OpenItem) -> bool:
    if item.role == "enterprise":
        return "enterprise" in actor.roles
    return any(post.unit_id == item.unit_id and post.role == item.role for post in actor.posts)
