"""Operations that end a case: closed, declined, withdrawn. None can be undone."""

from __future__ import annotations

from workflows.operations.context import OperationContext
from workflows.operations.registry import operation


@operation("close_case", title="办结销号")
def close_case(context: OperationContext, *, result: str | None = None) -> None:
    """Close the case with the result that the department's reply gave.

    result: solved, partly_solved, planned, explained or not_possible
    """
    _end(context, "closed", "case_closed", {})
    context.changes.result = result or context.changes.result


@operation("decline_case", title="登记不予受理")
def decline_case(context: OperationContext, *, reason: str) -> None:
    """Decline the case; the company reads the reason.

    reason: why, in words for the company
    """
    _end(context, "declined", "case_declined", {"text": reason})


@operation("withdraw_case", title="登记撤回")
def withdraw_case(context: OperationContext) -> None:
    """Write down that the company has withdrawn its case."""
    _end(context, "withdrawn", "case_withdrawn", {})


def _end(context: OperationContext, state: str, kind: str, values: dict[str, str]) -> None:
    context.changes.state = state
    context.changes.closed_at = context.now
    context.changes.timeline.append((kind, values, True))
