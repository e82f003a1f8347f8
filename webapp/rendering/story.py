"""The story of a case: each kind of event as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from webapp.language import ENGLISH, gettext, language

SENTENCES = {
    "case_submitted": lazy_gettext("Case submitted"),
    "case_opened": lazy_gettext("Opened from the case {number}"),
    "case_linked": lazy_gettext("Linked to the case {number}"),
    "task_completed": lazy_gettext("{name}: {outcome}"),
    "task_handed_on": lazy_gettext("{name}: handed on from {from} to {to}. {reason}"),
    "message_received": lazy_gettext("Message received: {name}"),
    "message_sent": lazy_gettext("{name}: {outcome}"),
    "deadline_paused": lazy_gettext("Clock stopped: {reason}"),
    "deadline_resumed": lazy_gettext("Clock running again: {reason}"),
    "deadline_extended": lazy_gettext("Time limit extended: {reason}"),
    "deadline_put_off": lazy_gettext("Time limit extended to {until}: {reason}"),
    "moved_to_place": lazy_gettext("Handed to {place}"),
    "parties_added": lazy_gettext("Taking part as well: {units}"),
    "minutes_issued": lazy_gettext("Minutes {number} were issued ({session}, item {item})"),
    "document_received": lazy_gettext("{unit} has received: {document}"),
    "letter_issued": lazy_gettext("Letter {number}: {subject}"),
    "urged": lazy_gettext("{level}: {units}"),
    "step_recalled": lazy_gettext("Taken back: {name}"),
    "version_changed": lazy_gettext("Goes on by version {to} of the process. {reason}"),
    "timer_fired": lazy_gettext("Time reached: {name}"),
    "forwarded": lazy_gettext("Forwarded to {unit}"),
    "replied": lazy_gettext("Reply {number} was sent to the company"),
    "placed_on_agenda": lazy_gettext("Placed on the agenda: {session}"),
    "session_moved": lazy_gettext("The session was moved to {on}: {session}"),
    "decided": lazy_gettext("Decided at the table"),
    "case_closed": lazy_gettext("Case closed"),
    "case_declined": lazy_gettext("Not accepted"),
    "case_withdrawn": lazy_gettext("Withdrawn by the company"),
    "case_suspended": lazy_gettext("The case is suspended"),
    "case_resumed": lazy_gettext("The case goes on"),
    "case_cancelled": lazy_gettext("Cancelled by the office"),
    "repair_told": lazy_gettext("Corrected by the process admins"),
    "repaired": lazy_gettext("Repair"),
}
"""What a kind of line is called; operations add a `text` to their lines instead."""


REPAIRS = {
    "set": lazy_gettext("Repair: values changed ({name})"),
    "move": lazy_gettext("Repair: moved from “{name}” to “{to}”"),
    "add": lazy_gettext("Repair: “{to}” begun beside “{name}”"),
    "end": lazy_gettext("Repair: “{name}” ended"),
    "rearm": lazy_gettext("Repair: new time for “{name}”"),
    "restore": lazy_gettext("Repair: back to where it stood after step {step}"),
    "suspend": lazy_gettext("Repair: suspended"),
    "resume": lazy_gettext("Repair: let go on"),
    "cancel": lazy_gettext("Repair: cancelled"),
}
"""What a repair is called in the story, by its kind."""


def sentence(kind: str, values: Mapping[str, Any]) -> str:
    """Return the sentence of a line of the story in the reader's language."""
    return remark(values) or title(kind, values)


def remark(values: Mapping[str, Any]) -> str:
    """Return the words that an operation added to a line, '' for none."""
    return _said(values, "text")


def title(kind: str, values: Mapping[str, Any]) -> str:
    """Return what happened, without what was said."""
    known = SENTENCES.get(kind)
    if known is None:
        return gettext("Something was done automatically")
    words = {key: _said(values, key) for key in values}
    if kind == "repaired":
        known = REPAIRS.get(words.get("act", ""), known)
    if kind == "task_completed" and not words.get("outcome"):
        return gettext("{name} done").format(name=words.get("name", ""))
    if kind == "message_received" and words.get("number"):
        known = lazy_gettext("Message received from the case {number}: {name}")
    if kind == "message_sent" and not words.get("outcome"):
        return words.get("name", "")
    return str(known).format_map(_Blank(words)).rstrip("：: ")


class _Blank(dict[str, str]):
    """Words for a sentence; an absent one leaves nothing behind."""

    def __missing__(self, key: str) -> str:
        return ""


def _said(values: Mapping[str, Any], key: str) -> str:
    english = values.get(f"{key}_en") if language() == ENGLISH else None
    found = english or values.get(key)
    return "" if found is None else str(found)
