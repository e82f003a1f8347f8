"""Files of other products become drafts, and what the importer said is dealt with line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select

from models.bundle_drafts import BundleDraft
from models.imports import DraftImport, ImportLine
from workflows import audit
from workflows.actions.bundle_drafts import begun
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.definitions.archive import pack
from workflows.definitions.importer.report import Line
from workflows.errors import NotFound
from workflows.importing_apart import import_upload_apart

MOST_LINES = 3_000
"""Most lines of a report that are kept; of a longer one those that ask for the least go."""


def bring(city: City, actor: Actor, files: Mapping[str, bytes], *, name: str, now: datetime) -> int:
    """Make files of another product (path -> bytes) a draft with its report; return its id.

    The importer runs in another process before anything is locked. Raise DefinitionRefused
    for files that cannot be read, ArchiveRefused for too many.
    """
    require_process_admin(actor)
    imported = import_upload_apart(files, units=city.unit_keys() or None)
    lines = imported.report.ordered()[:MOST_LINES]
    with city.database.transaction() as session:
        draft_id = begun(session, actor, imported.files, name=name, now=now)
        row = {"draft_id": draft_id, "dialect": imported.dialect, "archive": pack(files)}
        session.execute(insert(DraftImport), [row])
        if lines:
            session.execute(
                insert(ImportLine), [_row(draft_id, *one) for one in enumerate(lines, start=1)]
            )
    return draft_id


def _row(draft_id: int, number: int, line: Line) -> dict[str, object]:
    return {"draft_id": draft_id, "number": number, "dealt_by": "", **line.as_data()}


def deal(
    city: City, actor: Actor, draft_id: int, number: int, *, done: bool, now: datetime
) -> ImportLine:
    """Write down that a line of a draft's report was dealt with, or that it was not after all."""
    require_process_admin(actor)
    with city.database.transaction() as session:
        line = session.scalars(
            select(ImportLine)
            .where(ImportLine.draft_id == draft_id, ImportLine.number == number)
            .with_for_update()
        ).one_or_none()
        if line is None:
            raise NotFound
        if bool(line.dealt_by) != done:
            line.dealt_by, line.dealt_at = (actor.name, now) if done else ("", None)
            key = session.scalars(
                select(BundleDraft.process_key).where(BundleDraft.id == draft_id)
            ).one()
            audit.note(
                session,
                "import_line_dealt_with" if done else "import_line_opened_again",
                now=now,
                actor=actor.name,
                person_id=actor.person_id,
                detail={"draft": draft_id, "process": key, "line": number, "of": line.element},
            )
            session.flush()
        session.expunge(line)
        return line
