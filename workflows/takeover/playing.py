"""Playing one row of a register: submitted when it was, each act done at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from models.work import WorkItem
from workflows.actions import cases, deadlines, tasks
from workflows.actor import Actor, Post
from workflows.city import City
from workflows.clock import play_until
from workflows.definitions.definition import Definition
from workflows.definitions.forms import Form
from workflows.errors import InvalidEntries, ThroughTrainError
from workflows.takeover.course import Course, Done
from workflows.takeover.plan import Plan
from workflows.takeover.reading import Read
from workflows.takeover.words import Problem

T = TypeVar("T")


class Refused(Exception):
    """A row could not be played; carries what is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()


class Play:
    """One case under a moved clock, done by the register instead of people."""

    def __init__(self, city: City, definition: Definition, plan: Plan, read: Read) -> None:
        self._city, self._definition, self._plan, self._read = city, definition, plan, read
        self._case_id = 0

    def submit(self, course: Course, submitted_at: datetime) -> cases.Submitted:
        """Submit the case on the day on which the company first brought it."""
        form = self._definition.form(self._definition.bundle.start_form)
        channel = self._read.typed.get(self._plan.channel, "online")
        submitted = self._done(
            form,
            lambda: cases.submit(
                self._city,
                self._actor(),
                self._definition.bundle.key,
                form.as_raw(course.values),
                now=submitted_at,
                channel=str(channel),
                held=True,
            ),
        )
        self._case_id = submitted.case_id
        return submitted

    def do(self, done: Done) -> None:
        """Do one act at its time; every timer due by then fires at its own time."""
        play_until(self._city, self._case_id, done.at)
        if done.action:
            act = deadlines.pause if done.action == "pause" else deadlines.resume
            self._done(
                None,
                lambda: act(
                    self._city, self._actor(), self._case_id, now=done.at, reason=done.reason
                ),
            )
            return
        item = self._open(done.do)
        if item is None:
            if done.optional:
                return
            raise self._refused(self._standing(done.do))
        form = self._definition.form(item.form) if item.form else None
        values = {key: one for key, one in done.values.items() if form and key in form.keys}
        raw = form.as_raw(values) if form else {}
        actor = self._actor(item)
        self._done(
            form,
            lambda: tasks.complete(self._city, actor, item.id, raw, now=done.at),
            done.columns,
        )

    def _open(self, names: Sequence[str]) -> WorkItem | None:
        """Return the oldest open task of one of these names."""
        return next((item for item in self._items() if item.element in names), None)

    def _standing(self, names: Sequence[str]) -> str:
        open_ones = "、".join(item.name for item in self._items()) or "—"
        return f"{open_ones} ({', '.join(names)})"

    def _items(self) -> Sequence[WorkItem]:
        with self._city.database.reading() as session:
            return session.scalars(
                select(WorkItem)
                .where(WorkItem.case_id == self._case_id, WorkItem.state == "open")
                .order_by(WorkItem.opened_at, WorkItem.id)
            ).all()

    def _actor(self, item: WorkItem | None = None) -> Actor:
        """Return the register as an actor; it stands in for whoever holds the item's post."""
        posts: tuple[Post, ...] = ()
        if item is not None and item.unit_id is not None:
            posts = (Post(unit_id=item.unit_id, role=item.role),)
        return Actor(name=self._plan.actor, posts=posts, is_system=True)

    def _done(
        self, form: Form | None, act: Callable[[], T], columns: Mapping[str, str] | None = None
    ) -> T:
        try:
            return act()
        except InvalidEntries as error:
            raise Refused(list(self._misfits(form, error.errors, columns or {}))) from error
        except ThroughTrainError as error:
            raise self._refused(str(error)) from error

    def _misfits(
        self, form: Form | None, errors: Mapping[str, str], columns: Mapping[str, str]
    ) -> Iterator[Problem]:
        """Say of each field that does not fit which column fills it."""
        headings = {column.field: column.name for column in self._plan.columns if column.field}
        labels = {one.key: one.label for one in form.fields} if form else {}
        for key, reason in errors.items():
            column = columns.get(key) or headings.get(key) or self._plan.stage
            cell = self._read.entered.get(column, "")
            values = {"value": cell, "reason": f"{labels.get(key) or key}: {reason}"}
            yield Problem(line=self._read.line, column=column, kind="entry", values=values)

    def _refused(self, reason: str) -> Refused:
        values = {"stage": self._read.stage_word, "reason": reason}
        line, column = self._read.line, self._plan.stage
        return Refused([Problem(line=line, column=column, kind="refused", values=values)])
