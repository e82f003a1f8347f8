"""What modelers of Chinese products write beside the engine's own words: who does a task, named."""

from __future__ import annotations

import re

from workflows.definitions.importer import people
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.vendor import Piece, guessed, kept, todo
from workflows.definitions.messages import Message

_APART = re.compile(r"[,，;；、]")
_CHOOSES: dict[str, tuple[str, Message]] = {
    "10": ("", Message("whoever has certain roles")),
    "20": ("", Message("the members of departments")),
    "21": ("head", Message("the heads of departments")),
    "22": ("", Message("whoever holds certain posts")),
    "23": ("head", Message("the heads of departments, one above the other")),
    "30": ("", Message("certain people")),
    "34": ("", Message("people whom the one before chooses")),
    "35": ("", Message("people whom the applicant chooses")),
    "36": ("enterprise", Message("the applicant")),
    "37": ("head", Message("the head of the applicant's department")),
    "38": ("head", Message("the heads above the applicant, one after the other")),
    "40": ("", Message("the members of a group")),
    "50": ("", Message("people whom a field of the form names")),
    "51": ("head", Message("the head of a department that a field of the form names")),
    "60": ("", Message("people whom an expression names")),
}
"""Number of a way to choose people -> the role that it comes to, and what it means."""


def names_of(piece: Piece) -> Said:
    """Read how people call those whose keys stand in the assignment."""
    kind = piece.notes.chosen
    names = [one.strip() for one in _APART.split(piece.value) if one.strip()]
    if kind not in ("ROLES", "DEPTS") or not names:
        return kept(
            Message("Those who do the task are called %(value)s.", value=quoted(piece.value))
        )
    piece.notes.called = names
    return guessed(
        Message(
            "The groups are called %(value)s; the lane is %(lane)s.",
            value=quoted(piece.value),
            lane=quoted(names[0]),
        ),
        Message("Look at the lane's role in bundle.toml."),
    )


def kind_of(piece: Piece) -> Said:
    """Read whether an assignment names people, roles or departments."""
    piece.notes.chosen = piece.value.strip()
    return kept(
        Message("%(value)s says what the assignment names.", value=quoted(piece.value))
        if piece.value.strip()
        else ""
    )


def strategy(piece: Piece) -> Said:
    """Read by which rule people are chosen."""
    role, meaning = _CHOOSES.get(piece.value.strip(), ("", Message("people by a rule of its own")))
    if role == "enterprise":
        piece.notes.initiator = True
    elif role:
        piece.notes.groups.append(people.TITLES[role])
    return todo(
        Message(
            "The task goes to %(meaning)s (%(value)s) in the other product; here to everybody who"
            " holds the lane's role.",
            meaning=meaning,
            value=quoted(piece.value),
        ),
        Message("Choose the lane's role, or write the property assignee or unit."),
    )


def chosen(piece: Piece) -> Said:
    """Read which people, roles or departments the rule speaks of, by that product's numbers."""
    value = piece.value.strip()
    if not value:
        return kept("")
    if value.startswith(("${", "#{")):
        return people.assignee(piece)
    return todo(
        Message("Who %(value)s is, only the other product knows.", value=quoted(value)),
        Message("Look it up there, and give these people the lane's role."),
    )
