"""Stand-ins for attachments: a played form names files, nobody has their content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

from workflows import files
from workflows.city import City
from workflows.definitions.forms import Form

_CONTENT = {
    ".pdf": b"%PDF-1.4\n%%EOF\n",
    ".txt": b"-",
    ".png": b"\x89PNG\r\n\x1a\n" + bytes(24),
    ".jpg": b"\xff\xd8\xff\xe0" + bytes(24),
}
"""Just enough of each kind to be taken for it; any other file is played as a PDF."""


def stand_in(name: str) -> tuple[str, bytes]:
    """Return the name and the content with which a file is played."""
    clean = files.clean_name(name)
    ending = PurePath(clean).suffix.lower()
    if ending in _CONTENT:
        return clean, _CONTENT[ending]
    return f"{PurePath(clean).stem}.pdf", _CONTENT[".pdf"]


def with_files(
    city: City, form: Form, values: Mapping[str, Any], *, owner: str, now: datetime
) -> dict[str, Any]:
    """Return values in which each name of a file is the id of a stand-in that `owner` may use."""
    found = dict(values)
    for key in form.file_keys:
        named = found.get(key) or ()
        found[key] = [
            _kept(city, str(name), owner, now)
            for name in (named if isinstance(named, (list, tuple)) else [named])
        ]
    return found


def _kept(city: City, name: str, owner: str, now: datetime) -> str:
    try:
        return str(UUID(name))
    except ValueError:
        kept, content = stand_in(name)
        return str(files.store(city, owner=owner, name=kept, content=content, now=now))
