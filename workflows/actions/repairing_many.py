"""The same repair of many cases: each in a step of its own, with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, func, insert, select, update
from sqlalchemy.orm import Session

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
SAME_PRESS = timedelta(minutes=1)
"""Within this time the same repair of the same cases by the same person is one press, not two."""


def begin(
    city: City, actor: Actor, case_ids: Sequence[int], act: Act, *, reason: str, now: datetime
) -> int:
    """Write down a run over the cases that the actor may see; return its id.

    A button that was pressed twice gives the run of the first press.
    `workflows.repairing_many.run` makes it, in whatever process.
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
            "beat_at": now,
        }
        session.execute(_ONE_AT_A_TIME)
        before = _pressed_before(session, row, set(seen))
        if before is not None:
            return before
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


_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtext("repair_of_many")))


def _pressed_before(session: Session, row: dict[str, Any], cases: set[int]) -> int | None:
    """Return the run that the same press has begun already, None if there is none."""
    begun = session.scalars(
        select(RepairRun.id)
        .where(
            RepairRun.person_id.is_not_distinct_from(row["person_id"]),
            RepairRun.act == row["act"],
            RepairRun.reason == row["reason"],
            RepairRun.started_at > row["started_at"] - SAME_PRESS,
        )
        .order_by(RepairRun.id.desc())
    )
    for run_id in begun.all():
        of_run = select(RepairedCase.case_id).where(RepairedCase.run_id == run_id)
        if set(session.scalars(of_run)) == cases:
            return run_id
    return None


class Taken(Exception):
    """Somebody else has taken the case meanwhile; nothing is written."""


def repair_one(city: City, run: RepairRun, case_id: int, *, now: datetime) -> None:
    """Repair one case of a run, and write down what came of it in the same transaction.

    Raises Busy while somebody is at work on the case, and Taken where another process was first.
    """
    # Whoever asked for the run was allowed to, and saw all of its cases.
    actor = Actor(name=run.started_by, person_id=run.person_id, is_system=True)

    def settle(session: Session, step: int) -> None:
        waiting = _row(run.id, case_id).where(RepairedCase.state == "waiting")
        done = waiting.values(state="done", step=step, said=[], at=now)
        if session.scalars(done.returning(RepairedCase.case_id)).first() is None:
            raise Taken

    try:
        repair(
            city, actor, case_id, Act.from_data(run.act),
            reason=run.reason, now=now, settle=settle,
        )  # fmt: skip
    except Busy:
        raise
    except CannotRepair as refused:
        give_up(city, run.id, [refused.reason, refused.advice], now, case_id=case_id)
    except StepFailed as failed:
        place = failed.place.name or failed.place.element
        said = Message("it could not go on at “%(name)s”: %(said)s", name=place, said=failed.reason)
        give_up(city, run.id, [said], now, case_id=case_id)
    except ThroughTrainError as error:
        give_up(city, run.id, [Message(error.sentence)], now, case_id=case_id)


def give_up(
    city: City, run_id: int, said: list[str], now: datetime, *, case_id: int | None = None
) -> None:
    """Write down why a case of a run (all that still wait, without an id) stays as it is."""
    values = {"state": "refused", "said": [as_data(one) for one in said], "at": now}
    with city.database.transaction() as session:
        session.execute(_row(run_id, case_id).where(RepairedCase.state == "waiting").values(values))


def _row(run_id: int, case_id: int | None) -> Update:
    row = update(RepairedCase).where(RepairedCase.run_id == run_id)
    return row if case_id is None else row.where(RepairedCase.case_id == case_id)
