"""Where each token of a running case goes in another version, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from workflows.definitions.messages import Message
from workflows.engine.elements import (
    BoundarySplit,
    EventBasedGateway,
    ManualTask,
    UntypedTask,
    UserTask,
)
from workflows.engine.events import BoundaryEvent, Catching
from workflows.engine.instances import MultiInstance, Repeated
from workflows.engine.joins import EndJoin, Join, ProcessSpec
from workflows.engine.parallels import parallels
from workflows.engine.passage import CHILD, SPLIT, Names, Refusal
from workflows.engine.specification import Specification
from workflows.engine.tokens import FINISHED, LIVE, Branch, Called, Run, Token

_BY_HAND = (UserTask, ManualTask, UntypedTask)


@dataclass(kw_only=True)
class Carried:
    """Where a token goes."""

    spec: Any
    holder: Any = None
    """What has to be put between the token and its parent, so that events can wait beside it."""
    arms: list[Any] = field(default_factory=list)
    """Events that wait beside it from now on."""


@dataclass(kw_only=True)
class Plan:
    """Where all tokens go; complete when nothing is refused."""

    carried: dict[UUID, Carried] = field(default_factory=dict)
    cancelled: list[Token] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    names: dict[Branch, Names] = field(default_factory=dict)


def judge(old: Run, spec_to: Specification, mapping: Mapping[tuple[str, str], str]) -> Plan:
    """Decide for each token of a case where it goes in the new version."""
    plan = Plan()
    for branch in old.branches():
        spec = _spec_for(branch, spec_to, plan)
        if spec is None:
            continue
        names = Names(old=branch.spec, spec=spec, mapping=mapping)
        plan.names[branch] = names
        before = len(plan.refusals)
        _Judge(branch, names, spec_to, plan).tokens()
        if len(plan.refusals) == before:
            plan.refusals += parallels(names, _standing(branch, plan))
    plan.refusals = list(dict.fromkeys(plan.refusals))
    return plan


def _spec_for(branch: Branch, spec_to: Specification, plan: Plan) -> ProcessSpec | None:
    """Return the process of the new version that a branch goes on in."""
    if not isinstance(branch, Called):
        return spec_to.root
    carried = plan.carried.get(branch.caller.id)
    called = getattr(carried.spec, "spec", None) if carried is not None else None
    return spec_to.called.get(called) if called is not None else None


class _Judge:
    """Judges the tokens of one branch."""

    def __init__(self, branch: Branch, names: Names, spec_to: Specification, plan: Plan) -> None:
        self.branch = branch
        self.names = names
        self.spec_to = spec_to
        self.plan = plan

    def tokens(self) -> None:
        """Judge each token, the older ones first."""
        for token in self.branch.tasks.values():
            if token._state & FINISHED:
                self.plan.carried[token.id] = Carried(spec=self._passed(token))
            elif self._is_dropped(token):
                self.plan.cancelled.append(token)
            else:
                self._live(token)

    def _passed(self, token: Token) -> Any:
        """Return the node of a finished token; what is gone is no more than a place in the tree."""
        node = self.names.node(token.task_spec)
        alike = node is not None and type(node) is type(token.task_spec)
        return node if alike else self.names.spec.start

    def _is_dropped(self, token: Token) -> bool:
        """Whether an event need not be waited for any longer."""
        held = _held_by(token)
        if held is None:
            return False
        holder, others = held
        if token.task_spec.name in _kept(holder, self.names):
            return False
        if isinstance(holder, BoundarySplit):
            return True
        return any(one.task_spec.name in _kept(holder, self.names) for one in others)

    def _live(self, token: Token) -> None:
        spec = token.task_spec
        node = self.names.node(spec)
        if node is None:
            self.plan.refusals.append(self._gone(token))
            return
        refusal = _unlike(spec, node) or self._half_way(token, node)
        if refusal is not None:
            self.plan.refusals.append(refusal)
            return
        carried = self.plan.carried[token.id] = Carried(spec=node)
        self._beside(token, carried)

    def _gone(self, token: Token) -> Refusal:
        spec = token.task_spec
        shown = spec
        if spec.name.endswith(CHILD):
            shown = self.branch.spec.task_specs[spec.name.removesuffix(CHILD)]
            if self.names.node(shown) is not None:
                return _other_repetition(shown)
        renamed = self.names.mapping.get((self.names.old.home, shown.name), shown.name)
        if (self.names.spec.home, renamed) in self.spec_to.elements:
            return Refusal.at(
                shown,
                Message("“%(name)s” is open and has been moved into or out of a subprocess."),
                lost=shown.name,
            )
        if isinstance(self.branch, Called) and self.names.old.home != self.names.spec.home:
            return Refusal.at(
                shown,
                Message(
                    "“%(name)s” is open, and “%(call)s” calls another process now, which has no "
                    "such element."
                ),
                call=self.branch.caller.task_spec.bpmn_name or self.branch.caller.task_spec.bpmn_id,
                lost=shown.name,
            )
        return Refusal.at(
            shown, Message("“%(name)s” is open and is not in the new version."), lost=shown.name
        )

    def _half_way(self, token: Token, node: Any) -> Refusal | None:
        """Refuse a join that has let in what no longer comes to it."""
        if not isinstance(node, Join) or isinstance(node, EndJoin):
            return None
        for name in token.internal_data["arrived"]:
            new = self.names.new(name)
            if new is None or new not in node._inputs:
                before = self.branch.spec.task_specs[name]
                return Refusal.at(
                    node,
                    Message(
                        "“%(name)s” waits half-way: what has come to it from “%(before)s” does not "
                        "come from there in the new version."
                    ),
                    before=before.bpmn_name or before.bpmn_id or name,
                    lost=before.bpmn_id or "",
                )
        return None

    def _beside(self, token: Token, carried: Carried) -> None:
        """Find the events that are new beside what is open."""
        spec, node = token.task_spec, carried.spec
        was, now = _split_of(spec), _split_of(node)
        if now is not None:
            before = {self.names.new(one) for one in (was._outputs if was is not None else ())}
            added = [one for one in now._outputs if one != node.name and one not in before]
            self._add(token, carried, was, now, added)
            return
        was, now = _gateway_of(spec), _gateway_of(node)
        if (was is None) != (now is None):
            self.plan.refusals.append(_other_choice(spec))
        elif was is not None:
            parent = token.parent
            if parent is not None and parent.task_spec is was:
                self.plan.carried[parent.id].spec = now
            if self._speaks(token, was):
                before = {self.names.new(one) for one in was._outputs}
                added = [one for one in now._outputs if one not in before]
                self._add(token, carried, was, now, added)

    def _add(self, token: Token, carried: Carried, was: Any, now: Any, added: list[str]) -> None:
        if not added:
            return
        carried.arms = [self.names.spec.task_specs[one] for one in added]
        parent = token.parent
        if was is None or parent is None or parent.task_spec is not was:
            carried.holder = now

    def _speaks(self, token: Token, gateway: Any) -> bool:
        """Whether a token is the first that stays of those that wait together."""
        kept = _kept(gateway, self.names)
        together = [one for one in (token, *token.siblings()) if one.task_spec.name in kept]
        first: str = min(one.task_spec.name for one in together)
        return bool(first == token.task_spec.name)


def _held_by(token: Token) -> tuple[Any, list[Token]] | None:
    """Return what holds an event together with others, and those others; None for all else."""
    spec, parent = token.task_spec, token.parent
    if not isinstance(spec, Catching) or parent is None:
        return None
    holder = parent.task_spec
    if not isinstance(holder, BoundarySplit | EventBasedGateway):
        return None
    if spec.name not in holder._outputs:
        return None
    return holder, [one for one in token.siblings() if one._state & LIVE]


def _kept(holder: Any, names: Names) -> set[str]:
    """Return the old names of the events that wait at the same place in the new version."""
    if isinstance(holder, BoundarySplit):
        main = names.new(holder.main)
        now = None if main is None else _split_of(names.spec.task_specs[main])
        outputs = set() if now is None else set(now._outputs)
        return {name for name in holder._outputs if names.new(name) in outputs}
    behind: dict[str, str] = {}
    for name in holder._outputs:
        gateway = _gateway_of(names.node(names.old.task_specs[name]))
        if gateway is not None:
            behind[name] = gateway.name
    return {name for name, gateway in behind.items() if gateway == next(iter(behind.values()))}


def _split_of(node: Any) -> Any:
    """Return the node that holds an activity together with the events on its side."""
    if isinstance(node, BoundaryEvent):
        return None
    return node._wf_spec.task_specs.get(node.name + SPLIT)


def _gateway_of(node: Any) -> Any:
    """Return the event-based gateway that an event waits behind."""
    if not isinstance(node, Catching):
        return None
    specs = node._wf_spec.task_specs
    inputs = (specs[name] for name in node._inputs)
    return next((one for one in inputs if isinstance(one, EventBasedGateway)), None)


def _unlike(old: Any, new: Any) -> Refusal | None:
    """Refuse a node on which a token of the old one could not stand."""
    if isinstance(old, _BY_HAND) and isinstance(new, _BY_HAND):
        return None
    if type(old) is not type(new):
        if isinstance(old, Repeated) or isinstance(new, Repeated):
            return _other_repetition(old)
        return Refusal.at(old, Message("“%(name)s” is open and is another kind of element now."))
    if isinstance(old, MultiInstance):
        names = ("input_item", "output", "output_item")
        if any(getattr(old, name) != getattr(new, name) for name in names):
            return _other_repetition(old)
    if isinstance(old, Catching) and type(old.event_definition) is not type(new.event_definition):
        return Refusal.at(old, Message("“%(name)s” waits for another kind of event now."))
    return None


def _other_repetition(spec: Any) -> Refusal:
    return Refusal.at(spec, Message("“%(name)s” is open and is repeated in another way now."))


def _other_choice(spec: Any) -> Refusal:
    return Refusal.at(
        spec,
        Message(
            "“%(name)s” waits alone in one version and together with other events in the other."
        ),
    )


def _standing(branch: Branch, plan: Plan) -> list[tuple[Token, Any]]:
    """Return the tokens that stand in a branch, with the nodes on which they will."""
    return [
        (token, plan.carried[token.id].spec)
        for token in branch.live_tokens()
        if token.id in plan.carried and not token.task_spec.name.endswith(CHILD)
    ]
