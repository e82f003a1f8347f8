"""Where a repair can take hold of a case, and where it can begin: tokens, nodes, ways to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from workflows.definitions.messages import Message
from workflows.engine.elements import BoundarySplit, Call, EventBasedGateway, main_of
from workflows.engine.events import BoundaryEvent
from workflows.engine.instances import Repeated
from workflows.engine.joins import Join
from workflows.engine.specification import Specification
from workflows.engine.step import Step, callers_of
from workflows.engine.tokens import Branch, Called, Run, Token
from workflows.errors import AlreadyDone, CannotRepair


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A token where a repair can take hold."""

    id: UUID
    process: str
    element: str
    name: str
    kind: str
    """BPMN local name; `whole` is true for a repeated or called activity around others."""
    whole: bool
    instance: int | None
    """Number (from 0) inside a multi-instance activity."""
    path: tuple[str, ...]
    """Ids of the call activities around the element, outermost first."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A node where a token can be put, in the process of a token or one around or inside it."""

    process: str
    element: str


def spots(spec: Specification, state: bytes) -> tuple[Spot, ...]:
    """Return where a case's tokens stand; events on the side of an activity are left out."""
    step = Step(spec, None, state)
    return tuple(_spot(token) for token in step.tokens() if _can_be_held(token))


def targets(spec: Specification) -> tuple[tuple[Target, str, str], ...]:
    """Return the nodes that a repair can begin: target, name and kind, in the drawn order."""
    return tuple(
        (Target(process=one.process, element=one.id), one.name, one.kind) for one in _drawn(spec)
    )


def _drawn(spec: Specification) -> Iterator[Any]:
    graphs = (spec.root, *spec.called.values())
    for (process, name), element in spec.elements.items():
        for graph in graphs:
            node = graph.task_specs.get(name)
            if graph.home != process or node is None or node.bpmn_id is None:
                continue
            joins = isinstance(node, Join) and len(node._inputs) > 1
            if not (joins or isinstance(node, BoundaryEvent) or element.kind == "startEvent"):
                yield element
            break


def _can_be_held(token: Token) -> bool:
    return token.task_spec.bpmn_id is not None and main_of(token) is None


def _spot(token: Token) -> Spot:
    spec = token.task_spec
    around = list(callers_of(token))
    numbers = (one.internal_data["instance"] for one in around if "instance" in one.internal_data)
    return Spot(
        id=token.id,
        process=token.workflow.spec.home,
        element=spec.bpmn_id,
        name=spec.bpmn_name or "",
        kind=spec.passed_kind,
        whole=isinstance(spec, Repeated | Call),
        instance=next(numbers, None),
        path=tuple(one.task_spec.bpmn_id for one in reversed(around[1:])),
    )


def chosen(step: Step, token_id: UUID) -> Token:
    token = step.find(token_id)
    if token is None:
        raise AlreadyDone(person="somebody else")
    if not _can_be_held(token):
        raise CannotRepair(
            reason=Message("it waits on the side of an activity"),
            advice=Message("Choose the activity; or, for a timer, give it a new time."),
        )
    return token


def above(token: Token) -> Any:
    return None if token.parent is None else token.parent.task_spec


def members(token: Token) -> tuple[list[Token], Token]:
    """Return what goes with a token, and the token below which another can take its place."""
    around, parent = above(token), token.parent
    bound = isinstance(around, BoundarySplit) and token.task_spec.name in around._outputs
    if bound or isinstance(around, EventBasedGateway):
        beside = [one for one in token.siblings() if one.task_spec.name in around._outputs]
        live = [one for one in beside if one.is_live()]
        return [token, *live], parent.parent or parent
    return [token], parent


def way_to(run: Run, token: Token, target: Target) -> tuple[Token, list[str]]:
    """Return the token to take hold of and the nodes that lead down to the target from there."""
    held = token
    while True:
        way = _down(run, held.workflow, target)
        if way is not None:
            return held, way
        branch = held.workflow
        if not isinstance(branch, Called):
            break
        held = branch.caller
    raise CannotRepair(
        reason=Message("no way leads from this step to the chosen one"),
        advice=Message("Choose a step of the same diagram, or of one around it."),
    )


def _down(run: Run, branch: Branch, target: Target) -> list[str] | None:
    """Return the calls to go through and the target's node, the shortest way; None if none."""
    ahead: list[tuple[Any, list[str]]] = [(branch.spec, [])]
    seen = {branch.spec.name}
    for spec, way in ahead:
        node = _node(spec, target)
        if node is not None:
            return [*way, node]
        for one in spec.task_specs.values():
            if isinstance(one, Call) and one.spec not in seen and not _is_instance(one.name):
                seen.add(one.spec)
                ahead.append((run.subprocess_specs[one.spec], [*way, one.name]))
    return None


def _is_instance(name: str) -> bool:
    return name.endswith(" [child]")


def _node(spec: Any, target: Target) -> str | None:
    node = spec.task_specs.get(target.element)
    if spec.home != target.process or node is None or node.bpmn_id is None:
        return None
    if isinstance(node, BoundaryEvent):
        raise CannotRepair(
            reason=Message("nothing can be begun on the side of an activity"),
            advice=Message("Choose the activity, or the step behind the event."),
        )
    if isinstance(node, Join) and len(node._inputs) > 1:
        raise CannotRepair(
            reason=Message("where branches come together nothing can be begun"),
            advice=Message("Choose the step behind it, or one in the branch that is missing."),
        )
    return str(node.name)
