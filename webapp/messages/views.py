"""The list of messages, and that they were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.notices import NoticeRow, count_unread, notices
from webapp.context import city, now, person, reading
from webapp.language import ENGLISH, gettext, language
from webapp.permissions import SIGNED_IN, may
from workflows.actions.notices import mark_read

blueprint = Blueprint("messages", __name__, template_folder="templates")
MOST_DIGITS = 18
"""Of a message's id as an address may give it."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A notice in words: a heading, and what was said."""

    row: NoticeRow
    subject: str
    body: str


@blueprint.get("/messages")
@may(SIGNED_IN)
def index() -> ResponseReturnValue:
    """List what this person was told, newest first."""
    before = request.args.get("before", "")
    with reading() as session:
        rows, more = notices(session, person().actor.scope, before=_number(before))
        unread = count_unread(session, person().actor.scope)
    return render_template(
        "messages/index.html",
        messages=[in_words(row) for row in rows],
        unread=unread,
        newest=rows[0].id if rows else 0,
        more=more,
        is_first_page=not before,
    )


@blueprint.post("/messages/read")
@may(SIGNED_IN)
def read() -> ResponseReturnValue:
    """Note that all that was shown has been read."""
    until = request.form.get("until", "")
    mark_read(city(), person().actor, _number(until) or 0, now=now())
    flash(gettext("Marked as read."), "good")
    return redirect(url_for("messages.index"), 303)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def in_words(row: NoticeRow) -> Message:
    """Return a notice in the reader's language."""
    said = _chosen(row.values)
    if row.kind == "urged":
        subject = " · ".join(part for part in (said("level"), said("name")) if part)
        return Message(row=row, subject=subject, body=said("text"))
    if row.kind == "task_opened" and not said("subject"):
        turn = gettext("Now it is your turn: %(task)s", task=said("name"))
        return Message(row=row, subject=turn, body=said("sentence"))
    return Message(row=row, subject=said("subject") or said("name"), body=said("body"))


def _chosen(values: Mapping[str, Any]) -> Callable[[str], str]:
    """Return what reads a notice's words: the English ones for English readers, if any."""

    def said(key: str) -> str:
        english = values.get(f"{key}_en") if language() == ENGLISH else None
        return str(english or values.get(key) or "")

    return said
