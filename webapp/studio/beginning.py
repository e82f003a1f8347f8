"""A process from nothing, and the diagrams of a draft: begun, copied, called otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.context import city, now, person
from webapp.language import gettext
from webapp.permissions import may
from webapp.rendering.words import role_name
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.shipping import sent_back
from webapp.studio.sources import draft_of
from workflows.actions import draft_parts
from workflows.errors import InvalidEntries

BEGINNERS = ("enterprise", "clerk", "dispatcher", "registry", "handler", "head", "leader")
"""Who may be asked to begin a case: the roles that work on cases, in the order of a case."""
DRAWN_FIRST = "handler"
"""The lane that an empty diagram has: that of the people who handle cases."""


@blueprint.get("/drafts/new")
@may(PROCESS_ADMIN)
def new_process() -> ResponseReturnValue:
    """Ask what a process that is drawn from nothing is called."""
    return _new_page({}, {"started_by": ["dispatcher", "handler"]})


@blueprint.post("/drafts/new")
@may(PROCESS_ADMIN)
def begin_process() -> ResponseReturnValue:
    """Begin a draft of a process from nothing, and open its diagram."""
    entries = {name: request.form.get(name, "").strip() for name in ("key", "title", "title_en")}
    started_by = [role for role in request.form.getlist("started_by") if role in BEGINNERS]
    new = draft_parts.NewProcess(
        **entries,
        owner=request.form.get("owner", "")[:80],
        started_by=started_by,
        lanes=_lanes(),
        words=diagram_words(),
    )
    try:
        draft_id = draft_parts.begin_new(city(), person().actor, new, now=now())
    except InvalidEntries as error:
        values = {**request.form.to_dict(), "started_by": started_by}
        return _new_page(error.errors, values), 422
    path = f"{new.key}.bpmn"
    return redirect(url_for("studio.draw", key=new.key, ref=f"d{draft_id}", path=path), 303)


@blueprint.post("/<key>/<ref>/new")
@may(PROCESS_ADMIN)
def new_diagram(key: str, ref: str) -> ResponseReturnValue:
    """Put an empty diagram into a draft, and open it."""
    draft, entries = draft_of(key, ref), request.form
    try:
        path = draft_parts.add_diagram(
            city(),
            person().actor,
            draft.id,
            key=entries.get("diagram", "").strip(),
            title=entries.get("title", ""),
            words=diagram_words(),
            now=now(),
        )
    except InvalidEntries as error:
        return sent_back(error, url_for("studio.bundle", key=key, ref=ref))
    return redirect(url_for("studio.draw", key=key, ref=ref, path=path), 303)


@blueprint.post("/<key>/<ref>/copy")
@may(PROCESS_ADMIN)
def copy_diagram(key: str, ref: str) -> ResponseReturnValue:
    """Put a copy of a diagram beside it, and open the copy."""
    draft, path = draft_of(key, ref), request.form.get("path", "")
    name = request.form.get("diagram", "").strip()
    try:
        made = draft_parts.copy_diagram(city(), person().actor, draft.id, path, key=name, now=now())
    except InvalidEntries as error:
        return sent_back(error, url_for("studio.file", key=key, ref=ref, path=path))
    flash(gettext("Put into the draft: %(files)s", files=made), "good")
    return redirect(url_for("studio.draw", key=key, ref=ref, path=made), 303)


@blueprint.post("/<key>/<ref>/rename")
@may(PROCESS_ADMIN)
def rename_diagram(key: str, ref: str) -> ResponseReturnValue:
    """Give a diagram another key, also where it is called."""
    draft, path = draft_of(key, ref), request.form.get("path", "")
    name = request.form.get("diagram", "").strip()
    try:
        made = draft_parts.rename_diagram(
            city(), person().actor, draft.id, path, key=name, now=now()
        )
    except InvalidEntries as error:
        return sent_back(error, url_for("studio.file", key=key, ref=ref, path=path))
    flash(gettext("It is called %(file)s now, also where it is called from.", file=made), "good")
    return redirect(url_for("studio.file", key=key, ref=ref, path=made), 303)


def _new_page(errors: dict[str, str], values: Mapping[str, object]) -> str:
    return render_template(
        "studio/new.html",
        errors={name: gettext(message) for name, message in errors.items()},
        values=values,
        beginners=[(role, role_name(role)) for role in BEGINNERS],
    )


def _lanes() -> dict[str, str]:
    """Return lane name -> role: as the roles are called, so that lanes of these names just work."""
    roles = (DRAWN_FIRST, *(role for role in BEGINNERS if role != DRAWN_FIRST), "supervisor")
    return {role_name(role): role for role in roles}


def diagram_words() -> dict[str, str]:
    """Return how the parts of an empty diagram and of its start form are called."""
    return {
        "start": gettext("Applied for"),
        "end": gettext("Done"),
        "stage": gettext("Handling"),
        "subject": gettext("Matter"),
        "text": gettext("What it is about"),
        "lane": role_name(DRAWN_FIRST),
    }
