"""The audit trail as it is read: newest first, a page at a time, each entry with what it hangs on.

A page is one walk along an index; what it shows of cases, steps and the entries before is looked
up for its lines alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from models.audit import AuditEntry
from models.bundle_drafts import BundleDraft
from models.cases import Case, Step, TimelineEntry
from models.people import Person
from models.processes import Process, ProcessVersion
from models.queries.visibility import Scope, visible_cases

Cursor = tuple[datetime, int]
"""Time and id of the last line of a page."""

MOST_NAMES = 200
"""People whose name holds what was typed, at most; the rest needs more of the name."""


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What a reader narrows the trail to; what is empty narrows nothing.

    `who`: a part of a name, or a sign-in name. `actions`: kinds of act. `number`: of a case.
    `since` and `until`: from when on, and before when.
    """

    who: str = ""
    actions: tuple[str, ...] = ()
    number: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """An entry with its case, its step's line of the story, and the hashes it is held against.

    `before` is the hash of the entry before it of the same case, None where it has none or no
    case; `head` is the hash that the case names as its newest where this entry is that, else None.
    `sender` is the number of the case that a delivered message came from.
    """

    id: int
    case_id: int | None
    at: datetime
    person_id: int | None
    actor: str
    action: str
    detail: dict[str, Any]
    hash: bytes
    number: str | None
    title: str | None
    version_id: int | None
    process: str | None
    said: str | None
    words: dict[str, Any] | None
    sender: str | None
    before: bytes | None
    head: bytes | None


@dataclass(frozen=True, kw_only=True)
class Named:
    """What ids and keys in the details stand for: processes, versions by id, drafts there still."""

    titles: dict[str, tuple[str, str]]
    versions: dict[int, tuple[str, int]]
    drafts: frozenset[int]


def audit_lines(
    session: Session,
    scope: Scope,
    wanted: AuditFilter,
    *,
    after: Cursor | None = None,
    limit: int = 30,
) -> tuple[list[AuditLine], Cursor | None]:
    """Return the entries that the reader may see, newest first, and the cursor of the next page."""
    page = select(AuditEntry).where(*_conditions(scope, wanted))
    if after is not None:
        page = page.where(tuple_(AuditEntry.at, AuditEntry.id) < after)
    newest = page.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit + 1)
    rows = session.execute(_with_surroundings(newest)).mappings()
    lines = [AuditLine(**row) for row in rows]
    more = (lines[limit - 1].at, lines[limit - 1].id) if len(lines) > limit else None
    return lines[:limit], more


def named_things(session: Session, versions: Collection[int], drafts: Collection[int]) -> Named:
    """Return what these versions and all processes are called, and which drafts still exist."""
    wanted = and_(ProcessVersion.process_id == Process.id, ProcessVersion.id.in_(versions))
    rows = session.execute(
        select(
            Process.key,
            Process.title,
            Process.title_en,
            ProcessVersion.id,
            ProcessVersion.number,
        ).outerjoin(ProcessVersion, wanted)
    ).all()
    there = select(BundleDraft.id).where(BundleDraft.id.in_(drafts))
    return Named(
        titles={row.key: (row.title, row.title_en) for row in rows},
        versions={row.id: (row.key, row.number) for row in rows if row.id is not None},
        drafts=frozenset(session.scalars(there)) if drafts else frozenset(),
    )


def _conditions(scope: Scope, wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if not scope.everything:
        seen = select(Case.id).where(Case.id == AuditEntry.case_id, visible_cases(scope))
        found.append(or_(AuditEntry.case_id.is_(None), seen.exists()))
    if wanted.who:
        found.append(AuditEntry.actor == func.any(_people(wanted.who)))
    if wanted.actions:
        found.append(AuditEntry.action.in_(wanted.actions))
    if wanted.number:
        its = select(Case.id).where(Case.number == wanted.number).scalar_subquery()
        found.append(AuditEntry.case_id == its)
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    return found


def _people(who: str) -> ColumnElement[Any]:
    """Return the names, as the trail has them, that somebody may mean."""
    meant = or_(func.strpos(Person.name, who) > 0, Person.login == who)
    names = select(Person.name).where(meant).distinct().limit(MOST_NAMES)
    return func.array_append(func.array(names.scalar_subquery()), who, type_=ARRAY(Text))


def _with_surroundings(newest: Select[Any]) -> Select[Any]:
    """Return the statement of a page's lines with their cases, steps and neighbours."""
    one = aliased(AuditEntry, newest.subquery("page"))
    step = one.detail["step"].as_integer()
    of_step = and_(TimelineEntry.case_id == one.case_id, TimelineEntry.step == step)
    first = (
        select(TimelineEntry.kind.label("said"), TimelineEntry.values.label("words"))
        .where(of_step)
        .order_by(TimelineEntry.id)
        .limit(1)
        .lateral("first")
    )
    other = aliased(AuditEntry)
    same = other.case_id == one.case_id
    before = (
        select(other.hash).where(same, other.id < one.id).order_by(other.id.desc()).limit(1)
    ).scalar_subquery()
    later = select(other.id).where(same, other.id > one.id).exists()
    sending = aliased(Case)
    # Other acts have names under "from": the number is read where it is one.
    sender = case((one.action == "deliver", one.detail["from"].astext), else_=None)
    return (
        select(
            one.id,
            one.case_id,
            one.at,
            one.person_id,
            one.actor,
            one.action,
            one.detail,
            one.hash,
            Case.number,
            Case.title,
            Step.version_id,
            Step.process,
            first.c.said,
            first.c.words,
            sending.number.label("sender"),
            before.label("before"),
            case((~later, Case.audit_hash), else_=None).label("head"),
        )
        .outerjoin(Case, Case.id == one.case_id)
        .outerjoin(Step, and_(Step.case_id == one.case_id, Step.number == step))
        .outerjoin(first, Case.id == one.case_id)
        .outerjoin(sending, and_(sending.id == cast(sender, BigInteger), sending.id != one.case_id))
        .order_by(one.at.desc(), one.id.desc())
    )
