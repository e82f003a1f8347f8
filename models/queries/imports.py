"""Reads for the page of an import: where a draft comes from, and the lines of its report."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.imports import DraftImport, ImportLine

OPEN = ("todo", "dropped", "guessed")
"""Severities that somebody has to look at."""


def read_import(session: Session, draft_id: int) -> DraftImport | None:
    """Return where a draft comes from, None for one that was not imported."""
    return session.get(DraftImport, draft_id)


def read_lines(session: Session, draft_id: int) -> list[ImportLine]:
    """Return the lines of a draft's report, what is to do first."""
    return list(
        session.scalars(
            select(ImportLine).where(ImportLine.draft_id == draft_id).order_by(ImportLine.number)
        )
    )


def count_open(session: Session, draft_ids: Collection[int]) -> dict[int, int]:
    """Return how many lines nobody has dealt with, by draft; 0 where all were, none otherwise."""
    rows = session.execute(
        select(
            DraftImport.draft_id,
            func.count(ImportLine.number).filter(
                ImportLine.dealt_by == "", ImportLine.severity.in_(OPEN)
            ),
        )
        .outerjoin(ImportLine, ImportLine.draft_id == DraftImport.draft_id)
        .where(DraftImport.draft_id.in_(draft_ids))
        .group_by(DraftImport.draft_id)
    )
    return {int(draft): int(count) for draft, count in rows}
