"""The panel of cases that have to do with one: what they are to it, and where they stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from models.queries.links import LinkedCase, linked_cases
from models.queries.portal import WaitingRow, waiting_in
from models.queries.visibility import Scope
from webapp.language import gettext, language
from webapp.rendering.lamps import light_of
from webapp.rendering.words import case_state
from webapp.stages import stage_name
from workflows import status
from workflows.lights import Light

KINDS = {
    ("part", True): lazy_gettext("Part of this case"),
    ("part", False): lazy_gettext("This is a part of"),
    ("merged", True): lazy_gettext("Handled together with"),
    ("merged", False): lazy_gettext("Merged into this case"),
    ("theme", True): lazy_gettext("Waits for this policy"),
    ("theme", False): lazy_gettext("Waits for this one"),
    ("visit", True): lazy_gettext("Opened from this visit"),
    ("visit", False): lazy_gettext("Comes from this visit"),
    ("recheck", True): lazy_gettext("Taken up again after a second look"),
    ("recheck", False): lazy_gettext("Was closed, and is taken up again here"),
}
"""What the other case is to this one, by the link's kind and whether this one leads."""


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A line of the panel; address and title are empty where the reader may not open the case."""

    number: str
    title: str
    kind: str
    state: str
    sentence: str
    light: Light | None
    address: str


def linked_lines(
    session: Session, scope: Scope, case_id: int, address: Callable[[LinkedCase], str]
) -> list[Linked]:
    """Return the cases linked to one (which the caller has been given), the oldest link first."""
    found = linked_cases(session, scope, case_id)
    if not found:
        return []
    work: dict[int, list[WaitingRow]] = {}
    for row in waiting_in(session, scope, [one.case_id for one in found]):
        work.setdefault(row.case_id, []).append(row)
    return [_line(one, work.get(one.case_id, []), address) for one in found]


def _line(one: LinkedCase, work: list[WaitingRow], address: Callable[[LinkedCase], str]) -> Linked:
    spoken = status.speaking(work) or (work[0] if work else None)
    return Linked(
        number=one.number,
        title=one.title if one.may_open else "",
        kind=str(KINDS.get((one.kind, one.leads)) or gettext("Related case")),
        state=one.state,
        sentence=_sentence(one, work),
        light=light_of(spoken, one.place_id) if spoken and one.state == "open" else None,
        address=address(one) if one.may_open else "",
    )


def _sentence(one: LinkedCase, work: list[WaitingRow]) -> str:
    """Say where a case stands: what its company reads, else its stage or how it has ended."""
    if one.state != "open":
        return case_state(one.state)
    return status.sentence(work, language()) or stage_name(one.version_id, one.stage)
