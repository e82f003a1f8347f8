"""Who does a task in other products, and which role, unit and login that is here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from models.people import ROLES
from workflows.definitions.importer.draft import translated, untranslated
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.vendor import Piece, guessed, kept, todo
from workflows.definitions.messages import Message

_TABLE = tomllib.loads((Path(__file__).parent / "roles.toml").read_text("utf-8"))
TITLES: dict[str, str] = {str(one["key"]): str(one["title"]) for one in _TABLE["role"]}
"""Role -> name of a lane that is made for it."""
_WORDS = tuple((str(one["key"]), re.compile(one["words"])) for one in _TABLE["role"])
_DEPARTMENT = re.compile(_TABLE["department"], re.IGNORECASE)
_APPLIES = tuple(_TABLE["applies"])
_LONGEST = 60
_PATH = re.compile(r"[\w.]+")


def role_of(text: str) -> str:
    """Return the role that a name of a lane, group or variable stands for; `handler` if unsure."""
    plain = text.strip().lower()
    if plain in ROLES:
        return plain
    return next((role for role, words in _WORDS if words.search(plain)), "handler")


def role_of_task(name: str) -> str:
    """Return the role that a task's own name speaks of."""
    return "enterprise" if any(word in name.lower() for word in _APPLIES) else role_of(name)


def is_department(text: str) -> bool:
    """Return whether a name is that of a department."""
    return bool(_DEPARTMENT.search(text.strip()))


def is_role(text: str) -> bool:
    """Return whether a name says a role rather than one person's login."""
    return role_of(text) != "handler" or is_department(text) or text.strip() == "handler"


def assignee(piece: Piece) -> Said:
    """Read who a task is assigned to."""
    value, draft, notes = piece.value.strip(), piece.draft, piece.notes
    bare = value.strip("${}#= ")
    if bare in draft.initiators or value in ("$INITIATOR", "${initiator}"):
        notes.initiator = True
        return kept(
            Message(
                "%(value)s: the task lies in the lane of whoever brings the case.",
                value=quoted(value),
            )
        )
    if not value:
        return todo(Message("The assignee is empty."), Message("Choose a lane for the task."))
    if re.split(r"[.\[]", bare)[0] in draft.initiators:
        notes.groups.append(_words_of(bare))
        return untranslated(
            Message("The assignee"),
            value,
            Message("who brings a case is no value here"),
            Message("Whoever holds the lane's role may take the task."),
        )
    try:
        feel, guesses = draft.value(value)
    except Untranslatable as error:
        notes.groups.append(_words_of(value))
        return untranslated(
            Message("The assignee"),
            value,
            error,
            Message("Whoever holds the lane's role may take the task."),
        )
    if draft.is_literal(value):
        return _literal(piece, value, feel)
    notes.assignee = feel
    notes.groups.append(bare[:_LONGEST] if _PATH.fullmatch(bare) else _words_of(value))
    return translated(Message("The assignee"), value, feel, guesses)


def _literal(piece: Piece, value: str, feel: str) -> Said:
    if is_role(bare := value.strip("\"'")):
        piece.notes.groups.append(bare)
        return guessed(
            Message(
                "The assignee %(value)s is taken as a role, not as a login.", value=quoted(value)
            ),
            Message("If it is somebody's login, write it as the property assignee."),
        )
    piece.notes.assignee = feel
    return todo(
        Message(
            "The task is assigned to the login %(value)s, which must exist here.",
            value=quoted(value),
        ),
        Message("Make the account, or delete the property assignee."),
    )


def _words_of(value: str) -> str:
    words = re.findall(r"[^\W\d]\w*", value)
    return next((word for word in reversed(words) if role_of(word) != "handler"), TITLES["handler"])


def users(piece: Piece) -> Said:
    """Read who may take a task, person by person."""
    piece.notes.users += [one.strip("[] ") for one in piece.value.split(",") if one.strip("[] ")]
    return todo(
        Message(
            "%(value)s may take the task in the other product; here everybody who holds the"
            " lane's role may.",
            value=quoted(piece.value),
        ),
        Message("Give them the lane's role."),
    )


def groups(piece: Piece) -> Said:
    """Read which groups may take a task: the first one is its lane."""
    value = piece.value.strip()
    found = []
    for one in value.strip("\"'").split(","):
        name = one.strip().strip("${}#=\"'[] ").strip()
        if name:
            found.append(name if len(name) <= _LONGEST else _words_of(name))
    if "(" in value:
        found = [_words_of(value)]
    if not found:
        return todo(
            Message("The candidate groups are empty."), Message("Choose a lane for the task.")
        )
    piece.notes.groups[:0] = found
    if len(found) > 1 or "(" in value:
        return todo(
            Message(
                "Of the groups %(value)s the task's lane is %(lane)s.",
                value=quoted(value),
                lane=found[0],
            ),
            Message("Give the others the lane's role, or draw a task for each."),
        )
    return guessed(
        Message("The group %(value)s is the lane %(lane)s.", value=quoted(value), lane=found[0]),
        Message("Look at the lane's role in bundle.toml."),
    )


def unit_key(text: str) -> str:
    """Return the key of a unit for a department's name, empty if it cannot be told."""
    plain = text.strip().lower()
    key = re.fullmatch(r"[a-z][a-z0-9_]*", plain) is not None
    return plain if key and is_department(plain) and role_of(plain) == "handler" else ""
