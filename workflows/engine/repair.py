"""Repair of one case, from bytes to bytes: tokens moved, added and ended, values set, a stop.

A token is moved together with what belongs to it: the events on the side of its activity, the
other events behind an event-based gateway, all that runs inside a called process. What would
leave a join waiting for ever is refused in words (CannotRepair), before anything runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

from workflows.definitions.messages import Message
from workflows.engine.balance import upsets
from workflows.engine.instances import MultiInstance, Repeated
from workflows.engine.joins import Join
from workflows.engine.run import rename
from workflows.engine.snapshot import Host, Outcome
from workflows.engine.specification import Specification
from workflows.engine.spots import Spot, Target, above, chosen, members, spots, targets, way_to
from workflows.engine.step import Step, callers_of, is_timer
from workflows.engine.tokens import COMPLETED, Branch, Called, Token
from workflows.errors import CannotRepair

__all__ = [
    "Spot",
    "Target",
    "add",
    "end",
    "move",
    "restore",
    "set_values",
    "spots",
    "stop",
    "targets",
]


def end(spec: Specification, state: bytes, token_id: UUID, host: Host) -> Outcome:
    """End a token; an instance of a multi-instance activity is left out of its results."""
    step = Step(spec, host, state)
    token = chosen(step, token_id)
    with step.guarded():
        before = upsets(step.run)
        if isinstance(above(token), Repeated):
            _leave_out(token)
        else:
            _drop(token)
        _check_something_left(token.workflow)
        return _settled(step, before)


def move(
    spec: Specification,
    state: bytes,
    token_id: UUID,
    target: Target,
    host: Host,
    also: Collection[UUID] = (),
) -> Outcome:
    """End a token and start at a node of its process, of one around it or one inside of that.

    Where the node is in a process around it, all of the call that the token stands in is ended;
    so are the tokens `also`: a block that is left halfway is left by all that stand in it.
    """
    step = Step(spec, host, state)
    token = chosen(step, token_id)
    others = [chosen(step, one) for one in also if one != token_id]
    with step.guarded():
        before = upsets(step.run)
        held, way = way_to(step.run, token, target)
        _check_single(held)
        _put(step, held, way, _values_of(token))
        _drop(held)
        for one in others:
            if one.is_live() and one.workflow.is_current:
                _check_single(one)
                _drop(one)
        return _settled(step, before)


def add(spec: Specification, state: bytes, beside: UUID, target: Target, host: Host) -> Outcome:
    """Put one more token on a node, with the values of the token that it is put beside."""
    step = Step(spec, host, state)
    token = chosen(step, beside)
    with step.guarded():
        before = upsets(step.run)
        held, way = way_to(step.run, token, target)
        _check_single(held)
        _put(step, held, way, _values_of(token))
        return _settled(step, before)


def set_values(
    spec: Specification,
    state: bytes,
    values: Mapping[str, Any],
    host: Host,
    token_id: UUID | None = None,
) -> Outcome:
    """Set routing values of the whole case, or of one token and what runs inside it.

    An instance of a repeated activity keeps its own item. Events that wait for a condition look
    again.
    """
    step = Step(spec, host, state)
    only = None if token_id is None else chosen(step, token_id)
    with step.guarded():
        for branch in step.run.branches():
            for token in branch.tasks.values():
                if only is None or only in callers_of(token):
                    _set(token, values, own=only is None)
        for token in list(step.tokens()):
            look = getattr(getattr(token.task_spec, "event_definition", None), "look", None)
            if look is not None and look(token, {}):
                token._ready()
        step.advance()
        return step.outcome()


def stop(spec: Specification, state: bytes, host: Host) -> Outcome:
    """End all that is under way: the case is over."""
    step = Step(spec, host, state)
    run = step.run
    newest = run.newest or run.task_tree
    with step.guarded():
        run.data, run.completed = dict(newest.data), True
        run.finish()
        run.tasks = {run.task_tree.id: run.task_tree}
        run.waiting.clear()
        return step.outcome()


def restore(spec: Specification, earlier_state: bytes, later_state: bytes, host: Host) -> Outcome:
    """Go back to an earlier state; what has ended since begins again under new ids.

    Timers that begin again are counted from now on. CannotRepair for a state that had ended.
    """
    step = Step(spec, host, earlier_state)
    if step.run.completed:
        raise CannotRepair(
            reason=Message("the case had ended at that step"),
            advice=Message("Choose an earlier one."),
        )
    later = {one.id for one in Step(spec, host, later_state).tokens()}
    again = [one for one in step.tokens() if one.id not in later]
    with step.guarded():
        for token in again:
            if is_timer(token):
                token.task_spec.event_definition.enter(token)
        names = {one.id: uuid4() for one in again}
        for branch in list(step.run.branches()):
            rename(branch, {one: new for one, new in names.items() if one in branch.tasks})
        return step.outcome()


def _drop(token: Token) -> None:
    for one in members(token)[0]:
        one.cancel()


def _leave_out(token: Token) -> None:
    """End one of several instances; its activity goes on with the others."""
    around = token.parent
    assert around is not None
    if not isinstance(around.task_spec, MultiInstance):
        raise CannotRepair(
            reason=Message(
                "“%(name)s” is a loop, which would wait for this round for ever",
                name=token.task_spec.bpmn_name or token.task_spec.bpmn_id,
            ),
            advice=Message("Choose the loop as a whole."),
        )
    token.cancel()
    around.task_spec.leave_out(around)


def _check_single(token: Token) -> None:
    if isinstance(above(token), Repeated):
        raise CannotRepair(
            reason=Message("it is one of several of the same step, which waits for all of them"),
            advice=Message("Choose the step as a whole, or end this one alone."),
        )


def _check_something_left(branch: Branch) -> None:
    if not branch.completed and next(branch.live_tokens(), None) is None:
        called = isinstance(branch, Called)
        raise CannotRepair(
            reason=Message("nothing would be left in this part, and what called it would wait")
            if called
            else Message("nothing would be left of the case"),
            advice=Message("Choose the calling activity as a whole, or move this step.")
            if called
            else Message("Move the step, or cancel the case."),
        )


def _values_of(token: Token) -> dict[str, Any]:
    """Return a token's values; those of a called process are what runs in it now."""
    values = dict(token.data)
    branch = token.run_of.subprocesses.get(token.id)
    if branch is not None:
        for inner in branch.live_tokens():
            values.update(inner.data)
    return values


