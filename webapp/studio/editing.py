"""What the editors of tables, forms, texts and settings have in common: which file, which words."""

from __future__ import annotations

from typing import Any

from flask import url_for

from webapp.language import gettext
from webapp.studio.looking import parts_of
from webapp.studio.saving import editing
from webapp.studio.sources import Source, source_of
from workflows.definitions.contents import kind_of
from workflows.errors import NotFound

EDITORS = {
    "diagram": "studio.draw",
    "table": "studio.edit_table",
    "form": "studio.edit_form",
    "text": "studio.edit_text",
}
"""Kind of file -> the view that edits it; all others are edited as they are written."""


def edited(key: str, ref: str, path: str, kind: str = "") -> Source:
    """Return the draft that an address names; NotFound unless it holds a file of that kind."""
    source = source_of(key, ref)
    if source.draft is None or path not in source.files:
        raise NotFound
    if kind and kind_of(path) != kind:
        raise NotFound
    return source


def sheet(source: Source, path: str, **addresses: str) -> dict[str, Any]:
    """Return the values of an editor's page; `addresses` are what its script asks beside.

    The findings are asked for the same file, as it stands in the editor.
    """
    found = editing(source, path)
    found["raw"] = url_for("studio.edit_raw", key=source.key, ref=source.ref, path=path)
    found["editor"] |= addresses
    found["editor"]["raw"] = found["raw"]
    found["editor"]["findings"] = url_for("studio.findings", key=source.key, ref=source.ref)
    found["part"] = next(one for one in parts_of(source) if one.path == path)
    return found


def common_words() -> dict[str, str]:
    """Return what all these editors say."""
    return {
        "error": gettext("Error"),
        "warning": gettext("Warning"),
        "notice": gettext("Note"),
        "clean": gettext("The check finds nothing here."),
        "elsewhere": gettext("In other files: {number}"),
        "show": gettext("Show where"),
        "yes": gettext("Yes"),
        "no": gettext("No"),
    }
