"""Repair of one case by a process admin: shown first, made with a reason, told in its story.

A preview is the repair itself, rolled back: there is no second logic that could say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg.errors
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from workflows import incidents
from workflows.access import lock_case
from workflows.actions.frame import Frame, decided_in, follow_up, rules_of
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.definitions.messages import Message
from workflows.errors import Busy, CannotRepair, InvalidEntries, NotAllowed
from workflows.repairing import making, restoring
from workflows.repairing.act import KINDS, Act
from workflows.repairing.found import Repaired, found
from workflows.repairing.making import Made
from workflows.rows import Row

REASON_LENGTH = 2000


class _LookedAt(Exception):
    """Carries what a preview has found out of the transaction, which is rolled back."""

    def __init__(self, repaired: Repaired) -> None:
        self.repaired = repaired
        super().__init__()


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    act: Act
    reason: str
    revision: int | None
    dry: bool
    settle: Callable[[Session, int], None] | None = None


def preview(city: City, actor: Actor, case_id: int, act: Act, *, now: datetime) -> Repaired:
    """Return what a repair would bring about; nothing is changed.

    Raises NotAllowed, NotFound, Busy, CannotRepair (in words), or StepFailed where the process
    could not go on from there; no incident is opened of that, the admin reads it.
    """
    return _repair(city, actor, case_id, _Wanted(act=act, reason="", revision=None, dry=True), now)


def repair(
    city: City,
    actor: Actor,
    case_id: int,
    act: Act,
    *,
    reason: str,
    now: datetime,
    revision: int | None = None,
    settle: Callable[[Session, int], None] | None = None,
) -> Repaired:
    """Make a repair as a step of the case, with its reason in the audit trail and in the story.

    `revision` is the step up to which the preview has looked; CannotRepair if the case has moved
    on since. `settle` writes, under the case's lock and with the repair, what it is a part of; it
    is given the number of the step. Otherwise raises what `preview` raises, and InvalidEntries
    without a reason.
    """
    said = reason.strip()[:REASON_LENGTH]
    if not said:
        raise InvalidEntries({"reason": "Give a reason; it stays with the case."})
    wanted = _Wanted(act=act, reason=said, revision=revision, dry=False, settle=settle)
    return _repair(city, actor, case_id, wanted, now)


def _repair(city: City, actor: Actor, case_id: int, wanted: _Wanted, now: datetime) -> Repaired:
    require_process_admin(actor)
    if wanted.act.kind not in KINDS:
        raise NotAllowed()
    try:
        with city.database.transaction() as session:
            frame, repaired = _in_transaction(city, session, actor, case_id, wanted, now)
            if wanted.dry:
                raise _LookedAt(repaired)
    except _LookedAt as looked:
        return looked.repaired
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise Busy() from error
        raise
    if frame.told and not frame.case.held:
        follow_up(city, case_id, now)
    return repaired


def _in_transaction(
    city: City, session: Session, actor: Actor, case_id: int, wanted: _Wanted, now: datetime
) -> tuple[Frame, Repaired]:
    case = lock_case(session, actor, case_id=case_id)
    if wanted.settle is not None:
        wanted.settle(session, case.revision + 1)
    if wanted.revision is not None and case.revision != wanted.revision:
        raise CannotRepair(
            reason=Message("the case has moved on since you looked at it"),
            advice=Message("Look again what the repair would do, then make it."),
        )
    definition = city.library.version(case.version_id)
    frame = Frame(
        city=city, session=session, actor=actor, now=now, case=case, definition=definition
    )
    act = wanted.act
    made = restoring.make(frame, act) if act.kind == "restore" else making.make(frame, act)
    _tell_company(frame, made, act)
    repaired = found(
        case, made.host, made.effects, made.standing, values=made.changed, undone=made.undone
    )
    _write(frame, made, act, wanted.reason, repaired)
    incidents.clear_gone(session, case_id=case.id, now=now)
    return frame, repaired


def _write(frame: Frame, made: Made, act: Act, reason: str, repaired: Repaired) -> None:
    outcome = made.outcome
    frame.write(
        made.host,
        made.effects,
        standing=made.standing,
        kind="act",
        state=made.state,
        process=made.element.process,
        element=made.element.element,
        values=made.values,
        flows=outcome.flows if outcome else (),
        rules=rules_of(outcome) if outcome else (),
        decided=decided_in(outcome) if outcome else {},
        timeline=tuple(_lines(frame, made, act, reason)),
        action="repair",
        detail={
            "act": {**act.as_data(), "values": sorted(act.values)},
            "reason": reason,
            "opened": [task.element for task in repaired.opened],
            "closed": [task.element for task in repaired.closed],
            "operations": made.host.called,
        },
    )


def _lines(frame: Frame, made: Made, act: Act, reason: str) -> list[Row]:
    elements = frame.definition.specification.elements
    to = elements[act.to].name if act.to is not None and act.to in elements else ""
    said = {
        "act": act.kind,
        "name": made.name,
        "to": to,
        "step": act.step or "",
        "due_at": act.due_at.isoformat() if act.due_at else "",
        "text": reason,
    }
    lines = [frame.line("repaired", said)]
    if act.public or act.kind == "resume":
        public = {"text": act.public, "text_en": act.public_en}
        lines.append(frame.line(_PUBLIC.get(act.kind, "repair_told"), public, public=True))
    return lines


_PUBLIC = {"suspend": "case_suspended", "resume": "case_resumed", "cancel": "case_cancelled"}


def _tell_company(frame: Frame, made: Made, act: Act) -> None:
    """Let the company read the sentence among its messages, too."""
    if frame.case.enterprise_id is None or not act.public:
        return
    made.effects.notices.append(
        {
            "case_id": frame.case.id,
            "enterprise_id": frame.case.enterprise_id,
            "work_item_id": None,
            "kind": "message",
            "values": {
                "subject": f"{frame.case.number} {frame.case.title}",
                "body": act.public,
                "body_en": act.public_en,
            },
            "at": frame.now,
        }
    )
