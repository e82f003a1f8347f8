"""A case that was really worked on, as the acts of a play: who did what when, data masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case, CaseLink, Step, TimelineEntry
from models.people import Position
from models.processes import Process
from models.receptions import Reception
from models.units import Unit
from models.work import DeadlineChange, Wait, WorkItem
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.forms import Form
from workflows.play.known import OWN
from workflows.play.player import ANYBODY
from workflows.play.scenario import PlannedSession
from workflows.plays.masking import Mask
from workflows.worktime import ZONE, local_day

MOST_CASES = 40
ACTS_ON_TIME = {
    "deadline_paused": "pause",
    "deadline_resumed": "resume",
    "deadline_extended": "extend",
}
"""Lines of the story -> actions of a scenario."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The acts of a case and of those that it opened, in the order of time."""

    number: str
    process_key: str
    begins_at: datetime
    steps: tuple[dict[str, Any], ...]
    sessions: tuple[PlannedSession, ...]


def record(city: City, case_id: int) -> Recording:
    """Return what was done to a case as acts; the caller has been given the case.

    What came by itself (timers, messages between cases) is left out: it comes by itself again.
    """
    with city.database.reading() as session:
        return _Recorder(city, session, session.get_one(Case, case_id)).recording()


@dataclass
class _Recorder:
    city: City
    session: Session
    case: Case
    sessions: dict[str, PlannedSession] = field(default_factory=dict)

    def recording(self) -> Recording:
        self.family = _family(self.session, self.case)
        self.numbers = {case.number: name for name, case in self.family.items()}
        self.units = dict(self.session.execute(select(Unit.id, Unit.key)).all())
        steps = [(step, name) for name, case in self.family.items() for step in self._steps(case)]
        steps.sort(key=lambda one: (one[0].at, one[0].case_id, one[0].number))
        self.mask = self._mask([step for step, _ in steps])
        acts = [act for step, name in steps if (act := self._act(step, name)) is not None]
        process_key = self.session.get_one(Process, self.case.process_id).key
        return Recording(
            number=self.case.number,
            process_key=process_key,
            begins_at=self.case.submitted_at,
            steps=tuple(acts),
            sessions=tuple(self.sessions.values()),
        )

    def _steps(self, case: Case) -> Sequence[Step]:
        rows = select(Step).where(Step.case_id == case.id).order_by(Step.number)
        return self.session.scalars(rows).all()

    def _mask(self, steps: Sequence[Step]) -> Mask:
        columns = self.city.library.version(self.case.version_id).bundle.case_columns
        company = {
            columns[column]: column
            for column in ("enterprise", "credit_code", "contact", "phone")
            if column in columns
        }
        mask = Mask(company=company)
        for step in steps:
            form = self._form(step)
            if form is not None:
                mask.learn(form, step.values)
        for step in steps:
            if step.actor != SYSTEM.name:
                mask.learn_name(step.actor)
        return mask

    def _form(self, step: Step) -> Form | None:
        definition = self.city.library.version(step.version_id)
        name = step.form or (definition.bundle.start_form if step.kind == "start" else "")
        return definition.form(name) if name else None

    # ----------------------------------------------------------------------------- acts

    def _act(self, step: Step, name: str) -> dict[str, Any] | None:
        """Return a step as an act, None where it came by itself."""
        found: dict[str, Any] | None = None
        if step.kind == "start" and name == OWN:
            found = {"by": self._starter(step), "channel": self.case.channel}
        elif step.kind == "complete" or (step.kind == "deliver" and step.actor != SYSTEM.name):
            found = {"do": step.element, "by": self._doer(step)}
        elif step.kind == "recall":
            found = {"action": "recall", "by": self._recalled_by(step)}
        elif step.kind == "act":
            found = self._on_time(step)
        if found is None:
            return None
        form = self._form(step) if step.kind != "act" else None
        if form is not None and step.kind != "recall":
            found["values"] = self._values(form, step.values)
        if name != OWN:
            found["case"] = name
        return {"at": step.at.astimezone(ZONE).isoformat(), **found}

    def _starter(self, step: Step) -> str:
        allowed = self.city.library.version(step.version_id).bundle.started_by
        return self._post(step.person_id, allowed)

    def _doer(self, step: Step) -> str:
        """Return who did a task or sent a message, as role@unit."""
        if step.work_item_id is not None:
            item = self.session.get(WorkItem, step.work_item_id)
            if item is not None:
                return self._holder(item)
        wait = self.session.scalars(
            select(Wait)
            .where(Wait.case_id == step.case_id, Wait.element == step.element)
            .order_by(Wait.opened_at.desc())
            .limit(1)
        ).one_or_none()
        return self._post(step.person_id, wait.roles.split(",") if wait is not None else ())

    def _holder(self, item: WorkItem) -> str:
        if item.unit_id is None:
            return "enterprise"
        return f"{item.role}@{self.units[item.unit_id]}"

    def _post(self, person_id: int | None, roles: Sequence[str]) -> str:
        """Return the post in which somebody acts; who holds none acts for the company."""
        rows = self.session.execute(
            select(Position.role, Position.unit_id)
            .where(Position.person_id == person_id)
            .order_by(Position.id)
        ).all()
        held = sorted(rows, key=lambda row: row.role not in roles)
        return f"{held[0].role}@{self.units[held[0].unit_id]}" if held else "enterprise"

    def _recalled_by(self, step: Step) -> str:
        taken = self.session.scalar(
            select(Step.work_item_id).where(
                Step.case_id == step.case_id, Step.recalled_by == step.number
            )
        )
        item = self.session.get(WorkItem, taken) if taken is not None else None
        return self._holder(item) if item is not None else ANYBODY

    def _on_time(self, step: Step) -> dict[str, Any] | None:
        line = self.session.scalars(
            select(TimelineEntry).where(
                TimelineEntry.case_id == step.case_id,
                TimelineEntry.step == step.number,
                TimelineEntry.kind.in_(ACTS_ON_TIME),
            )
        ).first()
        if line is None:
            return None
        action = ACTS_ON_TIME[line.kind]
        movers = ("dispatcher", "supervisor", "leader", "head")
        found: dict[str, Any] = {
            "action": action,
            "by": self._post(step.person_id, movers),
            "reason": self.mask.text(str(line.values.get("reason", ""))),
        }
        if action == "extend":
            found |= {"task": step.element, "workdays": self._days(step)}
        return found

    def _days(self, step: Step) -> int:
        change = self.session.scalars(
            select(DeadlineChange)
            .where(DeadlineChange.at == step.at, DeadlineChange.due_after_at.is_not(None))
            .order_by(DeadlineChange.id)
            .limit(1)
        ).one_or_none()
        if change is None or change.due_after_at is None:
            return 1
        calendar = self.city.calendar(self.case.place_id)
        return calendar.days_between(
            local_day(change.due_before_at), local_day(change.due_after_at)
        )

    # --------------------------------------------------------------------------- values

    def _values(self, form: Form, stored: Mapping[str, Any]) -> dict[str, Any]:
        known = {key: value for key, value in stored.items() if value not in (None, "", [])}
        values = self.mask.masked(form, {k: v for k, v in known.items() if k in form.keys})
        return {
            key: self._named(value, form.by_key[key].options_key) for key, value in values.items()
        }

    def _named(self, value: Any, options: str) -> Any:
        """Return a session or a case as scenarios name it."""
        if isinstance(value, list):
            return [self._named(one, options) for one in value]
        if options == "sessions" and str(value).isdecimal():
            return self._session(str(value))
        if isinstance(value, str) and value in self.numbers:
            return f"@{self.numbers[value]}"
        return value

    def _session(self, real: str) -> str:
        if real not in self.sessions:
            row = self.session.get(Reception, int(real))
            if row is None:
                return real
            self.sessions[real] = PlannedSession(
                id=f"s{len(self.sessions) + 1}",
                place=self.units[row.place_id],
                title=row.title,
                held_on=row.held_on,
                slots=row.slots,
                leader=row.leader,
            )
        return f"@{self.sessions[real].id}"


def _family(session: Session, case: Case) -> dict[str, Case]:
    """Return a case and those opened from it, by the names that a player gives them."""
    found, ahead, counts = {OWN: case}, [case.id], dict[str, int]()
    while ahead and len(found) < MOST_CASES:
        children = list(_opened(session, ahead))
        for child, kind in children:
            counts[kind] = counts.get(kind, 0) + 1
            found[f"{kind}{counts[kind]}"] = child
        ahead = [child.id for child, _ in children]
    return found


def _opened(session: Session, parents: Sequence[int]) -> Iterator[tuple[Case, str]]:
    rows = session.execute(
        select(Case, CaseLink.kind)
        .join(CaseLink, CaseLink.other_id == Case.id)
        .where(Case.parent_id.in_(parents), CaseLink.case_id == Case.parent_id)
        .order_by(Case.id)
    )
    yield from rows
