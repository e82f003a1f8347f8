"""How each kind of repair is made on a locked case: its effects, what it changes, its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import update

from models.cases import Case
from workflows.actions.frame import Frame, routing
from workflows.deadlines import free_deadline, hold_deadline, set_deadline
from workflows.definitions.messages import Message
from workflows.definitions.values import to_json
from workflows.engine import repair
from workflows.engine.repair import Spot, Target
from workflows.engine.snapshot import Outcome
from workflows.errors import CannotRepair
from workflows.host import StepHost
from workflows.ledger import Standing
from workflows.locked import BY_ADMIN, RunningDeadline
from workflows.operations.sessions import leave_agenda
from workflows.repairing.act import Act, At
from workflows.repairing.found import Changed, Undone
from workflows.repairing.literals import read_values
from workflows.rows import Effects

CORRECTED = "corrected by the process admins"
"""The reason that the company reads of a moved deadline where the admin wrote none."""


_NOWHERE = At("", "")


@dataclass(kw_only=True)
class Made:
    """What an act has made, for the frame to write: as in any step."""

    host: StepHost
    effects: Effects
    state: bytes
    standing: Standing
    name: str = ""
    """What was taken hold of, for the case's story."""
    element: At = _NOWHERE
    outcome: Outcome | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    changed: tuple[Changed, ...] = ()
    undone: tuple[Undone, ...] = ()


def make(frame: Frame, act: Act) -> Made:
    """Make an act on a locked case, up to what is to be written; CannotRepair where it cannot."""
    if frame.case.state != "open":
        raise CannotRepair(
            reason=Message("the case is not open any more"),
            advice=Message("To open it again, go back to an earlier step."),
        )
    return _MAKERS[act.kind](frame, act)


def run(frame: Frame, outcome: Outcome, host: StepHost, **more: Any) -> Made:
    """Return what an outcome of the engine makes of a case."""
    return Made(
        host=host,
        effects=frame.effects(outcome, host),
        state=outcome.state,
        standing=frame.standing,
        outcome=outcome,
        **more,
    )


def _still(frame: Frame, host: StepHost, **more: Any) -> Made:
    """Return what leaves the tokens where they are."""
    return Made(
        host=host,
        effects=Effects(stage=frame.case.stage),
        state=frame.case.engine_state,
        standing=frame.standing,
        **more,
    )


# ------------------------------------------------------------------------------- tokens


def held(frame: Frame, act: Act) -> Spot:
    """Return the token that an act takes hold of."""
    spots = repair.spots(frame.definition.specification, frame.case.engine_state)
    if act.token is not None:
        fitting = [one for one in spots if one.id == act.token]
    else:
        fitting = [one for one in spots if (one.process, one.element) == act.at]
        whole = [one for one in fitting if one.whole]
        fitting = whole or fitting
    if len(fitting) == 1:
        return fitting[0]
    raise CannotRepair(
        reason=Message("the case does not stand at that step")
        if not fitting
        else Message("the case stands at that step %(count)s times", count=len(fitting)),
        advice=Message("Look where it stands now, and choose again."),
    )


def _move(frame: Frame, act: Act) -> Made:
    spot, host = held(frame, act), frame.host()
    outcome = repair.move(*_case(frame), spot.id, _target(act), host, act.also)
    return run(frame, outcome, host, name=spot.name, element=At(spot.process, spot.element))


def _add(frame: Frame, act: Act) -> Made:
    spot, host = held(frame, act), frame.host()
    outcome = repair.add(*_case(frame), spot.id, _target(act), host)
    return run(frame, outcome, host, name=spot.name, element=At(spot.process, spot.element))


def _end(frame: Frame, act: Act) -> Made:
    spot, host = held(frame, act), frame.host()
    outcome = repair.end(*_case(frame), spot.id, host)
    return run(frame, outcome, host, name=spot.name, element=At(spot.process, spot.element))


def _case(frame: Frame) -> tuple[Any, bytes]:
    return frame.definition.specification, frame.case.engine_state


def _target(act: Act) -> Target:
    if act.to is None:
        raise CannotRepair(
            reason=Message("no step was chosen to begin at"), advice=Message("Choose one.")
        )
    return Target(process=act.to.process, element=act.to.element)


# ------------------------------------------------------------------------------- values


