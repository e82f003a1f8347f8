"""From one version to another: how nodes are called there, and why a token cannot go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.definitions.messages import Message
from workflows.engine.joins import ProcessSpec
from workflows.engine.specification import Specification
from workflows.engine.timers import CycleTimer, Timer
from workflows.errors import StepFailed

SPLIT, CHILD = ".BoundaryEventSplit", " [child]"
"""How the library calls what holds an activity and its events together, and a repeated one."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A reason why a case cannot move, at an element of the version that it is in."""

    process: str
    element: str
    message: Message
    lost: str = ""
    """An element that is not in the new version; naming another one in its place may help."""

    @classmethod
    def at(cls, spec: Any, message: Message, *, lost: str = "", **words: Any) -> Refusal:
        """Return a reason at a node, which is `name` in the message."""
        element = spec.bpmn_id or ""
        name = spec.bpmn_name or element or spec._wf_spec.description or spec._wf_spec.home
        return cls(
            process=spec._wf_spec.home,
            element=element,
            message=Message(message, name=name, **words),
            lost=lost,
        )

    @classmethod
    def of(cls, failed: StepFailed) -> Refusal:
        """Return what went wrong in a move as a reason against it."""
        place = failed.place
        name = place.name or place.element
        message = (
            Message("“%(name)s” cannot be taken over: %(reason)s", name=name, reason=failed.reason)
            if name
            else Message("It cannot be taken over: %(reason)s", reason=failed.reason)
        )
        return cls(process=place.process, element=place.element, message=message)


def timer_texts(spec: Specification) -> dict[tuple[str, str], tuple[str, str]]:
    """Return what each timer is computed from: (name, text) by process and element."""
    return {
        (graph.home, node.bpmn_id): (node.bpmn_name or node.bpmn_id, definition.expression.strip())
        for graph in (spec.root, *spec.called.values())
        for node in graph.task_specs.values()
        if isinstance(definition := getattr(node, "event_definition", None), Timer | CycleTimer)
    }


@dataclass(frozen=True, kw_only=True)
class Names:
    """How the nodes of a process are called in the new version."""

    old: ProcessSpec
    spec: ProcessSpec
    mapping: Mapping[tuple[str, str], str]

    def new(self, name: str) -> str | None:
        """Return the name of the node that takes the place of another; None where there is none."""
        if name == self.old.end.name:
            return str(self.spec.end.name)
        ending = next((one for one in (SPLIT, CHILD) if name.endswith(one)), "")
        base = name.removesuffix(ending)
        renamed = self.mapping.get((self.old.home, base), base) + ending
        return renamed if renamed in self.spec.task_specs else None

    def node(self, old: Any) -> Any:
        """Return the node that takes the place of another, None where there is none."""
        name = self.new(old.name)
        return None if name is None else self.spec.task_specs[name]
