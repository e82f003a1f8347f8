"""Who reads a case here: its signed-in company, or the holder of its lookup code."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import session, url_for

from models.queries.portal import opener_of
from models.queries.visibility import Scope
from webapp.context import reading, viewer
from workflows.actor import Actor
from workflows.lookup import Held, open_again

HELD = "held_cases"
MOST = 8
"""Cases that one session holds open by their codes; the oldest goes first."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """On whose behalf a case is shown, and under which addresses; `held` came by a code."""

    actor: Actor
    held: bool

    @property
    def scope(self) -> Scope:
        """What this reader may see."""
        return self.actor.scope

    def case_address(self, number: str) -> str:
        """Return the address of a case's page."""
        return url_for("portal.held_case" if self.held else "portal.my_case", number=number)

    def task_address(self, number: str, task_id: UUID) -> str:
        """Return the address of a task's page."""
        if self.held:
            return url_for("portal.held_task", number=number, task_id=task_id)
        return url_for("portal.my_task", task_id=task_id)

    def letter_address(self, number: str, letter_id: int) -> str:
        """Return the address of a letter."""
        endpoint = "portal.held_letter" if self.held else "portal.my_letter"
        return url_for(endpoint, number=number, letter_id=letter_id)

    def message_address(self, number: str, wait_id: UUID) -> str:
        """Return the address of the page of something that may be done at any time."""
        if self.held:
            return url_for("portal.held_message", number=number, wait_id=wait_id)
        return url_for("portal.my_message", wait_id=wait_id)

    def file_address(self, number: str, file_id: UUID) -> str:
        """Return the address of an attachment."""
        if self.held:
            return url_for("portal.held_file", number=number, file_id=file_id)
        return url_for("portal.my_file", number=number, file_id=file_id)


def hold(held: Held) -> None:
    """Remember in this session that the case was opened by its code."""
    cases = {**_marks()}
    cases.pop(held.number, None)
    cases[held.number] = held.mark
    session[HELD] = dict(list(cases.items())[-MOST:])


def let_go(number: str) -> None:
    """Forget a case in this session: the next one at this screen has to know the code."""
    session[HELD] = {key: mark for key, mark in _marks().items() if key != number}


def holder_of(number: str) -> Reader | None:
    """Return the reader who has opened this case by its code in this session, else None.

    Whoever holds a case by its code reads those that were opened from it, too.
    """
    marks = _marks()
    if not marks:
        return None
    with reading() as database:
        if number not in marks:
            number = opener_of(database, number) or number
        if number not in marks:
            return None
        held = open_again(database, number, marks[number])
    return Reader(actor=held.actor, held=True) if held else None


def held_cases() -> list[Held]:
    """Return the cases that this session holds open."""
    with reading() as database:
        found = [open_again(database, number, mark) for number, mark in _marks().items()]
    return [held for held in found if held is not None]


def company_reader() -> Reader:
    """Return the signed-in person as a reader; only for views that are not public."""
    found = viewer()
    if found is None:
        raise TypeError("This view is public: nobody needs to be signed in.")
    return Reader(actor=found.actor, held=False)


def _marks() -> dict[str, str]:
    found = session.get(HELD)
    return found if isinstance(found, dict) else {}
