"""The frame of every step: lock, run, write, commit; or roll back and say so in an incident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import psycopg.errors
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from workflows import incidents, ledger
from workflows.access import lock_case
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.definition import Definition
from workflows.definitions.values import to_json
from workflows.effects import effects_of
from workflows.engine.snapshot import Outcome
from workflows.errors import Busy, CaseSuspended, Place, StepFailed, ThroughTrainError
from workflows.host import StepHost
from workflows.ledger import Standing, StepRecord
from workflows.locked import LockedCase
from workflows.operations.context import CaseChanges
from workflows.rows import Effects, Row

T = TypeVar("T")


@dataclass(kw_only=True)
class Frame:
    """One step under way: the locked case, its definition, and the host that the engine asks."""

    city: City
    session: Session
    actor: Actor
    now: datetime
    case: LockedCase
    definition: Definition
    told: bool = False
    """The step has told other cases something, or asked for one to be begun."""

    @property
    def number(self) -> int:
        """The number of the step that is being made."""
        return self.case.revision + 1

    @property
    def standing(self) -> Standing:
        """The projection before this step."""
        return Standing(
            state=self.case.state,
            stage=self.case.stage,
            lead_unit_id=self.case.lead_unit_id,
            place_id=self.case.place_id,
            result=self.case.result,
            audit_hash=self.case.audit_hash,
        )

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The case's facts, typed again by the forms that they were typed into."""
        return self.definition.typed(self.case.facts)

    def host(self, values: Mapping[str, Any] | None = None) -> StepHost:
        """Return the engine's host for this step, with this step's values among the facts."""
        return StepHost(
            city=self.city,
            session=self.session,
            definition=self.definition,
            case=self.case,
            actor=self.actor,
            now=self.now,
            step=self.number,
            facts={**self.facts, **(values or {})},
        )

    def line(
        self, kind: str, values: Mapping[str, Any], *, unit: str = "", public: bool = False
    ) -> Row:
        """Return a line for the case's story."""
        return {
            "case_id": self.case.id,
            "step": self.number,
            "at": self.now,
            "kind": kind,
            "actor": self.actor.name,
            "unit": unit,
            "public": public,
            "values": dict(values),
        }

    def effects(self, outcome: Outcome, host: StepHost, **which: Any) -> Effects:
        """Return what the engine's outcome means for the tables."""
        return effects_of(outcome, host=host, definition=self.definition, before=self.case, **which)

    def write(
        self, host: StepHost, effects: Effects, *, standing: Standing | None = None, **record: Any
    ) -> None:
        """Write the step with everything that commits together with it.

        `standing` replaces the projection that the step starts from (a recall goes back).
        """
        step = StepRecord(
            case_id=self.case.id,
            number=self.number,
            at=self.now,
            actor=self.actor,
            version_id=self.case.version_id,
            **record,
        )
        standing = standing or self.standing
        ledger.write(self.session, step, effects, host.changes, standing)
        self.told = tells_others(standing, effects, host.changes)


def tells_others(standing: Standing, effects: Effects, changes: CaseChanges) -> bool:
    """Whether a step leaves something in the outbox, also by ending its case."""
    return bool(changes.deliveries) or ledger.has_ended(standing, effects, changes)


WHILE_SUSPENDED = frozenset({"repair", "migrate", "session_moved", "recount"})
"""Acts that reach a suspended case too: those of process admins, and days that move."""


FOLLOWING: list[Callable[[City, int, datetime], None]] = []
"""Who takes what a step has left in the outbox, once it is committed; see `actions.deliveries`."""


def follow_up(city: City, case_id: int, now: datetime) -> None:
    """Let what a committed step has left in the outbox be taken at once."""
    for follow in FOLLOWING:
        follow(city, case_id, now)


def routing(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that some expression of the bundle names; only these go to the engine."""
    return {key: value for key, value in values.items() if key in definition.routing_names}


def rules_of(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Return (decision, rule) for each rule that matched in a step."""
    return tuple((d.decision, rule) for d in outcome.decisions for rule in d.rules)


def decided_in(outcome: Outcome) -> dict[str, Any]:
    """Return what the decision tables of a step found, by name: forms show it as a proposal."""
    found: dict[str, Any] = {}
    for taken in outcome.decisions:
        if isinstance(taken.value, Mapping):
            found.update(to_json(taken.value))
    return found


def in_step(
    city: City,
    actor: Actor,
    *,
    action: str,
    now: datetime,
    body: Callable[[Frame], T],
    case_id: int | None = None,
    work_item_id: UUID | None = None,
    wait_id: UUID | None = None,
    delivery_id: int | None = None,
    wait: bool = True,
    follows: bool = True,
) -> T:
    """Run `body` on a locked case in one transaction; its return commits, its raise rolls back.

    On a suspended case it raises CaseSuspended, but for `WHILE_SUSPENDED`. A StepFailed is
    written down as an incident, in a transaction of its own, and raised again.
    A case that stays locked for two seconds raises Busy. What the step tells other cases is tried
    at once when it is committed, unless `follows` is false or the case is being played.
    """

    def locked(session: Session) -> T:
        case = lock_case(
            session,
            actor,
            case_id=case_id,
            work_item_id=work_item_id,
            wait_id=wait_id,
            wait=wait,
        )
        found.append(case)
        if case.suspended_at is not None and action not in WHILE_SUSPENDED:
            raise CaseSuspended(reason=case.suspended_why, case_id=case.id)
        definition = city.library.version(case.version_id)
        frame = Frame(
            city=city, session=session, actor=actor, now=now, case=case, definition=definition
        )
        result = body(frame)
        if frame.told and not case.held:
            told.append(case.id)
        if case.troubled and result:
            incidents.resolve(
                session,
                case_id=case.id,
                action=action,
                work_item_id=work_item_id,
                delivery_id=delivery_id,
                now=now,
            )
        return result

    found: list[LockedCase] = []
    told: list[int] = []
    result = guarded(
        city,
        locked,
        action=action,
        now=now,
        case_id=lambda: found[0].id if found else case_id,
        work_item_id=work_item_id,
        delivery_id=delivery_id,
    )
    for sender in told if follows else ():
        follow_up(city, sender, now)
    return result


def guarded(
    city: City,
    body: Callable[[Session], T],
    *,
    action: str,
    now: datetime,
    case_id: Callable[[], int | None] = lambda: None,
    work_item_id: UUID | None = None,
    delivery_id: int | None = None,
    process_key: str = "",
) -> T:
    """Run `body` in a transaction and turn what can go wrong into words for the right person.

    What nobody foresaw becomes an incident too, and goes on to the caller's edge as it is.
    """

    def note(failure: StepFailed) -> None:
        incidents.record(
            city,
            failure,
            action=action,
            now=now,
            case_id=case_id(),
            work_item_id=work_item_id,
            delivery_id=delivery_id,
            process_key=process_key,
        )

    try:
        with city.database.transaction() as session:
            return body(session)
    except StepFailed as failure:
        note(failure)
        raise
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise Busy() from error
        raise
    except (ThroughTrainError, InterfaceError, DataError, PoolTimeout):
        raise
    except Exception as error:
        unknown = unforeseen(error)
        note(unknown)
        error.incident = unknown.incident  # type: ignore[attr-defined]
        raise


def unforeseen(error: Exception) -> StepFailed:
    """Return what process admins read of an error that nobody foresaw."""
    return StepFailed(
        place=Place(),
        reason=f"an error that nobody foresaw ({type(error).__name__})",
        advice="Tell the developers; the log says more.",
        cause="unforeseen",
    )
