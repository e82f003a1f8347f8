"""Tables, forms and texts of a draft as files: begun, called otherwise."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.context import city, now, person
from webapp.language import gettext
from webapp.permissions import may
from webapp.studio.beginning import diagram_words
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import EDITORS
from webapp.studio.saving import sent_words
from webapp.studio.shipping import sent_back
from webapp.studio.sources import draft_of
from workflows.actions import draft_files, draft_parts
from workflows.definitions.contents import kind_of
from workflows.errors import InvalidEntries, NotFound


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


@blueprint.post("/<key>/<ref>/begin")
@may(PROCESS_ADMIN)
def begin_part(key: str, ref: str) -> ResponseReturnValue:
    """Put an empty diagram or table into a draft, for whoever is drawing; say where it is edited.

    Sent are `kind` (`diagram` or `table`), `name` and `title`.
    """
    draft = draft_of(key, ref)
    kind, name, title = sent_words("kind", "name", "title")
    try:
        if kind == "diagram":
            path = draft_parts.add_diagram(
                city(), person().actor, draft.id,
                key=name, title=title, words=diagram_words(), now=now(),
            )  # fmt: skip
        elif kind == "table":
            path = draft_files.add_file(
                city(), person().actor, draft.id, kind, name,
                title=title, words=_words(), now=now(),
            )  # fmt: skip
        else:
            raise NotFound
    except InvalidEntries as error:
        return jsonify(sentence=" ".join(gettext(one) for one in error.errors.values())), 422
    return jsonify(path=path, address=url_for(EDITORS[kind], key=key, ref=ref, path=path))


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
