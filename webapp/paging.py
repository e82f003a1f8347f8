"""Keyset paging: the cursor of a page as it stands in an address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

NEVER = "never"
LARGEST_ID = 2**63 - 1


def write_due(cursor: tuple[datetime | None, UUID] | None) -> str:
    """Return a cursor of the inbox as text, '' for none."""
    if cursor is None:
        return ""
    due_at, last_id = cursor
    return f"{due_at.isoformat() if due_at else NEVER}~{last_id}"


def read_due(text: str) -> tuple[datetime | None, UUID] | None:
    """Return the cursor that an address holds; None for an absent or spoilt one."""
    when, _, last_id = text.partition("~")
    try:
        return (None if when == NEVER else _instant(when)), UUID(last_id)
    except ValueError:
        return None


def write_newest(cursor: tuple[datetime, int] | None) -> str:
    """Return a cursor of a list that begins with the newest, '' for none."""
    return f"{cursor[0].isoformat()}~{cursor[1]}" if cursor else ""


def read_newest(text: str) -> tuple[datetime, int] | None:
    """Return the cursor that an address holds; None for an absent or spoilt one."""
    when, _, last_id = text.partition("~")
    try:
        found = _instant(when), int(last_id)
    except ValueError:
        return None
    return found if 0 <= found[1] <= LARGEST_ID else None


def _instant(text: str) -> datetime:
    # In an address a plus sign may arrive as a blank.
    found = datetime.fromisoformat(text.replace(" ", "+"))
    if found.tzinfo is None:
        raise ValueError("a cursor's time has a zone")
    return found
