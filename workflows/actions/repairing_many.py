"""The same repair of many cases: each in a step of its own, with what came of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select, update

from models.cases import Case
from models.queries.visibility import visible_cases
from models.repairs import RepairedCase, RepairRun
from workflows import audit
from workflows.actions.repair import REASON_LENGTH, repair
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.definitions.messages import Message, as_data
from workflows.errors import (
    Busy,
    CannotRepair,
    InvalidEntries,
    NotFound,
    StepFailed,
    ThroughTrainError,
)
from workflows.repairing.act import SAME_FOR_MANY, Act

MOST = 1000
"""Cases of one run."""
AT_A_TIME = 1.5
"""Seconds of work before a page hears how far it is."""


def begin(
    city: City, actor: Actor, case_ids: Sequence[int], act: Act, *, reason: str, now: datetime
) -> int:
    """Write down a run over the cases that the actor may see; return its id, nothing is made yet.

    CannotRepair for acts that name a single token or step; InvalidEntries without a reason.
    """
    require_process_admin(actor)
    if act.kind not in SAME_FOR_MANY or act.token or act.deadline or act.also:
        raise CannotRepair(
            reason=Message("this is not the same for several cases"),
            advice=Message("Do it case by case."),
        )
    if not reason.strip():
        raise InvalidEntries({"reason": "Give a reason; it stays with the case."})
    with city.database.transaction() as session:
        wanted = list(dict.fromkeys(case_ids))[:MOST]
        seen = session.scalars(
            select(Case.id).where(Case.id.in_(wanted), visible_cases(actor.scope))
        ).all()
        if not seen:
            raise NotFound()
        row = {
            "act": act.as_data(),
            "reason": reason.strip()[:REASON_LENGTH],
            "started_at": now,
            "started_by": actor.name,
            "person_id": actor.person_id,
        }
        run_id = session.scalars(insert(RepairRun).returning(RepairRun.id), [row]).one()
        session.execute(
            insert(RepairedCase), [{"run_id": run_id, "case_id": case_id} for case_id in seen]
        )
        audit.note(
            session,
            "repair_of_many",
            now=now,
            actor=actor.name,
            person_id=actor.person_id,
            detail={"run": run_id, "kind": act.kind, "cases": len(seen), "reason": row["reason"]},
        )
    return run_id


def go_on(
    city: City, actor: Actor, run_id: int, *, now: datetime, seconds: float = AT_A_TIME
) -> bool:
    """Make the repair of some more cases; False when none is waiting any more.

    Two who go on at once take different cases. A case that somebody holds waits for the next
    time; one that cannot be repaired is noted with the reason, and the others go on.
    """
    require_process_admin(actor)
    with city.database.reading() as session:
        run = session.get(RepairRun, run_id)
        waiting = session.scalars(
            select(RepairedCase.case_id)
            .where(RepairedCase.run_id == run_id, RepairedCase.state == "waiting")
            .order_by(RepairedCase.case_id)
        ).all()
    if run is None:
        raise NotFound()
    act, until = Act.from_data(run.act), time.monotonic() + seconds
    for case_id in waiting:
        if _claimed(city, run_id, case_id, now):
            _repair(city, actor, run_id, case_id, act, run.reason, now)
        if time.monotonic() > until:
            break
    return not _finished(city, run_id, now)


def _claimed(city: City, run_id: int, case_id: int, now: datetime) -> bool:
    """Note that a case is being repaired; what breaks off there is noted as such."""
    said = as_data(Message("it was broken off; look at the case"))
    with city.database.transaction() as session:
        taken = session.scalars(
            _row(run_id, case_id)
            .where(RepairedCase.state == "waiting")
            .values(state="refused", said=[said], at=now)
            .returning(RepairedCase.case_id)
        ).first()
    return taken is not None


def _repair(
    city: City, actor: Actor, run_id: int, case_id: int, act: Act, reason: str, now: datetime
) -> None:
    try:
        repaired = repair(city, actor, case_id, act, reason=reason, now=now)
        _note(city, run_id, case_id, state="done", step=repaired.revision + 1, said=[])
    except Busy:
        _note(city, run_id, case_id, state="waiting", said=[], at=None)
    except CannotRepair as refused:
        _note(city, run_id, case_id, said=[as_data(refused.reason), as_data(refused.advice)])
    except StepFailed as failed:
        place = failed.place.name or failed.place.element
        said = Message("it could not go on at “%(name)s”: %(said)s", name=place, said=failed.reason)
        _note(city, run_id, case_id, said=[as_data(said)])
    except ThroughTrainError as error:
        _note(city, run_id, case_id, said=[as_data(Message(error.sentence))])


def _note(city: City, run_id: int, case_id: int, **values: Any) -> None:
    with city.database.transaction() as session:
        session.execute(_row(run_id, case_id).values(**values))


def _row(run_id: int, case_id: int) -> Any:
    return update(RepairedCase).where(
        RepairedCase.run_id == run_id, RepairedCase.case_id == case_id
    )


def _finished(city: City, run_id: int, now: datetime) -> bool:
    left = exists().where(RepairedCase.run_id == run_id, RepairedCase.state == "waiting")
    with city.database.transaction() as session:
        if session.scalar(select(left)):
            return False
        session.execute(
            update(RepairRun)
            .where(RepairRun.id == run_id, RepairRun.finished_at.is_(None))
            .values(finished_at=now)
        )
    return True
