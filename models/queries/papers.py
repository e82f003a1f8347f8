"""A case's papers: attachments, and what was typed in each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.files import File
from models.queries.visibility import Scope, visible_cases

STEP_COLUMNS = (
    Step.number,
    Step.kind,
    Step.at,
    Step.actor,
    Step.process,
    Step.element,
    Step.form,
    Step.values,
    Step.version_id,
    Step.recalled_by,
)
"""What was done in a step, by whom and when."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """An attachment, without its content."""

    id: UUID
    name: str
    media_type: str
    size: int
    step: int | None
    field: str
    public: bool
    uploaded_at: datetime
    uploaded_by: str


def papers(session: Session, case_id: int, *, public_only: bool = False) -> list[Paper]:
    """Return a case's attachments, oldest first."""
    statement = select(
        File.id,
        File.name,
        File.media_type,
        File.size,
        File.step,
        File.field,
        File.public,
        File.uploaded_at,
        File.uploaded_by,
    ).where(File.case_id == case_id)
    if public_only:
        statement = statement.where(File.public)
    rows = session.execute(statement.order_by(File.uploaded_at, File.id)).mappings()
    return [Paper(**row) for row in rows]


def read_paper(session: Session, scope: Scope, file_id: UUID) -> tuple[Paper, bytes] | None:
    """Return an attachment with its content, if the reader may see its case.

    The company (and the holder of its code) gets public ones only.
    """
    statement = (
        select(
            File.id,
            File.name,
            File.media_type,
            File.size,
            File.step,
            File.field,
            File.public,
            File.uploaded_at,
            File.uploaded_by,
            File.content,
        )
        .join(Case, Case.id == File.case_id)
        .where(File.id == file_id, visible_cases(scope))
    )
    if scope.person is None or (not scope.posts and not scope.everything):
        statement = statement.where(File.public)
    row = session.execute(statement).mappings().first()
    if row is None:
        return None
    fields = dict(row)
    content = bytes(fields.pop("content"))
    return Paper(**fields), content


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """What was done in a step, for reading back its form."""

    number: int
    kind: str
    at: datetime
    actor: str
    process: str
    element: str
    form: str
    values: dict[str, Any]
    version_id: int
    recalled_by: int | None


def steps(session: Session, case_id: int, *, limit: int = 100) -> list[StepRow]:
    """Return the newest steps of a case with what was typed, newest first, and its first one."""
    statement = (
        select(
            *STEP_COLUMNS,
        )
        .where(Step.case_id == case_id)
        .order_by(Step.number.desc())
    )
    rows = [StepRow(**row) for row in session.execute(statement.limit(limit)).mappings()]
    if len(rows) == limit and rows[-1].number > 1:
        first = session.execute(statement.where(Step.number == 1)).mappings()
        rows += [StepRow(**row) for row in first]
    return rows
