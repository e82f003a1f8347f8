"""Tables, forms and texts of a draft as files: begun, called otherwise."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.context import city, now, person
from webapp.language import gettext
from webapp.permissions import may
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import EDITORS
from webapp.studio.shipping import sent_back
from webapp.studio.sources import draft_of
from workflows.actions import draft_files
from workflows.definitions.contents import kind_of
from workflows.errors import InvalidEntries


@blueprint.post("/<key>/<ref>/new-file")
@may(PROCESS_ADMIN)
def new_file(key: str, ref: str) -> ResponseReturnValue:
    """Put an empty table, form or text into a draft, and open it."""
    draft, entries = draft_of(key, ref), request.form
    kind = entries.get("kind", "")
    try:
        path = draft_files.add_file(
            city(),
            person().actor,
            draft.id,
            kind,
            entries.get("name", "").strip(),
            title=entries.get("title", ""),
            words=_words(),
            now=now(),
        )
    except InvalidEntries as error:
        return sent_back(error, url_for("studio.bundle", key=key, ref=ref))
    return redirect(url_for(EDITORS[kind], key=key, ref=ref, path=path), 303)


@blueprint.post("/<key>/<ref>/rename-file")
@may(PROCESS_ADMIN)
def rename_file(key: str, ref: str) -> ResponseReturnValue:
    """Call a table, form or text otherwise, also where it is named."""
    draft, path = draft_of(key, ref), request.form.get("path", "")
    name = request.form.get("name", "").strip()
    try:
        made = draft_files.rename_file(city(), person().actor, draft.id, path, name=name, now=now())
    except InvalidEntries as error:
        return sent_back(error, url_for("studio.file", key=key, ref=ref, path=path))
    flash(gettext("It is called %(file)s now, also where it is named.", file=made), "good")
    return redirect(url_for(EDITORS[kind_of(made)], key=key, ref=ref, path=made), 303)


def _words() -> dict[str, str]:
    return {
        "input": gettext("Category"),
        "output": gettext("Result"),
        "source": gettext("Source"),
        "owner": gettext("Owner"),
    }
