"""What the pages of repair read: the steps to go back to, running times, runs over many cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.queries.visibility import Scope, visible_cases
from models.repairs import RepairedCase, RepairRun
from models.work import Deadline, WorkItem


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step of a case as one chooses among them."""

    number: int
    at: datetime
    actor: str
    kind: str
    element: str
    name: str
    name_en: str


def step_lines(
    session: Session, scope: Scope, case_id: int, version_id: int, limit: int = 200
) -> list[StepLine]:
    """Return the steps that a case can go back to, newest first: those made on its version."""
    rows = session.execute(
        select(
            Step.number,
            Step.at,
            Step.actor,
            Step.kind,
            Step.element,
            func.coalesce(WorkItem.name, "").label("name"),
            func.coalesce(WorkItem.name_en, "").label("name_en"),
        )
        .join(Case, Case.id == Step.case_id)
        .outerjoin(WorkItem, WorkItem.id == Step.work_item_id)
        .where(
            Step.case_id == case_id,
            Step.version_id == version_id,
            Step.number < Case.revision,
            visible_cases(scope),
        )
        .order_by(Step.number.desc())
        .limit(limit)
    ).mappings()
    return [StepLine(**row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class RunningTime:
    """A deadline that runs."""

    id: int
    kind: str
    process: str
    element: str
    due_at: datetime
    paused_at: datetime | None


def running_times(session: Session, scope: Scope, case_id: int) -> list[RunningTime]:
    """Return the deadlines of a case that run, the first due first."""
    rows = session.execute(
        select(
            Deadline.id,
            Deadline.kind,
            Deadline.process,
            Deadline.element,
            Deadline.due_at,
            Deadline.paused_at,
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.case_id == case_id, Deadline.ended_at.is_(None), visible_cases(scope))
        .order_by(Deadline.due_at, Deadline.id)
    ).mappings()
    return [RunningTime(**row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A case that a repair of many is about."""

    id: int
    number: str
    title: str
    state: str
    process_id: int
    version_id: int


def chosen_cases(session: Session, scope: Scope, case_ids: Sequence[int]) -> list[Chosen]:
    """Return those of some cases that the reader may see, in the order of their numbers."""
    rows = session.execute(
        select(Case.id, Case.number, Case.title, Case.state, Case.process_id, Case.version_id)
        .where(Case.id.in_(case_ids), visible_cases(scope))
        .order_by(Case.number)
    ).mappings()
    return [Chosen(**row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """What became of a case in a run."""

    case_id: int
    number: str
    title: str
    state: str
    step: int | None
    said: list[Any]


def run_of(session: Session, run_id: int) -> RepairRun | None:
    """Return a run over many cases, None if there is none."""
    return session.get(RepairRun, run_id)


def run_lines(session: Session, scope: Scope, run_id: int) -> list[RunLine]:
    """Return the cases of a run: those that were refused first, then those still waiting."""
    order = func.array_position(["refused", "waiting", "done"], RepairedCase.state)
    rows = session.execute(
        select(
            RepairedCase.case_id,
            Case.number,
            Case.title,
            RepairedCase.state,
            RepairedCase.step,
            RepairedCase.said,
        )
        .join(Case, Case.id == RepairedCase.case_id)
        .where(RepairedCase.run_id == run_id, visible_cases(scope))
        .order_by(order, Case.number)
    ).mappings()
    return [RunLine(**row) for row in rows]


def state_of(session: Session, scope: Scope, case_id: int) -> bytes | None:
    """Return the newest state of a case's tokens, None where the reader may not see it."""
    found = session.scalar(
        select(Step.state)
        .join(Case, Case.id == Step.case_id)
        .where(Step.case_id == case_id, visible_cases(scope))
        .order_by(Step.number.desc())
        .limit(1)
    )
    return None if found is None else bytes(found)


@dataclass(frozen=True, kw_only=True)
class StandingAt:
    """An element at which open cases of a process stand, and how many."""

    process: str
    element: str
    name: str
    name_en: str
    count: int


def standing_at(session: Session, scope: Scope, process_id: int) -> list[StandingAt]:
    """Return where the open cases of a process stand, the most crowded element first."""
    count = func.count(func.distinct(WorkItem.case_id)).label("count")
    rows = session.execute(
        select(
            WorkItem.process,
            WorkItem.element,
            func.min(WorkItem.name).label("name"),
            func.min(WorkItem.name_en).label("name_en"),
            count,
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.state == "open", Case.process_id == process_id, visible_cases(scope))
        .group_by(WorkItem.process, WorkItem.element)
        .order_by(count.desc(), WorkItem.process, WorkItem.element)
    ).mappings()
    return [StandingAt(**row) for row in rows]


def cases_at(
    session: Session, scope: Scope, process_id: int, element: str, limit: int
) -> list[Chosen]:
    """Return the open cases of a process that stand at an element (at any, without one)."""
    here = select(WorkItem.case_id).where(WorkItem.state == "open", WorkItem.element == element)
    found = (
        select(Case.id, Case.number, Case.title, Case.state, Case.process_id, Case.version_id)
        .where(Case.process_id == process_id, Case.state == "open", visible_cases(scope))
        .order_by(Case.submitted_at, Case.id)
        .limit(limit)
    )
    if element:
        found = found.where(Case.id.in_(here))
    return [Chosen(**row) for row in session.execute(found).mappings()]
