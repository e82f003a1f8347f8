"""The modeler's page, and what the check says of a diagram while it is being drawn."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.language import gettext
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import EDITORS
from webapp.studio.saving import editing, sent_file
from webapp.studio.sources import Source, source_of
from workflows import apart
from workflows.definitions.contents import kind_of
from workflows.definitions.importer.picture import drawn
from workflows.definitions.reading import Unreadable
from workflows.errors import NotFound


@blueprint.get("/<key>/<ref>/draw/<path:path>")
@may(PROCESS_ADMIN)
def draw(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Open a diagram of a draft in the modeler."""
    source = _draft(key, ref)
    if path not in source.files or kind_of(path) != "diagram":
        raise NotFound
    threading.Thread(target=apart.warm, daemon=True).start()  # its first question comes at once
    page = editing(source, path)
    try:
        content = drawn(page["editor"]["content"].encode("utf-8", "replace")).decode()
    except Unreadable:
        flash(gettext("It cannot be drawn as it is; the check says below what is wrong."), "warn")
        return redirect(url_for("studio.edit_raw", key=key, ref=ref, path=path), 303)
    page["editor"] |= {
        "content": content,
        "findings": url_for("studio.findings", key=key, ref=ref),
        "words": url_for("studio.words", key=key, ref=ref, path=path),
    }
    part = next(one for one in looking.parts_of(source) if one.path == path)
    return render_template("studio/draw.html", part=part, modeler_words=_words(), **page)


@blueprint.post("/<key>/<ref>/findings")
@may(PROCESS_ADMIN)
def findings(key: str, ref: str) -> ResponseReturnValue:
    """Say what the check finds when one file of a draft reads as an editor has it.

    Answers with the findings of that file, and with those of the others beside.
    """
    source = _draft(key, ref)
    path, data = sent_file()
    found = looking.findings_with(source, path, data)
    here = [one for one in found if one.at in (path, "")]
    return jsonify(
        findings=_rows(here, source),
        elsewhere=_rows((one for one in found if one.at not in (path, "")), source),
    )


def _rows(found: Iterable[looking.Found], source: Source) -> list[dict[str, Any]]:
    return [
        {
            "severity": one.severity,
            "rule": one.rule,
            "title": one.title,
            "sentence": one.sentence,
            "mend": one.mend,
            "file": one.at,
            "address": address_of(source, one.at),
            "element": one.element,
            "name": one.name,
        }
        for one in found
    ]


def address_of(source: Source, path: str) -> str:
    """Return where a file of a draft is edited; '' for none."""
    if not path:
        return ""
    view = EDITORS.get(kind_of(path), "studio.file")
    return url_for(view, key=source.key, ref=source.ref, path=path)


def _draft(key: str, ref: str) -> Source:
    source = source_of(key, ref)
    if source.draft is None:
        raise NotFound
    return source


def _words() -> dict[str, str]:
    return {
        "error": gettext("Error"),
        "warning": gettext("Warning"),
        "clean": gettext("Nothing: it keeps every rule."),
        "clean_here": gettext("Nothing in this diagram."),
        "looking": gettext("The check is looking …"),
        "errors": gettext("Errors: {count}"),
        "warnings": gettext("Warnings: {count}"),
        "elsewhere": gettext("In other files of the draft"),
        "whole": gettext("The whole diagram"),
        "rule": gettext("Rule {number}: {title}"),
        "unreadable": gettext("This diagram cannot be drawn: {reason}"),
        "diagram": gettext("Diagram: "),
    }
