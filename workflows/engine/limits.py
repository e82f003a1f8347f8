"""What one step may do at most, and how a broken limit or a mistake is said."""

from __future__ import annotations

from typing import Any

from workflows.engine.snapshot import Limits
from workflows.engine.tokens import Run, Token
from workflows.errors import Place, StepFailed

LIMIT = "limit"
"""The cause of an incident where a step did too much."""


def place_of(token: Token | None) -> Place:
    """Return where in the diagrams a token stands."""
    if token is None:
        return Place()
    spec = token.task_spec
    return Place(
        process=getattr(token.workflow.spec, "home", token.workflow.spec.name),
        element=spec.bpmn_id or "",
        name=spec.bpmn_name or "",
    )


def failed(token: Token | None, reason: str, advice: str, cause: str = "") -> StepFailed:
    """Return the failure of a step at a token, for the caller to raise."""
    return StepFailed(place=place_of(token), reason=reason, advice=advice, cause=cause)


class Meter:
    """Counts the nodes that run by themselves in one step."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nodes = 0

    def count(self, token: Token) -> None:
        """Count a node before it runs; StepFailed when there were too many."""
        if token.task_spec.bpmn_id is None:
            return
        self.nodes += 1
        if self.nodes > self.limits.automatic_nodes:
            raise failed(
                token,
                f"more than {self.limits.automatic_nodes} nodes ran in one step without a person",
                "Look for a loop in the diagram that no person and no timer interrupts.",
                LIMIT,
            )


def check_depth(token: Token, run: Run, limits: Limits) -> None:
    """StepFailed when one more called process would be too deep."""
    if token.workflow.depth + 1 > limits.depth:
        raise failed(
            token,
            f"more than {limits.depth} processes call each other",
            "Look for a process that calls itself.",
            LIMIT,
        )


def check_instances(token: Token, count: int, limits: Limits) -> None:
    """StepFailed when a multi-instance activity would have too many instances."""
    if count > limits.instances:
        raise failed(
            token,
            f"{count} instances of one activity, {limits.instances} are allowed",
            "Make the list shorter that the activity is repeated for.",
            LIMIT,
        )


def check_size(token: Token, size: int, limits: Limits) -> None:
    """StepFailed when a token carries more data than routing needs."""
    if size > limits.data_bytes:
        raise failed(
            token,
            f"its values take {size} bytes, {limits.data_bytes} are allowed",
            "Keep texts and lists in the form or in an operation; route by short values.",
            LIMIT,
        )


def describe(error: Exception) -> str:
    """Return an error of the library or of an operation as plain words."""
    text: Any = str(error) or type(error).__name__
    return " ".join(str(text).split()).rstrip(". ")
