"""Letters and messages in the browser: the text, what it may name, and how it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.context import now
from webapp.language import ENGLISH, gettext, language
from webapp.permissions import may
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import common_words, edited, sheet
from webapp.studio.looking import ByChecksum
from webapp.studio.saving import sent_file
from webapp.studio.sources import Source, source_of
from workflows.definitions.check.sentences import in_chinese
from workflows.definitions.decisiontables import decision_tables
from workflows.definitions.forms import Form
from workflows.definitions.reading import Unreadable
from workflows.definitions.texts import ENGLISH as ENGLISH_TEXT
from workflows.definitions.texts import Text, TextFailed
from workflows.errors import DefinitionRefused, NotFound
from workflows.letters import NAMES
from workflows.specimens import specimen

DATES = frozenset(("today", "session_on", "on", "due_on"))
TIMES = frozenset(("submitted_at", "now", "due_at", "decided_at", "sent_at"))

MEASURES = "{% for one in measures %}\n{{ one.number }}. {{ one.measure }}\n{% endfor %}"

_known: ByChecksum[tuple[tuple[Form, ...], dict[str, str]]] = ByChecksum()


@blueprint.get("/<key>/<ref>/text/<path:path>")
@may(PROCESS_ADMIN)
def edit_text(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Open a draft's letter or message in the editor."""
    source = edited(key, ref, path, "text")
    stem = path.removesuffix(".txt").removesuffix(ENGLISH_TEXT)
    versions = [
        (name, name in source.files) for name in (f"{stem}.txt", f"{stem}{ENGLISH_TEXT}.txt")
    ]
    address = url_for("studio.write_text", key=key, ref=ref)
    return render_template(
        "studio/texts.html",
        words=_words(),
        groups=list(_groups(source)),
        versions=versions,
        **sheet(source, path, write=address),
    )


@blueprint.post("/<key>/<ref>/write")
@may(PROCESS_ADMIN)
def write_text(key: str, ref: str) -> ResponseReturnValue:
    """Write a text as it stands in the editor, about an invented case."""
    source = source_of(key, ref)
    if source.draft is None:
        raise NotFound
    path, content = sent_file()
    forms, outputs = _facts(source)
    english = path.endswith(f"{ENGLISH_TEXT}.txt")
    try:
        text = Text.parse(path, content, file=path)
        written = text.render(specimen(forms, outputs, now=now(), english=english))
    except DefinitionRefused as refused:
        return jsonify(subject="", body="", error=_said(refused.reason))
    except TextFailed as failed:
        return jsonify(subject="", body="", error=str(failed.values.get("reason", failed)))
    return jsonify(subject=written.subject, body=written.body, error="")


def _said(reason: str) -> str:
    return (None if language() == ENGLISH else in_chinese(reason)) or reason


def _facts(source: Source) -> tuple[tuple[Form, ...], dict[str, str]]:
    """Return the forms of a draft and what its decisions give, name -> label."""
    return _known.get(source.checksum, lambda: (tuple(_forms(source)), dict(_outputs(source))))


def _forms(source: Source) -> Iterator[Form]:
    for path, data in source.files.items():
        if path.endswith(".form"):
            try:
                yield Form.parse(data, file=path)
            except DefinitionRefused:
                continue  # the check tells it, where the form is looked at


def _outputs(source: Source) -> Iterator[tuple[str, str]]:
    for path, data in source.files.items():
        if path.endswith(".dmn"):
            try:
                for table in decision_tables(path, data):
                    yield from (
                        (one.key, one.label) for one in table.columns if one.kind == "output"
                    )
            except Unreadable:
                continue  # the check tells it, where the table is looked at


