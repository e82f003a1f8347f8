"""What the engine asks of the application during a step: due times, operations, decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.people import Person, Position
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.definition import Definition
from workflows.engine.snapshot import Decided, Due, Limits
from workflows.errors import Busy, Place, StepFailed
from workflows.feel import YearsMonths
from workflows.feel.temporal import add_months
from workflows.operations import registry
from workflows.operations.context import CaseChanges, CaseOfStep, OperationContext
from workflows.vocabulary import Vocabulary
from workflows.worktime import as_instant, on_day


@dataclass(kw_only=True)
class StepHost:
    """The engine's `Host` for one step of one case.

    `facts` are the case's facts with this step's own values merged in. What operations change on
    the case's row is collected in `changes` and written by the ledger with the rest of the step.
    """

    city: City
    session: Session
    definition: Definition
    case: CaseOfStep
    actor: Actor
    now: datetime
    step: int
    facts: Mapping[str, Any]
    limits: Limits = field(default_factory=Limits)
    changes: CaseChanges = field(default_factory=CaseChanges)
    called: list[str] = field(default_factory=list)
    """Names of the operations this step called, for recall."""

    def __post_init__(self) -> None:
        self.vocabulary = Vocabulary(
            self.city,
            self.session,
            case=self.case,
            changes=self.changes,
            facts=self.facts,
            now=self.now,
        )
        self.functions: Mapping[str, Callable[..., Any]] = self.vocabulary.functions()

    @property
    def place_id(self) -> int:
        """The case's place, as changed by this step or as it was."""
        return self.changes.place_id or self.case.place_id

    def call(self, operation: str, parameters: Mapping[str, Any], element: str) -> Any:
        """Run an operation inside the step's transaction and return its result.

        Raises Busy where somebody else holds what it needs: no fault of the process.
        """
        found = registry.get(operation)
        if found is None:
            raise StepFailed(
                place=Place(element=element),
                reason=f"there is no operation called {operation}",
                advice="Choose one of the listed operations in the diagram and deploy it again.",
            )
        self.called.append(operation)
        try:
            return found.run(self.operation_context(self.step), parameters)
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise Busy() from error
            raise

    def operation_context(self, step: int) -> OperationContext:
        """Return what an operation (or its undo) of a step is told."""
        return OperationContext(
            session=self.session,
            city=self.city,
            case=self.case,
            actor=self.actor,
            now=self.now,
            step=step,
            facts=self.facts,
            changes=self.changes,
            texts=self.definition.texts,
        )

    def decide(self, decision: str, scope: Mapping[str, Any]) -> Decided:
        """Evaluate a decision of the case's own definition version."""
        return self.definition.decisions.evaluate(decision, scope, functions=self.functions)

    def holder(self, login: str, role: str, unit_id: int) -> int | None:
        """Return the person of that login if they hold the role in the unit."""
        return self.session.scalar(
            select(Person.id)
            .join(Position, Position.person_id == Person.id)
            .where(
                Person.login == login,
                Person.active,
                Position.role == role,
                Position.unit_id == unit_id,
            )
        )

    def _moved(self, length: timedelta | YearsMonths) -> datetime | None:
        """Return the time so long after the step, None when no calendar reaches it."""
        if isinstance(length, YearsMonths):
            moved: datetime | None = add_months(self.now, length.months)
            return moved
        try:
            return self.now + length
        except OverflowError:
            return None

    def due(self, value: Any, expression: str) -> Due:
        """Turn what a due or timer expression gave into a time and how it was computed.

        A date-time stands for itself (with the way a domain function counted it), a date for the
        end of that day, a duration for that long after the step. Anything else is an error.
        """
        if isinstance(value, datetime):
            instant = as_instant(value)
            computed = self.vocabulary.computed.get(instant)
            return Due(at=instant, how=computed.how if computed else {})
        if isinstance(value, date):
            computed = on_day(value)
            return Due(at=computed.due_at, how=computed.how)
        if isinstance(value, timedelta | YearsMonths):
            moved = self._moved(value)
            if moved is None:
                raise StepFailed(
                    place=Place(),
                    reason=f"the due time {expression!r} lies beyond all calendars",
                    advice="Use a duration of days, months or a few years.",
                )
            return Due(at=moved, how={"rule": "duration", "text": expression})
        raise StepFailed(
            place=Place(),
            reason=f"the due time {expression!r} gave {value!r}, which is no time",
            advice="A due time is a date, a date and time or a duration, e.g. workdays(5).",
        )
