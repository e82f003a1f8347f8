"""The invariants of a city's tables, checked case by case; what is broken is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.cases import Case, CaseCount, CaseLink, Step
from models.deliveries import Delivery
from models.queries.workloads import MISCOUNTED
from models.work import Deadline, Wait, WorkItem
from workflows import engine
from workflows.actions.recall import facts_of
from workflows.actions.spans import miscounted
from workflows.audit import chained
from workflows.city import City
from workflows.outbox import LINKED_CASE_CLOSED, MAIN_CASE_CLOSED, TOLD_BY_HAND

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Broken:
    """An invariant that does not hold for a case."""

    case: str
    invariant: str
    found: str

    def as_json(self) -> dict[str, str]:
        """Return the finding for `--json`."""
        return {"case": self.case, "invariant": self.invariant, "found": self.found}


@dataclass(frozen=True, kw_only=True)
class Verification:
    """How many cases were looked at and what does not hold."""

    cases: int
    broken: tuple[Broken, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`."""
        return {"cases": self.cases, "broken": [one.as_json() for one in self.broken]}


def verify(city: City) -> Verification:
    """Check every case of the city; each batch in one snapshot, so that work may go on."""
    count, after = 0, 0
    broken = [*_open_work(city), *_past_months(city)]
    while True:
        with city.database.transaction() as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            rows = session.scalars(
                select(Case).where(Case.id > after).order_by(Case.id).limit(BATCH)
            ).all()
            for row in rows:
                broken += verify_case(city, session, row)
            session.expunge_all()
        if not rows:
            return Verification(cases=count, broken=tuple(broken))
        count += len(rows)
        after = rows[-1].id


def _open_work(city: City) -> Iterator[Broken]:
    """What is kept of the open work by unit and time is what a recount gives, in one snapshot."""
    with city.database.reading() as session:
        for row in session.execute(MISCOUNTED).mappings():
            yield Broken(
                case="all cases",
                invariant="the counters of open work equal a recount",
                found=", ".join(f"{name} {value}" for name, value in row.items()),
            )


def _past_months(city: City) -> Iterator[Broken]:
    for found in miscounted(city):
        invariant = "what is kept of past months equals a recount"
        yield Broken(case="all cases", invariant=invariant, found=found)


def verify_case(city: City, session: Session, case: Case) -> list[Broken]:
    """Return what does not hold for one case, whose row the session has read."""
    steps = session.execute(
        select(Step.number, Step.kind, Step.work_item_id, Step.recalled_by, Step.effects)
        .where(Step.case_id == case.id)
        .order_by(Step.number)
    ).all()
    problems: list[tuple[str, str]] = []
    problems += _steps(case, steps)
    problems += _work(city, session, case, steps)
    problems += _projection(session, case, steps)
    problems += _told(session, case)
    problems += _audit(session, case)
    return [Broken(case=case.number, invariant=name, found=found) for name, found in problems]


def _steps(case: Case, steps: Any) -> Iterator[tuple[str, str]]:
    numbers = [step.number for step in steps]
    if numbers != list(range(1, case.revision + 1)):
        yield "steps are numbered without gaps", f"{numbers} at revision {case.revision}"