def _set(token: Token, values: Mapping[str, Any], *, own: bool) -> None:
    kept = _items_around(token) if own else frozenset()
    said = {name: value for name, value in values.items() if name not in kept}
    token.data = {**token.data, **said}
    base = token.internal_data.get("base")
    if base is not None:
        token.internal_data["base"] = {**base, **said}


def _items_around(token: Token) -> frozenset[str]:
    """Return the names of the items of the repeated activities that a token is an instance in."""
    found: set[str] = set()
    for one in callers_of(token):
        item = getattr(above(one), "input_item", None)
        if item:
            found.add(item)
    return frozenset(found)


def _put(step: Step, held: Token, way: list[str], values: dict[str, Any]) -> None:
    """Put a token on the last node of a way, through the calls that lead to it."""
    branch: Branch = held.workflow
    parent = members(held)[1]
    for name in way[:-1]:
        call = _called(step, branch, parent, name, values)
        branch = step.run.subprocesses[call.id]
        parent = branch.task_tree
        parent._state = COMPLETED
        values = {**values, **parent.data}
    _place(branch, parent, way[-1], values)


def _place(branch: Branch, parent: Token, name: str, values: dict[str, Any]) -> Token:
    specs = branch.spec.task_specs
    node = specs.get(f"{name}.BoundaryEventSplit") or specs[name]
    token = Token(branch, node, parent)
    token.own = dict(values)
    if isinstance(node, Join):  # it has one way in, and what comes on that way is this token
        token._inherit_data()
        token.internal_data["arrived"] = list(node._inputs)
        token._ready()
    else:
        node._update(token)
    token.own = {}
    return token


def _called(step: Step, branch: Branch, parent: Token, name: str, values: dict[str, Any]) -> Token:
    """Begin a call activity (and what waits on its side); return its token."""
    token = _place(branch, parent, name, values)
    if token.task_spec.name != name:
        step.run_token(token)
        children: list[Token] = token.children
        return next(one for one in children if one.task_spec.name == name)
    return token


def _settled(step: Step, before: Mapping[Any, Any]) -> Outcome:
    """Refuse what has put a join out of balance; else run on to where the case stands now."""
    after = upsets(step.run)
    for key, upset in after.items():
        known = before.get(key)
        if known is None or (upset.starved and not known.starved):
            name = upset.name or upset.element
            reason = (
                Message("“%(name)s” would wait for ever for a branch that is gone", name=name)
                if upset.starved
                else Message("more branches would come to “%(name)s” than it waits for", name=name)
            )
            raise CannotRepair(
                reason=reason,
                advice=Message("Choose a step of the same branch, or one behind that gateway."),
            )
    for branch in list(step.run.branches()):
        branch.update_waiting_tasks()
    step.advance()
    return step.outcome()