def _groups(source: Source) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield what a text may name, by where it comes from: what is inserted and what it means."""
    meanings = _meanings()
    own = [
        _name(
            name if not member else f"{name}.{member}",
            meanings.get(f"{name}.{member}" if member else name, ""),
        )
        for name, members in NAMES.items()
        if name not in ("facts", "due", "counts", "measures")
        for member in (members or ("",))
    ]
    yield gettext("Of the case"), own
    yield (
        gettext("Parts"),
        [{"insert": one, "label": one, "meaning": meaning} for one, meaning in _parts().items()],
    )
    forms, outputs = _facts(source)
    fields: dict[str, dict[str, str]] = {}
    for form in forms:
        for one in form.fields:
            label = one.label_en if language() == ENGLISH else one.label
            filtered = (
                " | date"
                if one.kind == "datetime"
                else " | join"
                if one.kind in ("checklist", "taglist")
                else ""
            )
            fields.setdefault(one.key, _name(one.key, label, filtered))
    yield gettext("Entered in forms"), list(fields.values())
    yield (
        gettext("Given by decisions"),
        [_name(name, label) for name, label in outputs.items() if name and name not in fields],
    )


def _name(name: str, meaning: str, filtered: str = "") -> dict[str, str]:
    last = name.rpartition(".")[2]
    filtered = " | date" if last in DATES else " | time" if last in TIMES else filtered
    return {"insert": f"{{{{ {name}{filtered} }}}}", "label": name, "meaning": meaning}


def _parts() -> Mapping[str, str]:
    return {
        "{% if name %}\n\n{% endif %}": gettext("only where there is such a value"),
        MEASURES: gettext("a line for each measure"),
        '{{ name | default("—") }}': gettext("something else where there is no value"),
        "# ": gettext("the first line: subject"),
    }


def _meanings() -> dict[str, str]:
    return {
        "number": gettext("number of the case"),
        "title": gettext("what it is about"),
        "submitted_at": gettext("when it was submitted"),
        "case.number": gettext("number of the case"),
        "case.title": gettext("what it is about"),
        "case.category": gettext("category of the case"),
        "case.kind": gettext("kind of the case"),
        "case.submitted_at": gettext("when it was submitted"),
        "case.place": gettext("place of the case"),
        "case.place_en": gettext("place of the case, in English"),
        "enterprise.name": gettext("the company"),
        "enterprise.credit_code": gettext("its credit code"),
        "enterprise.contact": gettext("its contact"),
        "enterprise.phone": gettext("its phone"),
        "lead.name": gettext("the lead unit"),
        "lead.name_en": gettext("the lead unit, in English"),
        "lead.phone": gettext("the lead unit's phone"),
        "department_name": gettext("the lead unit"),
        "today": gettext("the day"),
        "now": gettext("day and time"),
        "actor": gettext("who acts"),
        "due_at": gettext("due time of the task"),
        "task": gettext("the task that opens"),
        "letter.number": gettext("number of the letter"),
        "letter.on": gettext("day of the letter"),
        "decision.text": gettext("what was decided"),
        "decision.leader": gettext("the leader who decided"),
        "decision.lead": gettext("the unit in the lead"),
        "decision.decided_at": gettext("when it was decided"),
        "decision.solved_on_the_spot": gettext("whether it was solved on the spot"),
        "decision_text": gettext("what was decided"),
        "session.title": gettext("the reception"),
        "session.on": gettext("day of the reception"),
        "session.starts_at": gettext("when the reception begins"),
        "session.room": gettext("its room"),
        "session.leader": gettext("the leader who receives"),
        "session.slot": gettext("place on its agenda"),
        "session_on": gettext("day of the reception"),
        "minutes_number": gettext("number of the minutes"),
        "reply.number": gettext("number of the reply"),
        "reply.text": gettext("the reply"),
        "reply.result": gettext("result of the reply"),
        "reply.signed_by": gettext("who signed the reply"),
        "reply.sent_at": gettext("when the reply was sent"),
        "reply_number": gettext("number of the reply"),
        "sent_at": gettext("when the reply was sent"),
        "code": gettext("lookup code, on the receipt alone"),
    }


def _words() -> dict[str, str]:
    return {
        **common_words(),
        "no-subject": gettext("(no subject: the first line may be “# subject”)"),
        "line": gettext("Go to line {number}"),
    }
