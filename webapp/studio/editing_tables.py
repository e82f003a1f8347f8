"""Decision tables in the browser: edited in a draft, and tried with values of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.language import ENGLISH, gettext, language
from webapp.permissions import may
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import common_words, edited, sheet
from webapp.studio.looking import ByChecksum
from webapp.studio.saving import sent_file, sent_words
from webapp.studio.sources import Source, source_of
from workflows.definitions.archive import ArchiveRefused
from workflows.definitions.check.sentences import in_chinese
from workflows.definitions.fields import Option
from workflows.definitions.forms import OUTCOME, Form
from workflows.definitions.messages import Message
from workflows.dmn.tried import LARGEST, Ask, Tried, try_decision
from workflows.errors import DefinitionRefused, NotFound
from workflows.feel.budget import Budget
from workflows.feel.library.conversions import to_string

SHOWN = 60
"""Results that are shown; a table that collects its rules may give hundreds."""

_options: ByChecksum[dict[str, tuple[Option, ...]]] = ByChecksum()


@blueprint.get("/<key>/<ref>/table/<path:path>")
@may(PROCESS_ADMIN)
def edit_table(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Open a draft's decision table in the editor."""
    source = edited(key, ref, path, "table")
    decide_at = url_for("studio.decide", key=key, ref=ref)
    return render_template(
        "studio/tables.html", words=_words(), **sheet(source, path, decide=decide_at)
    )


@blueprint.post("/<key>/<ref>/decide")
@may(PROCESS_ADMIN)
def decide(key: str, ref: str) -> ResponseReturnValue:
    """Evaluate a decision as it stands in the editor with the values that somebody tries."""
    source = source_of(key, ref)
    if source.draft is None:
        raise NotFound
    path, content = sent_file()
    (decision,) = sent_words("decision")
    given = request.get_json().get("values")
    if not isinstance(given, dict) or len(content) > LARGEST:
        raise ArchiveRefused(Message("it unpacks to more than a bundle may hold"))
    values = {str(name): str(value) for name, value in given.items()}
    try:
        tried = try_decision(path, content, decision, values)
    except DefinitionRefused as refused:
        tried = Tried(asks=(), error=refused.reason)
    return jsonify(_shown(tried, _choices(source)))


def _shown(tried: Tried, choices: Mapping[str, tuple[Option, ...]]) -> dict[str, Any]:
    many = len(tried.results)
    return {
        "asks": [_ask(one, choices) for one in tried.asks],
        "rules": [one.rule for one in tried.fired],
        "fired": [
            {"table": one.table, "number": one.number, "note": one.note} for one in tried.fired
        ],
        "results": [
            [[label, _said(value)] for label, value in row] for row in tried.results[:SHOWN]
        ],
        "more": gettext("%(number)d more", number=many - SHOWN) if many > SHOWN else "",
        "error": _error(tried),
    }


def _error(tried: Tried) -> str:
    if tried.wrong:
        return gettext("“%(label)s” has to be a number.", label=tried.wrong)
    said = None if language() == ENGLISH else in_chinese(tried.error)
    return said or tried.error


def _ask(ask: Ask, choices: Mapping[str, tuple[Option, ...]]) -> dict[str, Any]:
    hints = {
        "name": gettext("A value of the case that the results read."),
        "function": gettext("What it answers for this case."),
    }
    known = choices.get(ask.key, ()) if ask.kind != "function" else ()
    return {
        "key": ask.key,
        "label": ask.label,
        "type": ask.type,
        "hint": hints.get(ask.kind) or (ask.key if ask.key != ask.label else ""),
        "choices": [[one.value, _label(one)] for one in known],
        "options": list(ask.options),
    }


def _label(option: Option) -> str:
    label = option.label_en if language() == ENGLISH else option.label
    return label or option.label or option.value


def _said(value: Any) -> str:
    """Return a value as people read it; what is nothing is told as such."""
    if value is None:
        return gettext("nothing (null)")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(to_string(Budget(), value))


def _choices(source: Source) -> dict[str, tuple[Option, ...]]:
    """Return the options of the draft's form fields by key, so that columns offer them in words."""
    return _options.get(source.checksum, lambda: dict(_read_choices(source.files)))


def _read_choices(files: Mapping[str, bytes]) -> dict[str, tuple[Option, ...]]:
    found: dict[str, tuple[Option, ...]] = {}
    for path, data in files.items():
        if not path.endswith(".form"):
            continue
        try:
            form = Form.parse(data, file=path)
        except DefinitionRefused:
            continue  # the check tells it, where the form is looked at
        for one in form.fields:
            if one.options and one.key != OUTCOME:
                found.setdefault(one.key, one.options)
    return found


def _words() -> dict[str, str]:
    return {
        **common_words(),
        "drd": gettext("Decision graph"),
        "note-name": gettext("Name of the column"),
        "note-new": gettext("Remark"),
        "note-remove": gettext("Remove the column {name}"),
        "try-nothing": gettext("It asks for nothing: every rule counts."),
        "try-fired": gettext("Rules that fire"),
        "try-rule": gettext("rule {number}"),
        "try-more": gettext("and {number} more"),
        "try-none": gettext("No rule fits."),
        "try-result": gettext("What comes out"),
        "feel-sample": gettext("yes"),
        "feel-text": gettext("A text stands in quotation marks: {sample}."),
        "feel-tests": gettext("Texts stand in quotation marks: {sample}; - is any value."),
        "feel-numbers": gettext("For example 5, < 5, [1..5]; - is any value."),
        "feel-value": gettext("A value, or an expression."),
        "feel-choices": gettext("Alt+↓ lists the values."),
        "feel-quote": gettext("Write it as a text: {text}"),
        "unreadable": gettext(
            "The editor cannot open this file. Edit it as it is written, or take an older version."
        ),
    }
