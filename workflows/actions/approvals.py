"""The second person: where a city wants it, nobody deploys what nobody else has looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from models.approvals import ApprovalRequest
from models.bundle_drafts import BundleDraft
from models.people import Person, Position
from workflows import audit
from workflows.actions.bundle_drafts import DraftChanged, proved, ship
from workflows.actions.deployment import Deployed, said_reason
from workflows.actor import PROCESS_ADMIN, Actor
from workflows.city import City
from workflows.errors import InvalidEntries, NotAllowed, NotFound, ThroughTrainError

REMARK_LENGTH = 500


class OwnRequest(ThroughTrainError):
    """Nobody approves what they asked for themselves."""

    sentence = "You asked for this approval yourself."
    mend = "Somebody else among the process admins has to look at it."


class RequestDecided(ThroughTrainError):
    """Somebody has decided already, or the asking person may no longer deploy."""

    sentence = "This request is no longer open."
    mend = "Open the draft again and look who has decided what."


class DayPassed(ThroughTrainError):
    """The version was to wait for a day that is there already."""

    sentence = "Nothing was deployed: the day on which it was to take effect has come."
    mend = "Approved now it takes effect at once. Open the draft again, and approve it if it may."


def ask(
    city: City,
    actor: Actor,
    draft_id: int,
    *,
    revision: int,
    reason: str,
    over: int,
    now: datetime,
    takes_effect_at: datetime | None = None,
) -> int:
    """Ask that the draft be deployed exactly as it is; return the request's id.

    `reason`, `over` and `takes_effect_at` are those of the deployment. A request for the same
    draft that nobody has decided is replaced. Raises NotGreen, DraftChanged.
    """
    _require(actor)
    reason = said_reason(reason)
    with city.database.transaction() as session:
        draft = _locked(session, draft_id)
        if draft.revision != revision:
            raise DraftChanged(person=draft.changed_by)
        proved(session, draft)
        _end(session, draft_id, actor, now, "withdrawn")
        request = ApprovalRequest(
            draft_id=draft_id,
            checksum=draft.checksum,
            over=over,
            reason=reason,
            takes_effect_at=takes_effect_at,
            asked_at=now,
            asked_by=actor.name,
            asked_by_id=actor.person_id,
        )
        session.add(request)
        session.flush()
        _note(session, "approval_asked", actor, now, draft, reason=reason)
        return request.id


def approve(
    city: City,
    actor: Actor,
    request_id: int,
    *,
    now: datetime,
    draft_id: int | None = None,
    at_once: bool = False,
) -> Deployed:
    """Approve a request: the draft is deployed in the name of whoever asked.

    `draft_id` is the draft that the person has looked at; NotFound for a request for another.
    `at_once`: the person knows that the day it was to take effect on has passed.

    Raises OwnRequest, RequestDecided, DayPassed, DraftChanged when the draft is no longer what
    was asked for, and what `ship` raises.
    """
    _require(actor)
    with city.database.transaction() as session:
        request, draft = _approvable(session, actor, request_id, draft_id)
        if has_passed(request, now) and not at_once:
            raise DayPassed
        asked: dict[str, Any] = {
            "revision": draft.revision,
            "reason": request.reason,
            "over": request.over,
            "takes_effect_at": request.takes_effect_at,
        }
        # Both hold the role; the version names the one who asked and the one who approved.
        asking = replace(actor, name=request.asked_by, person_id=request.asked_by_id)
        approved_id = draft.id

    def given(session: Session) -> None:
        request, draft = _approvable(session, actor, request_id, draft_id)
        _note(session, "approval_given", actor, now, draft, asked_by=request.asked_by)

    return ship(city, asking, approved_id, now=now, approved_by=actor.name, along=given, **asked)


def has_passed(request: ApprovalRequest, now: datetime) -> bool:
    """Whether the day on which it was to take effect has come without an approval."""
    return request.takes_effect_at is not None and request.takes_effect_at <= now


def send_back(
    city: City,
    actor: Actor,
    request_id: int,
    *,
    remark: str,
    now: datetime,
    draft_id: int | None = None,
) -> None:
    """Do not approve, and say why; the asking person takes a request back in the same way."""
    _require(actor)
    remark = " ".join(remark.split())[:REMARK_LENGTH]
    with city.database.transaction() as session:
        request, draft = _open(session, request_id, draft_id)
        own = actor.person_id is not None and actor.person_id == request.asked_by_id
        if not own and not remark:
            raise InvalidEntries({"remark": "Say what has to be changed."})
        _end(session, draft.id, actor, now, "withdrawn" if own else "returned", remark)
        _note(session, "approval_refused", actor, now, draft, remark=remark)


def newest(session: Session, draft_id: int) -> ApprovalRequest | None:
    """Return the newest request for a draft, decided or not."""
    return session.scalars(
        select(ApprovalRequest)
        .where(ApprovalRequest.draft_id == draft_id)
        .order_by(ApprovalRequest.id.desc())
        .limit(1)
    ).one_or_none()


def waiting(session: Session) -> list[tuple[ApprovalRequest, BundleDraft]]:
    """Return the requests that wait for somebody, with their drafts, the oldest first."""
    rows = session.execute(
        select(ApprovalRequest, BundleDraft)
        .join(BundleDraft, BundleDraft.id == ApprovalRequest.draft_id)
        .where(
            ApprovalRequest.decided_at.is_(None), ApprovalRequest.checksum == BundleDraft.checksum
        )
        .order_by(ApprovalRequest.id)
    )
    return [(request, draft) for request, draft in rows]


def _require(actor: Actor) -> None:
    if PROCESS_ADMIN not in actor.roles:
        raise NotAllowed


def _locked(session: Session, draft_id: int) -> BundleDraft:
    draft = session.get(BundleDraft, draft_id, with_for_update=True)
    if draft is None:
        raise NotFound
    return draft


def _open(
    session: Session, request_id: int, draft_id: int | None
) -> tuple[ApprovalRequest, BundleDraft]:
    request = session.get(ApprovalRequest, request_id)
    if request is None or draft_id not in (None, request.draft_id):
        raise NotFound
    draft = _locked(session, request.draft_id)
    session.refresh(request)
    if request.decided_at is not None:
        raise RequestDecided
    return request, draft


def _approvable(
    session: Session, actor: Actor, request_id: int, draft_id: int | None
) -> tuple[ApprovalRequest, BundleDraft]:
    """Return an open request that this person may approve, its draft locked."""
    request, draft = _open(session, request_id, draft_id)
    if actor.person_id is None or actor.person_id == request.asked_by_id:
        raise OwnRequest
    if draft.checksum != request.checksum:
        raise DraftChanged(person=draft.changed_by)
    if not _may_still(session, request):
        raise RequestDecided
    return request, draft


def _end(
    session: Session, draft_id: int, actor: Actor, now: datetime, decision: str, remark: str = ""
) -> None:
    session.execute(
        update(ApprovalRequest)
        .where(ApprovalRequest.draft_id == draft_id, ApprovalRequest.decided_at.is_(None))
        .values(decided_at=now, decided_by=actor.name, decision=decision, remark=remark)
    )


def _may_still(session: Session, request: ApprovalRequest) -> bool:
    """Whether the asking person still works here as a process admin."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Person.id == request.asked_by_id,
                    Person.active,
                    Position.person_id == Person.id,
                    Position.role == PROCESS_ADMIN,
                )
            )
        )
    )


def _note(
    session: Session,
    action: str,
    actor: Actor,
    now: datetime,
    draft: BundleDraft,
    **detail: object,
) -> None:
    audit.note(
        session,
        action,
        now=now,
        actor=actor.name,
        person_id=actor.person_id,
        detail={"draft": draft.id, "process": draft.process_key, **detail},
    )