def _set(frame: Frame, act: Act) -> Made:
    typed = read_values(frame.definition, act.values, frame.case.facts)
    host = frame.host(typed)
    for_engine = routing(frame.definition, typed)
    token: UUID | None = held(frame, act).id if act.token or act.at else None
    columns = _columns(frame, typed, host)
    if columns:
        frame.session.execute(update(Case).where(Case.id == frame.case.id).values(**columns))
    stored = {name: to_json(value) for name, value in typed.items()}
    facts = frame.case.facts
    more: dict[str, Any] = {
        "values": stored,
        "name": ", ".join(typed),
        "changed": tuple(
            Changed(name=name, before=facts.get(name), after=value)
            for name, value in stored.items()
        ),
    }
    if not for_engine:
        return _still(frame, host, **more)
    outcome = repair.set_values(*_case(frame), for_engine, host, token)
    return run(frame, outcome, host, **more)


def _columns(frame: Frame, typed: Mapping[str, Any], host: StepHost) -> dict[str, str]:
    """Return the columns of the case that repeat a value; a place goes into the projection."""
    found: dict[str, str] = {}
    for column, name in frame.definition.bundle.case_columns.items():
        if name not in typed:
            continue
        value = str(typed[name] or "")
        if column == "place":
            unit = frame.city.unit(value)
            if unit is None:
                raise CannotRepair(
                    reason=Message("there is no place “%(key)s”", key=value),
                    advice=Message("Type the key of a county, a zone or the city."),
                )
            host.changes.place_id = unit.id
        elif column in ("title", "category", "kind"):
            found[column] = value
    return found


# ------------------------------------------------------------------------------- time


def _rearm(frame: Frame, act: Act) -> Made:
    host = frame.host()
    if act.due_at is None or act.due_at <= frame.now:
        raise CannotRepair(
            reason=Message("the new time has passed already"),
            advice=Message("Choose a time that is still to come."),
        )
    deadline = _deadline(frame, act)
    made = _still(frame, host, name=_name_of(frame, deadline))
    set_deadline(made.effects, deadline, host, act.due_at, reason=act.public or CORRECTED)
    return made


def _deadline(frame: Frame, act: Act) -> RunningDeadline:
    fitting = [
        one
        for one in frame.case.deadlines
        if one.id == act.deadline or (act.at is not None and one.element == act.at.element)
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise CannotRepair(
        reason=Message("this time limit does not run any more")
        if not fitting
        else Message("the case stands at that step %(count)s times", count=len(fitting)),
        advice=Message("Look where it stands now, and choose again."),
    )


def _name_of(frame: Frame, deadline: RunningDeadline) -> str:
    elements = frame.definition.specification.elements.values()
    return next((one.name for one in elements if one.id == deadline.element), deadline.element)


def _suspend(frame: Frame, act: Act) -> Made:
    if frame.case.suspended_at is not None:
        raise CannotRepair(
            reason=Message("the case is suspended already"),
            advice=Message("Let it go on, or leave it."),
        )
    _require_words(act)
    made = _still(frame, frame.host())
    for deadline in frame.case.deadlines:
        hold_deadline(made.effects, deadline, made.host, by=BY_ADMIN, reason=act.public)
    _note(frame, suspended_at=frame.now, suspended_why=act.public)
    return made


def _resume(frame: Frame, act: Act) -> Made:
    if frame.case.suspended_at is None:
        raise CannotRepair(
            reason=Message("the case is not suspended"), advice=Message("There is nothing to do.")
        )
    made = _still(frame, frame.host())
    for deadline in frame.case.deadlines:
        reason = act.public or CORRECTED
        free_deadline(made.effects, deadline, made.host, by=BY_ADMIN, reason=reason)
    _note(frame, suspended_at=None, suspended_why="")
    return made


def _cancel(frame: Frame, act: Act) -> Made:
    _require_words(act)
    host = frame.host()
    leave_agenda(host.operation_context(host.step))
    host.changes.state, host.changes.closed_at = "cancelled", frame.now
    _note(frame, suspended_at=None, suspended_why="")
    return run(frame, repair.stop(*_case(frame), host), host)


def _note(frame: Frame, **columns: Any) -> None:
    frame.session.execute(update(Case).where(Case.id == frame.case.id).values(**columns))


def _require_words(act: Act) -> None:
    if not act.public.strip():
        raise CannotRepair(
            reason=Message("nothing is said to those who are concerned"),
            advice=Message("Write the sentence that the company reads."),
        )


_MAKERS: dict[str, Callable[[Frame, Act], Made]] = {
    "set": _set,
    "move": _move,
    "add": _add,
    "end": _end,
    "rearm": _rearm,
    "suspend": _suspend,
    "resume": _resume,
    "cancel": _cancel,
}