def _work(city: City, session: Session, case: Case, steps: Any) -> Iterator[tuple[str, str]]:
    items = session.execute(
        select(
            WorkItem.id, WorkItem.state, WorkItem.due_at, WorkItem.warn_at, WorkItem.paused_at
        ).where(WorkItem.case_id == case.id)
    ).all()
    completed = sorted(
        str(step.work_item_id)
        for step in steps
        if step.kind == "complete" and step.recalled_by is None
    )
    taken_back = {step.work_item_id for step in steps if step.recalled_by is not None}
    done = sorted(
        str(item.id) for item in items if item.state == "done" and item.id not in taken_back
    )
    if done != completed:
        yield "one step per completed task", f"done {done}, steps {completed}"
    newest = session.execute(
        select(Step.state, Step.version_id)
        .where(Step.case_id == case.id)
        .order_by(Step.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        yield "a case begins with a step", "there is none"
        return
    try:
        specification = city.library.version(newest.version_id).specification
        outcome = engine.look(specification, bytes(newest.state))
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001  whatever is in the bytes, the others are looked at
        yield "the newest state can be read", f"{type(error).__name__}: {error}"
        return
    open_items = {item.id for item in items if item.state == "open"}
    ready = {task.id for task in outcome.tasks}
    if open_items != ready:
        yield (
            "open work items are the engine's ready tasks",
            f"only in the table {open_items - ready}, only in the engine {ready - open_items}",
        )
    yield from _waits(session, case, {wait.id for wait in outcome.waits})
    yield from _deadlines(session, case, items, {timer.id for timer in outcome.timers})


def _waits(session: Session, case: Case, waiting: set[Any]) -> Iterator[tuple[str, str]]:
    rows = session.scalars(select(Wait.id).where(Wait.case_id == case.id, Wait.ended_at.is_(None)))
    open_waits = set(rows)
    if open_waits != waiting:
        yield (
            "open waits are the engine's waits",
            f"only in the table {open_waits - waiting}, only in the engine {waiting - open_waits}",
        )


def _deadlines(
    session: Session, case: Case, items: Any, timers: set[Any]
) -> Iterator[tuple[str, str]]:
    running = session.execute(
        select(
            Deadline.kind, Deadline.task_id, Deadline.due_at, Deadline.warn_at, Deadline.paused_at
        ).where(Deadline.case_id == case.id, Deadline.ended_at.is_(None))
    ).all()
    waiting = sorted(str(row.task_id) for row in running if row.kind == "timer")
    if case.suspended_at is not None and any(row.paused_at is None for row in running):
        yield "a suspended case stands still", "a deadline of it runs"
    if waiting != sorted(str(timer) for timer in timers):
        yield "no timer is lost or doubled", f"table {waiting}, engine {sorted(map(str, timers))}"
    due = sorted(
        (str(row.task_id), row.due_at, row.warn_at or row.due_at, row.paused_at or row.due_at)
        for row in running
        if row.kind == "due"
    )
    shown = sorted(
        (str(item.id), item.due_at, item.warn_at or item.due_at, item.paused_at or item.due_at)
        for item in items
        if item.state == "open" and item.due_at is not None
    )
    if due != shown:
        yield "work items repeat their deadlines", f"deadlines {due}, items {shown}"


def _projection(session: Session, case: Case, steps: Any) -> Iterator[tuple[str, str]]:
    closed_at: datetime | None = None
    state = "open"
    for step in steps:
        projected = step.effects["projection"]
        if projected["state"] == "open":
            closed_at = None
        elif projected["closed_at"]:
            closed_at = datetime.fromisoformat(projected["closed_at"])
        state = projected["state"]
    last = steps[-1].effects["projection"] if steps else {}
    expected = {
        "place_id": last.get("place_id", case.place_id),
        "state": state,
        "stage": last.get("stage"),
        "lead_unit_id": last.get("lead_unit_id"),
        "result": last.get("result"),
        "closed_at": closed_at,
    }
    for column, value in expected.items():
        if getattr(case, column) != value:
            yield (
                "the projection equals its recomputation",
                f"{column}: row {getattr(case, column)!r}, steps {value!r}",
            )
    if case.facts != facts_of(session, case.id):
        yield "the projection equals its recomputation", "facts differ from the steps' values"
    yield from _counts(session, case, steps)


def _counts(session: Session, case: Case, steps: Any) -> Iterator[tuple[str, str]]:
    """A counter is what the steps that stand have counted.

    Steps of before the counting was written down say nothing about it; they name no place either.
    """
    if any("place_id" not in step.effects["projection"] for step in steps):
        return
    counted: Counter[str] = Counter()
    for step in steps:
        if step.recalled_by is None:
            counted.update(step.effects.get("counts", {}))
    rows = session.execute(
        select(CaseCount.what, CaseCount.count).where(CaseCount.case_id == case.id)
    )
    found = {what: count for what, count in rows if count}
    if found != dict(counted):
        yield "the counters equal their recomputation", f"table {found}, steps {dict(counted)}"


def _told(session: Session, case: Case) -> Iterator[tuple[str, str]]:
    """What a case waits for over a link says so when it ends, else the case waits for ever."""
    if case.state != "open":
        return
    news = exists().where(
        Delivery.case_id == case.id,
        Delivery.from_case_id == CaseLink.other_id,
        Delivery.message.in_((LINKED_CASE_CLOSED, MAIN_CASE_CLOSED)),
    )
    silent = session.scalars(
        select(Case.number)
        .join(CaseLink, CaseLink.other_id == Case.id)
        .where(
            CaseLink.case_id == case.id,
            CaseLink.ended_at.is_(None),
            CaseLink.kind.not_in(TOLD_BY_HAND),
            Case.state != "open",
            ~news,
        )
    ).all()
    if silent:
        yield "a linked case tells that it has ended", f"nothing was heard of {sorted(silent)}"


def _audit(session: Session, case: Case) -> Iterator[tuple[str, str]]:
    head = b""
    for entry in session.execute(
        select(
            AuditEntry.case_id,
            AuditEntry.at,
            AuditEntry.person_id,
            AuditEntry.actor,
            AuditEntry.action,
            AuditEntry.detail,
            AuditEntry.hash,
        )
        .where(AuditEntry.case_id == case.id)
        .order_by(AuditEntry.id)
    ):
        head = chained(head, entry._asdict())
        if head != entry.hash:
            yield "the audit chain is whole", f"entry at {entry.at.isoformat()} was changed"
            return
    if head != case.audit_hash:
        yield "the audit chain is whole", "the newest entry is missing"
