"""What a step has to tell other cases, or to begin: rows that wait until the step is committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.engine.state import Unstorable, frozen, thawed
from workflows.errors import Place, StepFailed
from workflows.rows import Row

ORIGIN = "origin"
MERGED = "merged"
PART = "part"
LINKED_CASE_CLOSED = "linked_case_closed"
MAIN_CASE_CLOSED = "main_case_closed"
TOLD_BY_HAND = ("theme", "related")
"""Kinds of links over which the end of a case tells nobody by itself."""
GIVEN_NAMES = frozenset((
    ORIGIN, "linked_number", "linked_kind", "linked_result", "linked_reply", "linked_lead",
))  # fmt: skip
"""Names that cases are given from outside: how a case began, and what has become of a linked one.

`origin` is empty for a booking, else the kind of the link over which the case was opened.
`linked_result` is the result of the case that has ended, or its state where it has none;
`linked_reply` the text of its newest reply and `linked_lead` the key of its lead unit; both are
empty where it had none.
"""


def message(case_id: int, name: str, payload: object, *, kind: str = "") -> Row:
    """Return the row of a message to a case; StepFailed where the payload cannot be kept."""
    if payload is not None and not isinstance(payload, Mapping):
        raise StepFailed(
            place=Place(),
            reason=f"the payload of the message {name} is {payload!r}, which is no context",
            advice="Write it as a context such as {policy: title}.",
        )
    return _row("message", payload or {}, case_id=case_id, message=name, link_kind=kind)


def beginning(process_key: str, kind: str, values: Mapping[str, Any]) -> Row:
    """Return the row of a case to be started; `values` are its start form's, as JSON."""
    return _row("start", values, process_key=process_key, link_kind=kind)


def payload_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored payload with the types that it had."""
    return {key: thawed(value) for key, value in stored.items()}


def _row(kind: str, payload: Mapping[str, Any], **columns: Any) -> Row:
    try:
        kept = {str(key): frozen(value) for key, value in payload.items()}
    except Unstorable as error:
        raise StepFailed(
            place=Place(),
            reason=str(error),
            advice="Keep numbers, texts, dates, lists and contexts only.",
        ) from error
    return {
        "kind": kind,
        "case_id": None,
        "message": "",
        "process_key": "",
        "link_kind": "",
        **columns,
        "payload": kept,
    }
