"""Attachments: taken in by what their content is, not by what their name says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

import filetype
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from models.files import File
from workflows.city import City
from workflows.definitions.forms import Form
from workflows.errors import FileRefused, InvalidEntries

LARGEST = 20 * 1024 * 1024
"""Largest attachment, in bytes."""
NAME_LENGTH = 200
MOST_WAITING = 60
"""Uploads that one owner may have waiting for a step."""
MOST_WAITING_BYTES = 200 * 1024 * 1024
KEPT_WAITING = timedelta(days=30)
"""How long an upload that no step takes, and a booking that nobody sends, are kept."""

ZIP = "application/zip"
OLE = frozenset({"application/msword", "application/vnd.ms-excel", "application/x-ole-storage"})
_OFFICE = "application/vnd.openxmlformats-officedocument."
ACCEPTED: Mapping[str, tuple[str, frozenset[str]]] = {
    ".pdf": ("application/pdf", frozenset({"application/pdf"})),
    ".png": ("image/png", frozenset({"image/png"})),
    ".jpg": ("image/jpeg", frozenset({"image/jpeg"})),
    ".jpeg": ("image/jpeg", frozenset({"image/jpeg"})),
    ".gif": ("image/gif", frozenset({"image/gif"})),
    ".webp": ("image/webp", frozenset({"image/webp"})),
    ".heic": ("image/heic", frozenset({"image/heic"})),
    ".mp4": ("video/mp4", frozenset({"video/mp4"})),
    ".docx": (
        _OFFICE + "wordprocessingml.document",
        frozenset({ZIP, _OFFICE + "wordprocessingml.document"}),
    ),
    ".xlsx": (
        _OFFICE + "spreadsheetml.sheet",
        frozenset({ZIP, _OFFICE + "spreadsheetml.sheet"}),
    ),
    ".pptx": (
        _OFFICE + "presentationml.presentation",
        frozenset({ZIP, _OFFICE + "presentationml.presentation"}),
    ),
    ".ofd": ("application/ofd", frozenset({ZIP})),
    ".doc": ("application/msword", OLE),
    ".xls": ("application/vnd.ms-excel", OLE),
    ".txt": ("text/plain", frozenset({"text/plain"})),
}
"""Ending -> (media type that is served, media types that the content may be)."""
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")


def task_owner(work_item_id: UUID) -> str:
    """Return the token of a task's uploads: they stay with it, whoever takes it over."""
    return f"task:{work_item_id}"


def store(
    city: City, *, owner: str, name: str, content: bytes, now: datetime, uploaded_by: str = ""
) -> UUID:
    """Keep an upload until a step takes it, and return its id.

    `owner` is the token of the session or draft that may use it. Raises FileRefused.
    """
    clean = clean_name(name)
    media_type = checked_type(clean, content)
    file_id = uuid4()
    with city.database.transaction() as session:
        _require_room(session, owner, clean, len(content))
        session.execute(
            insert(File).values(
                id=file_id,
                owner=owner,
                name=clean,
                media_type=media_type,
                size=len(content),
                sha256=hashlib.sha256(content).digest(),
                uploaded_at=now,
                uploaded_by=uploaded_by,
                content=content,
            )
        )
    return file_id


def _require_room(session: Session, owner: str, name: str, size: int) -> None:
    """Raise FileRefused when an owner has too much waiting; two uploads at once may both pass."""
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(File.size), 0)).where(
            File.owner == owner, File.case_id.is_(None)
        )
    ).one()
    if count >= MOST_WAITING or total + size > MOST_WAITING_BYTES:
        raise FileRefused(name=name, reason="too many files wait here to be sent")


def forget_waiting(city: City, *, now: datetime) -> int:
    """Delete the uploads that no step took in `KEPT_WAITING`; return how many."""
    with city.database.transaction() as session:
        gone = session.execute(
            delete(File)
            .where(File.case_id.is_(None), File.uploaded_at < now - KEPT_WAITING)
            .returning(File.id)
        )
        return len(gone.all())


def clean_name(name: str) -> str:
    """Return the last part of a file's name without control characters, cut to a length."""
    last = PurePath(name.replace("\\", "/")).name
    printable = "".join(char for char in last if char.isprintable()).strip()
    stem, suffix = PurePath(printable).stem, PurePath(printable).suffix
    return (stem[: NAME_LENGTH - len(suffix)] or "file") + suffix


def checked_type(name: str, content: bytes) -> str:
    """Return the media type to serve a file with, or raise FileRefused."""
    if not content:
        raise FileRefused(name=name, reason="it is empty")
    if len(content) > LARGEST:
        raise FileRefused(name=name, reason="it is larger than 20 MB")
    accepted = ACCEPTED.get(PurePath(name).suffix.lower())
    if accepted is None:
        raise FileRefused(name=name, reason="files of this kind are not taken")
    served, possible = accepted
    if _found_type(content) not in possible:
        raise FileRefused(name=name, reason="its content is not what its name says")
    return served


def _found_type(content: bytes) -> str:
    if content.startswith(OLE_MAGIC):
        return "application/x-ole-storage"
    kind = filetype.guess(content)
    if kind is not None:
        return str(kind.mime)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "text/plain" if "\0" not in text else ""
    return ""


def attach(
    session: Session,
    form: Form | None,
    values: Mapping[str, Any],
    *,
    owner: str,
    case_id: int,
    step: int,
    public: bool,
) -> None:
    """Give the uploads that a form names to the case; unknown ids are an error of the form."""
    for key in form.file_keys if form else ():
        wanted = [str(value) for value in values.get(key) or ()]
        if not wanted:
            continue
        try:
            ids = [UUID(value) for value in wanted]
        except ValueError as error:
            raise InvalidEntries({key: "Please choose the file again."}) from error
        taken = session.scalars(
            update(File)
            .where(File.id.in_(ids), File.owner == owner, File.case_id.is_(None))
            .values(case_id=case_id, step=step, field=key, public=public)
            .returning(File.id)
        ).all()
        if len(taken) != len(set(ids)):
            raise InvalidEntries({key: "Please choose the file again."})
