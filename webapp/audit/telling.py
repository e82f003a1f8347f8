"""An entry of the audit trail in plain words: who, what, about what, why, and is it whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from models.queries.audit import AuditLine, Named, named_things
from webapp.audit.details import Value, details_of, element_words, process_name
from webapp.audit.words import ACTIONS
from webapp.context import person
from webapp.language import gettext
from webapp.permissions import permission_of
from webapp.rendering.story import title
from workflows.actor import SYSTEM
from workflows.audit import chained

DRAFT_ID = "draft"
VERSION_IDS = ("version", "instead_of_id")
CHAINED = ("case_id", "at", "person_id", "actor", "action", "detail")


@dataclass(frozen=True, kw_only=True)
class About:
    """A thing that an entry is about; `href` is empty where the reader may not open it."""

    text: str
    href: str = ""
    sub: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry as the page and the file show it."""

    at: datetime
    who: str
    kind: str
    what: str
    about: tuple[About, ...]
    reason: str
    details: tuple[tuple[str, Value], ...]
    whole: bool


def told(session: Session, lines: Sequence[AuditLine]) -> list[Told]:
    """Return the entries in the reader's language, in their order."""
    named = named_things(session, _ids(lines, VERSION_IDS), _ids(lines, (DRAFT_ID,)))
    return [_told(line, named) for line in lines]


def is_whole(line: AuditLine) -> bool:
    """Tell whether an entry is as it was written, after the one before it, and none is gone."""
    content = {name: getattr(line, name) for name in CHAINED}
    fits = chained(line.before or b"", content) == line.hash
    return fits and line.head in (None, line.hash)


def _told(line: AuditLine, named: Named) -> Told:
    return Told(
        at=line.at,
        who=_who(line),
        kind=str(ACTIONS.get(line.action, line.action)),
        what=_what(line),
        about=tuple(_about(line, named)),
        reason=str(line.detail.get("reason") or line.detail.get("remark") or ""),
        details=tuple(details_of(line, named)),
        whole=is_whole(line),
    )


def _who(line: AuditLine) -> str:
    if line.actor == SYSTEM.name or (not line.actor and line.action == "took_effect"):
        return gettext("The system")
    return line.actor or gettext("Unknown")


def _what(line: AuditLine) -> str:
    """Return the line of the story that the step began with, without its reason; '' for none."""
    if line.said is None:
        return ""
    words: dict[str, Any] = {**(line.words or {}), "reason": ""}
    element = words.get("element")
    if element and not words.get("name"):
        words["name"] = element_words(line, line.process or "", str(element))
    said = title(line.said, words).strip().removesuffix("。").removesuffix(".")
    return "" if said == str(ACTIONS.get(line.action)) else said


def _about(line: AuditLine, named: Named) -> Iterator[About]:
    if line.case_id is not None:
        href = _link("cases.show", case_id=line.case_id)
        yield About(text=line.number or "", href=href, sub=line.title or "")
    yield from _about_process(line, named)
    detail = line.detail
    for key, endpoint, argument, words in (
        ("reception", "reception.show", "reception_id", gettext("Session")),
        ("incident", "repair.incident", "incident_id", gettext("Incident")),
        ("run", "repair.run", "run_id", gettext("Run of repairs")),
    ):
        if isinstance(detail.get(key), int):
            href = _link(endpoint, **{argument: detail[key]})
            yield About(text=f"{words} {detail[key]}", href=href)


def _about_process(line: AuditLine, named: Named) -> Iterator[About]:
    """Give the version, draft or move that an act in the studio is about."""
    detail, key = line.detail, str(line.detail.get("process", ""))
    if line.case_id is not None:
        return
    if "move" in detail and detail.get("version") in named.versions:
        key, number = named.versions[detail["version"]]
        href = _link("studio.move", key=key, number=detail["move"])
        words = gettext("moved to version %(number)d", number=number)
        yield About(text=f"{process_name(key, named)} · {words}", href=href)
    elif "move" in detail:
        yield About(text=gettext("Move %(number)d", number=detail["move"]))
    elif key and isinstance(detail.get("version"), int):
        number = detail["version"]
        href = _link("studio.bundle", key=key, ref=f"v{number}")
        words = gettext("Version %(number)d", number=number)
        yield About(text=f"{process_name(key, named)} · {words}", href=href)
    elif isinstance(detail.get("draft"), int):
        there = bool(key) and detail["draft"] in named.drafts
        href = _link("studio.bundle", key=key, ref=f"d{detail['draft']}") if there else ""
        words = gettext("Draft %(number)d", number=detail["draft"])
        whole = " · ".join(one for one in (process_name(key, named) if key else "", words) if one)
        yield About(text=whole, href=href)
    elif key:
        yield About(text=process_name(key, named))


def _link(endpoint: str, **values: Any) -> str:
    """Return the address of a page, '' where this reader may not open it."""
    allowed = permission_of(current_app, endpoint).admits(person())
    return url_for(endpoint, **values) if allowed else ""


def _ids(lines: Sequence[AuditLine], keys: Sequence[str]) -> set[int]:
    """Return the ids that entries of no case name under these keys."""
    found = (line.detail.get(key) for line in lines if line.case_id is None for key in keys)
    return {one for one in found if isinstance(one, int) and not isinstance(one, bool)}
