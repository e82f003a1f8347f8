"""A form in conversation: pressing an outcome, adding a row or a file shows the form again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage

from webapp.language import gettext, say
from webapp.rendering.forms import ROW_MARK, row_numbers
from workflows.definitions.forms import OUTCOME, Form
from workflows.errors import FileRefused

OPENED = "outcome_open"
"""Hidden entry: the outcome whose own fields are on the page already."""
UPLOAD = "upload:"
"""Before the key of a file field, in the name of its file input."""
WORDS = "_words"
"""Hidden entry: what the other entries are called (`FormPage.words`)."""
CONTROLS = (OPENED, WORDS, "csrf_token", "show", "add_row", "remove_row", "remove_file")
BUTTONS = ("send",)

Keep = Callable[[str, bytes], UUID]
"""Keeps an upload (name, content) and returns its id; raises FileRefused."""


@dataclass(kw_only=True)
class Turn:
    """What a person just did with a form.

    `raw` are the entries after it. `sends` is false when the form only has to be shown again;
    then `opened` names the outcome whose own fields are to be shown, and `begins` tells that
    they show for the first time.
    """

    raw: dict[str, list[str]]
    sends: bool
    opened: str = ""
    begins: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    def start_with(self, form: Form, first: Mapping[str, Sequence[str]]) -> None:
        """Give fields that show for the first time their draft, earlier value or default."""
        option = next((one for one in form.outcomes if one.value == self.opened), None)
        if not self.begins or option is None:
            return
        for name, values in first.items():
            key = name.partition("-")[0]
            if key in option.own_fields and name not in self.raw:
                self.raw[name] = list(values)


def read_turn(form: Form, keep: Keep) -> Turn:
    """Read the posted form: entries, uploads, and what the pressed button asks for."""
    raw = {
        name: values
        for name, values in request.form.lists()
        if name not in CONTROLS and not name.startswith(UPLOAD)
    }
    errors = _take_uploads(form, raw, keep)
    opened = request.form.get(OPENED, "")
    if "remove_file" in request.form:
        key, _, file_id = request.form["remove_file"].partition(":")
        raw[key] = [one for one in raw.get(key, []) if one != file_id]
        return Turn(raw=raw, sends=False, opened=opened, errors=errors)
    if "add_row" in request.form or "remove_row" in request.form:
        _change_rows(form, raw)
        return Turn(raw=raw, sends=False, opened=opened, errors=errors)
    if "show" in request.form or errors:
        return Turn(raw=raw, sends=False, opened=opened, errors=errors)
    return _press(form, raw, opened)


def entries_only() -> dict[str, list[str]]:
    """Return the posted entries for a draft, without buttons and tokens."""
    return {
        name: values
        for name, values in request.form.lists()
        if name not in CONTROLS and name != OUTCOME and not name.startswith(UPLOAD)
    }


def _press(form: Form, raw: dict[str, list[str]], opened: str) -> Turn:
    pressed = (raw.get(OUTCOME) or [""])[-1]
    option = next((one for one in form.outcomes if one.value == pressed), None)
    if option is not None and option.own_fields and opened != pressed:
        return Turn(raw=raw, sends=False, opened=pressed, begins=True)
    return Turn(raw=raw, sends=True, opened=pressed)


def _change_rows(form: Form, raw: dict[str, list[str]]) -> None:
    added, removed = request.form.get("add_row", ""), request.form.get("remove_row", "")
    lists = {one.key for one in form.fields if one.kind == "dynamiclist"}
    if added in lists:
        number = max(row_numbers(raw, added), default=-1) + 1
        raw[f"{added}-{number}-{ROW_MARK}"] = [""]
    if removed:
        for name in [name for name in raw if name.startswith(f"{removed}-")]:
            del raw[name]


def _take_uploads(form: Form, raw: dict[str, list[str]], keep: Keep) -> dict[str, str]:
    """Keep what was uploaded; what is refused becomes an error of its field."""
    errors: dict[str, str] = {}
    for key in form.file_keys:
        for upload in request.files.getlist(UPLOAD + key):
            if not upload.filename:
                continue
            try:
                _take(form, raw, key, upload, keep)
            except FileRefused as refused:
                errors[key] = " ".join(part for part in say(refused) if part)
    return errors


def _take(form: Form, raw: dict[str, list[str]], key: str, upload: FileStorage, keep: Keep) -> None:
    file_id = str(keep(upload.filename or gettext("file"), upload.read()))
    if form.by_key[key].multiple:
        raw.setdefault(key, []).append(file_id)
    else:
        raw[key] = [file_id]
