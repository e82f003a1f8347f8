"""A play under way: its acts are done on a stage through the real actions, the clock is moved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.cases import Case, Step, TimelineEntry
from models.work import Deadline, Wait, WorkItem
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.forms import Form
from workflows.errors import NotAllowed, ThroughTrainError
from workflows.play.cast import Cast, UnknownRole
from workflows.play.player import ANYBODY, CannotPlay, Player, may_do
from workflows.play.scenario import Moment, PlannedSession, Scenario, ScenarioStep, read_step
from workflows.plays.expecting import expectations
from workflows.plays.stage import names_of_sessions

PROBLEMS = (ThroughTrainError, CannotPlay, UnknownRole)
"""What an act may raise; anything else is a fault of ours."""
RINGS = 100
"""Timers that may ring at one time: somebody waits for the answer."""
MOMENTS = 40
"""Times at which something happens that one jump passes at most."""
SECONDS = 4.0
"""Real time after which a jump stops where it is; the clock goes on from there when asked."""

Row = Mapping[str, Any]
"""A step of a scenario as JSON; `at` is a time with its offset."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """An act that was done: what it was, what held then, what the list shows of it."""

    step: Row
    at: datetime
    expect: Row
    told: Row
    revisions: Row


class Table:
    """The cases of one play on its stage.

    `known` are their ids by name, empty before the start; `first` is the start's row, as far as
    it is known already.
    """

    def __init__(
        self,
        city: City,
        process_key: str,
        *,
        known: Mapping[str, int],
        clock_at: datetime,
        sessions: Sequence[PlannedSession],
        first: Row | None = None,
    ) -> None:
        self.city = city
        start = read_step(0, timed(first)) if first else _nothing(clock_at)
        self.player = Player(
            city,
            process_key,
            Scenario.of("play", start),
            Cast(city),
            sessions=names_of_sessions(city, sessions),
        )
        self.player.known.ids.update(known)
        self.player.now = clock_at
        self.player.rings = RINGS

    @property
    def known(self) -> dict[str, int]:
        """Ids of the cases by name."""
        return dict(self.player.known.ids)

    def actor(self, by: str, case: str) -> Actor:
        """Return who stands behind `by`; of a task given to one person that is nobody yet."""
        if by == ANYBODY:
            return Actor(name="")
        return self.player.actor(by, case)

    def instance(self, item_id: UUID, by: str, case: str) -> int:
        """Return which of the open tasks of its element a task is, among those `by` may do."""
        items = self.player.open_items(case)
        element = next((one.element for one in items if one.id == item_id), "")
        named = [one for one in items if one.element == element]
        if by != ANYBODY:
            actor = self.player.actor(by, case)
            named = [one for one in named if may_do(actor, one)] or named
        return next((n for n, one in enumerate(named) if one.id == item_id), 0)

    def revisions(self) -> dict[str, int]:
        """Return how many steps each known case has had."""
        with self.city.database.reading() as session:
            return self._revisions(session)

    def do(self, number: int, step: Row) -> Done:
        """Do one act at its time; raises what `Player` raises, then nothing was written."""
        played = read_step(number, timed(step))
        before = self.revisions()
        told = self._told(played)
        self.player.play(played)
        with self.city.database.reading() as session:
            revisions = self._revisions(session)
            fired = _fired(session, self.known, before)
            actor = _actor(session, self.known[played.case], before.get(played.case, 0))
            expect = expectations(
                session,
                self.known,
                case=played.case,
                now=self.player.now,
                names=self.player.names,
            )
        return Done(
            step=dict(step),
            at=self.player.now,
            expect=expect,
            told={**told, "person": actor, "fired": [self._named(one) for one in fired]},
            revisions=revisions,
        )

    def moments(self, then: datetime) -> Iterator[datetime]:
        """Yield the times until `then` at which timers ring, and `then`; each is to be played.

        At most `MOMENTS`, and for at most `SECONDS`: a process that rings every minute is not
        played through a year. Whoever asks goes on from there.
        """
        stop_at, passed = time.monotonic() + SECONDS, 0
        stuck: datetime | None = None
        while passed < MOMENTS and time.monotonic() < stop_at:
            due_at = self._next_timer(then)
            if due_at is None or due_at == stuck:
                if then > self.player.now:
                    yield then
                return
            stuck = due_at
            passed += 1
            yield max(due_at, self.player.now)

    def _next_timer(self, then: datetime) -> datetime | None:
        with self.city.database.reading() as session:
            return session.scalar(
                select(func.min(Deadline.due_at)).where(
                    Deadline.case_id.in_(self.known.values()),
                    Deadline.kind == "timer",
                    Deadline.ended_at.is_(None),
                    Deadline.paused_at.is_(None),
                    Deadline.due_at <= then,
                )
            )

    def _revisions(self, session: Session) -> dict[str, int]:
        ids = self.known
        rows = select(Case.id, Case.revision).where(Case.id.in_(ids.values()))
        found = dict(session.execute(rows).all())
        return {name: found.get(real, 0) for name, real in ids.items()}

    # ------------------------------------------------------------------- what is told of an act

    def _told(self, step: ScenarioStep) -> dict[str, Any]:
        """Return what the list of acts shows of one that is about to be done."""
        if step.number == 0 or step.action == "submit":
            return {"kind": "start", "who": step.by, "case": step.case}
        if not step.do:
            kind = "clock" if step.action == "advance" else step.action
            return {"kind": kind, "who": step.by, "name": step.task, "reason": step.reason}
        form, names = self._form_of(step)
        outcome = next((o for o in form.outcomes if o.value == step.values.get("outcome")), None)
        return {
            "kind": "task",
            "case": step.case,
            "element": step.do,
            "who": step.by,
            "outcome": outcome.label if outcome else "",
            "outcome_en": outcome.label_en if outcome else "",
            **names,
        }

    def _form_of(self, step: ScenarioStep) -> tuple[Form, dict[str, str]]:
        """Return the form of what a step does, and what that is called."""
        case_id = self.player.known.named(step.case)
        with self.city.database.reading() as session:
            for model in (WorkItem, Wait):
                row = session.execute(
                    select(model.form, model.name, model.name_en, Case.version_id)
                    .join(Case, Case.id == model.case_id)
                    .where(
                        model.case_id == case_id,
                        or_(model.element == step.do, model.name == step.do),
                    )
                    .limit(1)
                ).one_or_none()
                if row is not None:
                    definition = self.city.library.version(row.version_id)
                    names = {"name": row.name, "name_en": row.name_en}
                    return definition.form(row.form) if row.form else _NO_FORM, names
        return _NO_FORM, {"name": step.do, "name_en": ""}

    def _named(self, element: str) -> str:
        with self.city.database.reading() as session:
            definition = self.city.library.current(self.player.process_key, session)
        for key, one in definition.specification.elements.items():
            if key[1] == element and one.name:
                return str(one.name)
        return element


def play_steps(table: Table, steps: Sequence[Row], do: Callable[[Row], Done]) -> tuple[int, str]:
    """Do acts one after the other; return how many could be done, and why no more ('' if all).

    What rings on the way to an act becomes an act of its own. One that its role may not do is
    done by whoever was given the task in person.
    """
    for number, step in enumerate(steps):
        try:
            if number and step.get("action") != "advance":
                then = datetime.fromisoformat(step["at"])
                for moment in table.moments(then):
                    if moment < then:
                        do({"action": "advance", "at": moment.isoformat()})
            try:
                do(step)
            except NotAllowed:
                if not step.get("do"):
                    raise
                do({**step, "by": ANYBODY})
        except PROBLEMS as problem:
            what = step.get("do") or step.get("action") or "start"
            return number, f"{number + 1}/{len(steps)} {what}: {problem}"[:600]
    return len(steps), ""


_NO_FORM = Form(id="", components=())


def timed(step: Row) -> dict[str, Any]:
    """Return an act's row with its time and day as such, as a scenario's file has them."""
    row = dict(step)
    row["at"] = datetime.fromisoformat(row["at"])
    if isinstance(row.get("until"), str):
        row["until"] = datetime.fromisoformat(row["until"]).date()
    return row


def _nothing(clock_at: datetime) -> ScenarioStep:
    return ScenarioStep(number=0, when=Moment(at=clock_at))


def _actor(session: Session, case_id: int, after: int) -> str:
    """Return who made the newest step since, '' for none or the clock."""
    rows = select(Step.actor).where(
        Step.case_id == case_id,
        Step.number > after,
        Step.kind.in_(("start", "complete", "deliver")),
    )
    return session.scalar(rows.order_by(Step.number).limit(1)) or ""


def _fired(session: Session, known: Mapping[str, int], before: Mapping[str, int]) -> list[str]:
    """Return the elements of the timers that have rung since, in the order of time."""
    news = [
        (TimelineEntry.case_id == real) & (TimelineEntry.step > before.get(name, 0))
        for name, real in known.items()
    ]
    if not news:
        return []
    rows = session.scalars(
        select(TimelineEntry.values)
        .where(or_(*news), TimelineEntry.kind == "timer_fired")
        .order_by(TimelineEntry.at, TimelineEntry.id)
    )
    return [str(values.get("element", "")) for values in rows]
