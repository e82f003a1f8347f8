"""What may be done with a case at any time: a message that its process waits for is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.work import Wait
from workflows import engine, files
from workflows.actions.entries import chosen_option, cleaned
from workflows.actions.frame import Frame, decided_in, in_step, routing, rules_of
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.forms import Form
from workflows.errors import MessageOver, NotAllowed, NotFound
from workflows.locked import Waiting


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a sent message led to."""

    case_id: int
    step: int
    outcome: str
    opened: tuple[str, ...]
    """Names of the tasks that are open because of it."""
    ended: bool


def send(
    city: City,
    actor: Actor,
    wait_id: UUID,
    values: Mapping[str, list[str]],
    *,
    now: datetime,
    owner: str = "",
) -> Sent:
    """Send a message that a case waits for, with the entries of its form.

    `values` are the form's raw entries as for a task, `owner` the token under which files were
    uploaded. The values become facts, those that the process reads go along with the message.
    An interrupting event ends what it interrupts; another one waits on for the next message.
    Raises NotFound, NotAllowed, MessageOver (the event no longer waits), InvalidEntries, Busy or
    StepFailed; then nothing changed.
    """

    def body(frame: Frame) -> Sent:
        wait = _waiting(frame, wait_id)
        form = frame.definition.form(wait.form) if wait.form else None
        typed = cleaned(frame, form, values)
        host = frame.host(typed)
        outcome = engine.deliver(
            frame.definition.specification,
            frame.case.engine_state,
            wait.message,
            _payload(frame, form, typed),
            host,
            wait_id=wait_id,
        )
        effects = frame.effects(outcome, host)
        chosen = str(typed.get("outcome") or "")
        files.attach(
            frame.session,
            form,
            typed,
            owner=owner,
            case_id=frame.case.id,
            step=frame.number,
            public=wait.public or "enterprise" in actor.roles,
        )
        frame.write(
            host,
            effects,
            kind="deliver",
            state=outcome.state,
            process=wait.process,
            element=wait.element,
            form=wait.form,
            values=form.to_json(typed) if form else {},
            outcome=chosen,
            flows=outcome.flows,
            rules=rules_of(outcome),
            decided=decided_in(outcome),
            timeline=(_line(frame, wait, form, chosen),),
            action="send",
            detail={"message": wait.message, "operations": host.called},
        )
        return Sent(
            case_id=frame.case.id,
            step=frame.number,
            outcome=chosen,
            opened=tuple(row["name"] for row in effects.opened),
            ended=outcome.ended,
        )

    return in_step(city, actor, action="send", now=now, body=body, wait_id=wait_id)


def _payload(frame: Frame, form: Form | None, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes along; where the process reads an entry that was left out, null."""
    own = [one.key for one in form.fields if not one.readonly and not one.disabled] if form else []
    return routing(frame.definition, {**dict.fromkeys(own), **typed})


def _waiting(frame: Frame, wait_id: UUID) -> Waiting:
    wait = frame.case.wait(wait_id)
    if wait is None:
        name = frame.session.scalar(select(Wait.name).where(Wait.id == wait_id))
        if name is None:
            raise NotFound()
        raise MessageOver(name=name, case_id=frame.case.id)
    if not wait.roles or not (wait.mine or frame.actor.is_system):
        raise NotAllowed()
    return wait


def _line(frame: Frame, wait: Waiting, form: Form | None, chosen: str) -> dict[str, Any]:
    label, label_en = chosen_option(form, chosen)
    named = wait.roles.split(",")
    posts = sorted(frame.actor.posts, key=lambda post: post.role not in named)
    units = [frame.city.unit_of(post.unit_id).name for post in posts[:1]]
    public = wait.public or "enterprise" in frame.actor.roles
    values = {
        "name": wait.name,
        "name_en": wait.name_en,
        "element": wait.element,
        "outcome": label,
        "outcome_en": label_en,
    }
    return frame.line("message_sent", values, unit="".join(units), public=public)
