"""Any file of a draft as it is written: for those who know its notation, and for scenarios."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.language import gettext
from webapp.permissions import may
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import common_words, edited, sheet


@blueprint.get("/<key>/<ref>/raw/<path:path>")
@may(PROCESS_ADMIN)
def edit_raw(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Open a draft's file in an editor of plain text, with its findings beside."""
    source = edited(key, ref, path)
    words = {**common_words(), "line": gettext("line {number}")}
    return render_template("studio/raw.html", words=words, **sheet(source, path))
