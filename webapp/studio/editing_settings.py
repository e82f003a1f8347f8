"""The settings of a draft in the browser: bundle.toml as fields, its comments left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.people import ROLES
from webapp.language import gettext
from webapp.permissions import may
from webapp.rendering.words import role_name
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import common_words, edited, sheet
from webapp.studio.editing_forms import list_name
from webapp.studio.looking import parts_of
from webapp.studio.saving import sent_file
from webapp.studio.sources import Source, draft_of
from workflows.definitions.archive import ArchiveRefused
from workflows.definitions.bundle import SETTINGS, read_toml
from workflows.definitions.forms import Form
from workflows.definitions.messages import Message
from workflows.definitions.settings import CASE_COLUMNS, OFFERS
from workflows.definitions.settingswriting import LISTS, MAPPINGS, STAGE, TEXTS, rewritten
from workflows.errors import DefinitionRefused

MOST = 200
LONGEST = 2_000


@blueprint.get("/<key>/<ref>/settings")
@may(PROCESS_ADMIN)
def edit_settings(key: str, ref: str) -> ResponseReturnValue:
    """Open a draft's bundle.toml as a form; what is no TOML is edited as it is written."""
    source = edited(key, ref, SETTINGS)
    table = read_toml(SETTINGS, source.files[SETTINGS])
    parts = parts_of(source)
    address = url_for("studio.rewrite_settings", key=key, ref=ref)
    return render_template(
        "studio/settings.html",
        words=_words(),
        values=table,
        diagrams=[(one.name, one.title) for one in parts if one.kind == "diagram"],
        forms=[(one.name, f"{one.title} ({one.name})") for one in parts if one.kind == "form"],
        tables=[(one.name, one.title) for one in parts if one.kind == "table"],
        roles=[(role, role_name(role)) for role in ROLES],
        offers=[(one, list_name(one)) for one in OFFERS],
        columns=_columns(),
        fields=_fields(source, str(table.get("start_form", ""))),
        setup={"stages": table.get("stages", []), "lanes": list(_lanes(table).items())},
        **sheet(source, SETTINGS, rewrite=address),
    )


@blueprint.post("/<key>/<ref>/settings")
@may(PROCESS_ADMIN)
def rewrite_settings(key: str, ref: str) -> ResponseReturnValue:
    """Return bundle.toml with the values of the form; nothing is kept before it is saved."""
    draft_of(key, ref)
    path, content = sent_file()
    if path != SETTINGS:
        raise ArchiveRefused(Message("it cannot be read as text"))
    return jsonify(content=rewritten(content.decode("utf-8"), _sent()))


def _sent() -> dict[str, Any]:
    """Return the values that the form sent; ArchiveRefused for anything of another shape."""
    values = request.get_json().get("values")
    if not isinstance(values, dict):
        raise ArchiveRefused(Message("it cannot be read as text"))
    found: dict[str, Any] = {}
    for name in TEXTS:
        if name in values:
            found[name] = _text(values[name])
    for name in LISTS:
        if name in values:
            found[name] = [_text(one) for one in _rows(values[name])]
    for name in MAPPINGS:
        if name in values:
            pairs = [_rows(one) for one in _rows(values[name])]
            found[name] = {_text(key): _text(value) for key, value in pairs}
    if "stages" in values:
        found["stages"] = [
            {name: _text(row.get(name, "")) for name in STAGE}
            for row in _rows(values["stages"])
            if isinstance(row, dict)
        ]
    return found


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ArchiveRefused(Message("it cannot be read as text"))
    return value.strip()


def _rows(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST:
        raise ArchiveRefused(Message("it cannot be read as text"))
    return value


def _lanes(table: Mapping[str, Any]) -> dict[str, str]:
    lanes = table.get("lanes", {})
    return {str(k): str(v) for k, v in lanes.items()} if isinstance(lanes, dict) else {}


def _fields(source: Source, name: str) -> list[tuple[str, str]]:
    """Return the fields of the form that starts a case: key and label."""
    path = f"forms/{name}.form"
    try:
        form = Form.parse(source.files[path], file=path) if path in source.files else None
    except DefinitionRefused:
        form = None
    return [] if form is None else [(one.key, one.label) for one in form.fields]


def _columns() -> list[tuple[str, str]]:
    names = {
        "title": gettext("Title of the case"),
        "category": gettext("Category"),
        "kind": gettext("Kind"),
        "place": gettext("Place"),
        "enterprise": gettext("Company"),
        "credit_code": gettext("Credit code"),
        "contact": gettext("Contact"),
        "phone": gettext("Phone"),
    }
    return [(column, names.get(column, column)) for column in CASE_COLUMNS]


def _words() -> dict[str, str]:
    return {
        **common_words(),
        "line": gettext("Go to line {number}"),
        "lane": gettext("Lane {number}"),
        "role": gettext("Role of lane {number}"),
        "stage-key": gettext("Stage {number}: key"),
        "stage-title": gettext("Stage {number}: title"),
        "stage-title_en": gettext("Stage {number}: English title"),
        "up": gettext("Row {number}: up"),
        "down": gettext("Row {number}: down"),
        "remove": gettext("Row {number}: remove"),
    }
