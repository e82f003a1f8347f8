"""The frozen values that cross the engine's border: what callers give and what they get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one step may do before it is rolled back and becomes an incident."""

    automatic_nodes: int = 500
    """Nodes that may complete in one step without a person (N of the design)."""
    instances: int = 100
    """Instances of one multi-instance activity (M of the design)."""
    depth: int = 12
    """Called activities inside each other."""
    data_bytes: int = 64 * 1024
    """Size of the routing data of one token, encoded."""
    expression_steps: int = 100_000
    """Steps of FEEL evaluation in one expression."""


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    """A task that waits for a person."""

    id: UUID
    process: str
    """Id of the (called) process that holds the element."""
    element: str
    name: str
    lane: str | None
    """Name of the lane; for a called process without lanes, that of the call activity."""
    properties: Mapping[str, str]
    """Extension properties as written in the diagram (`form`, `due`, `sentence` ...)."""
    data: Mapping[str, Any]
    """Routing values at this token."""
    path: tuple[str, ...]
    """Ids of the call activities around the element, outermost first."""
    instance: int | None = None
    """Number (from 0) inside a multi-instance activity."""


@dataclass(frozen=True, kw_only=True)
class OpenTimer:
    """A timer that waits for the deadlines table to release it."""

    id: UUID
    process: str
    element: str
    name: str
    due_at: datetime
    """Aware UTC; evaluated once, when the token came to the timer."""
    how: Mapping[str, Any]
    """How `due_at` was computed, as the host said; empty for plain dates and durations."""
    guards: UUID | None
    """Task id of the activity whose boundary this timer sits on."""
    interrupting: bool
    expression: str
    """The expression as written, for people who ask why."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Routing values at this token."""


@dataclass(frozen=True, kw_only=True)
class OpenWait:
    """A catching message or signal event that waits for a delivery."""

    id: UUID
    process: str
    element: str
    name: str
    message: str
    properties: Mapping[str, str] = field(default_factory=dict)
    """Extension properties as written in the diagram (`form`, `roles`, `sentence` ...)."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Routing values at this token, as they were when it came here."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A node that completed during this step, in order."""

    process: str
    element: str
    name: str
    kind: str
    """BPMN local name: userTask, exclusiveGateway, callActivity ..."""
    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class DecisionTaken:
    """A business rule task's decision and the rules that matched."""

    element: str
    decision: str
    rules: tuple[str, ...]
    value: Any


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The result of a decision, with the ids of the table rules that matched."""

    value: Any
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Due:
    """A due time and how it was computed."""

    at: datetime
    how: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Where a case stands after a step."""

    state: bytes
    tasks: tuple[OpenTask, ...]
    timers: tuple[OpenTimer, ...]
    waits: tuple[OpenWait, ...]
    ended: bool
    data: Mapping[str, Any]
    """Routing values of the last completed token (of the ended process, when `ended`)."""
    passed: tuple[Passed, ...] = ()
    flows: tuple[tuple[str, str], ...] = ()
    """(process id, sequence flow id) taken during this step, in order."""
    decisions: tuple[DecisionTaken, ...] = ()


class Host(Protocol):
    """What the engine asks of the application while it runs a step."""

    @property
    def now(self) -> datetime:
        """The step's time, aware UTC."""

    @property
    def limits(self) -> Limits:
        """Limits of this step."""

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Domain functions that FEEL expressions may call, by name."""

    def call(self, operation: str, parameters: Mapping[str, Any], element: str) -> Any:
        """Run an operation for a service task inside the step's transaction."""

    def decide(self, decision: str, scope: Mapping[str, Any]) -> Decided:
        """Evaluate a decision for a business rule task."""

    def due(self, value: Any, expression: str) -> Due:
        """Turn a timer's value (date-time, date, duration) into a due time."""
