"""What the forms of repair send: an act, read with care; what it says is checked by the action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from werkzeug.datastructures import MultiDict

from workflows.repairing import KINDS, Act, At
from workflows.worktime import ZONE

VALUES = 5
"""Values that one act changes at most in the browser."""


def read_act(form: MultiDict[str, str], kind: str) -> Act:
    """Return the act that a form asks for; what is absent or spoilt is left out."""
    return Act(
        kind=kind if kind in KINDS else "",
        token=_uuid(form.get("token", "")),
        at=_at(form.get("at", "")),
        to=_at(form.get("to", "")),
        also=tuple(one for one in map(_uuid, form.getlist("also")) if one is not None),
        values=_values(form),
        deadline=_number(form.get("deadline", "")) or None,
        due_at=_moment(form.get("due_at", "")),
        step=_number(form.get("step", "")),
        public=form.get("public", "").strip()[:2000],
        public_en=form.get("public_en", "").strip()[:2000],
    )


def _values(form: MultiDict[str, str]) -> Mapping[str, str]:
    pairs = zip(form.getlist("name")[:VALUES], form.getlist("literal")[:VALUES], strict=False)
    return {name.strip(): text.strip() for name, text in pairs if name.strip()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _at(text: str) -> At | None:
    process, slash, element = text.partition("/")
    return At(process, element) if slash else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _moment(text: str) -> datetime | None:
    """Return a local time of the city as an instant."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 2000 <= found.year <= 2200:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)
