"""From one version to another: how nodes are called there, and why a token cannot go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.definitions.messages import Message
from workflows.engine.joins import ProcessSpec

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
