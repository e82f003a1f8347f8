"""Forms in the browser: edited in a draft, seen as the staff and the company will see them."""

from __future__ import annotations

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.context import city, person, reading
from webapp.language import gettext
from webapp.permissions import may
from webapp.rendering.forms import page_of
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import common_words, edited, sheet
from webapp.studio.formview import KINDS
from webapp.studio.saving import sent_file, sent_words
from webapp.studio.sources import draft_of
from workflows import options
from workflows.definitions.archive import ArchiveRefused
from workflows.definitions.forms import OUTCOME, Form
from workflows.definitions.messages import Message

ENTRIES = 400
"""Entries of a form that are shown again; nobody fills in more while looking at one."""


@blueprint.get("/<key>/<ref>/form/<path:path>")
@may(PROCESS_ADMIN)
def edit_form(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Open a draft's form in the editor."""
    source = edited(key, ref, path, "form")
    addresses = {
        "preview": url_for("studio.preview", key=key, ref=ref),
        "wordbook": url_for("studio.words", key=key, ref=ref, path=path),
        "expression": url_for("studio.expression", key=key, ref=ref),
    }
    return render_template(
        "studio/formeditor.html",
        words=_words(),
        setup={
            "lists": [[name, f"{list_name(name)} ({name})"] for name in sorted(options.names())]
        },
        **sheet(source, path, **addresses),
    )


@blueprint.post("/<key>/<ref>/preview")
@may(PROCESS_ADMIN)
def preview(key: str, ref: str) -> ResponseReturnValue:
    """Return a form as it stands in the editor, as a page of those who will fill it in."""
    draft_of(key, ref)
    path, content = sent_file()
    opened, who = sent_words("opened", "who")
    form = Form.parse(content, file=path)
    raw = _entries(request.get_json().get("entries"))
    with reading() as session:
        lists = options.for_form(city(), session, form, case=None, actor=person().actor)
    first = form.as_raw(form.initial())
    raw = {**{name: list(values) for name, values in first.items() if name != OUTCOME}, **raw}
    page = page_of(form, raw, options=lists, context={}, opened=opened)
    html = render_template(
        "studio/form_preview.html", page=page, audience="portal" if who == "company" else "staff"
    )
    return jsonify(html=html)


def _entries(sent: object) -> dict[str, list[str]]:
    """Return what was entered in the preview: name -> values; ArchiveRefused for anything else."""
    if not isinstance(sent, dict) or len(sent) > ENTRIES:
        raise ArchiveRefused(Message("it cannot be read as text"))
    return {
        str(name): [str(value) for value in values]
        for name, values in sent.items()
        if isinstance(values, list) and name != OUTCOME
    }


def list_name(name: str) -> str:
    """Return what a list of options is called."""
    names = {
        "departments": gettext("Units that take cases on, by place"),
        "departments_city": gettext("Units of the city that take cases on"),
        "departments_county": gettext("Units of the county that take cases on"),
        "units_all": gettext("All units"),
        "sections": gettext("Sections of the own unit"),
        "section_people": gettext("People of the sections"),
        "towns": gettext("Towns"),
        "open_cases_of_place": gettext("Open cases of the place"),
        "themes": gettext("Open themes"),
        "places": gettext("The city and its counties"),
        "places_below": gettext("Places below this one"),
        "sessions": gettext("Planned receptions"),
        "leaders": gettext("Leaders"),
        "people": gettext("People of the own unit"),
    }
    return names.get(name, name)


def _words() -> dict[str, str]:
    kinds = {f"kind-{kind}": str(name) for kind, name in KINDS.items()}
    return {
        **common_words(),
        **kinds,
        **_palette(),
        **_panel(),
        **_entry_names(),
        **_option_words(),
    }


def _palette() -> dict[str, str]:
    """Return the form editor's own texts, by the text itself (form-words.mjs)."""
    return {
        "Input": gettext("To fill in"),
        "Selection": gettext("To choose"),
        "Presentation": gettext("To read"),
        "Containers": gettext("To group"),
        "Components": gettext("Components"),
        "Search components": gettext("Search components"),
        "Clear content": gettext("Clear the search"),
        "No components found.": gettext("There is no such component."),
        "Drag and drop components here.": gettext("Drag components here."),
        "Build your form": gettext("An empty form"),
        "Drag and drop components here to start designing.": gettext(
            "Drag components here, or choose one and press Enter."
        ),
        "Use the preview window to test your form.": gettext(
            "The preview shows it as people will see it."
        ),
        "Add": gettext("Add:"),
        "Remove": gettext("Remove:"),
        "Please choose": gettext("Please choose"),
        "Choose a file": gettext("Choose a file"),
        "No file chosen": gettext("No file chosen"),
        "Add an entry": gettext("Add an entry"),
        "Search": gettext("Search"),
        "Fold": gettext("Fold"),
        "Unfold": gettext("Unfold"),
    }


def _panel() -> dict[str, str]:
    return {
        "choose-field": gettext("Choose a component in the form to say what it asks."),
        "form-id": gettext("Name of the form"),
        "not-rendered": gettext("The pages do not show this kind of component; take it out."),
        "unreadable": gettext("The editor cannot open this form. Edit it as it is written."),
        "section-general": gettext("What it asks"),
        "section-options": gettext("Options"),
        "section-rules": gettext("Rules for what is entered"),
        "section-shown": gettext("How it is shown, who reads it"),
        "section-other": gettext("Other properties"),
        "other-new": gettext("Name of another property"),
        "other-value": gettext("value"),
        "other-add": gettext("Add the property"),
        "move-up": gettext("Up"),
        "move-down": gettext("Down"),
        "take-out": gettext("Take the component out"),
        "key-wrong": gettext("Letters, digits and underscores, beginning with a letter."),
        "key-taken": gettext("Another field has this key already."),
    }


def _entry_names() -> dict[str, str]:
    return {
        "p-label": gettext("Label"),
        "p-label.en": gettext("English label"),
        "p-description": gettext("Explanation"),
        "p-description.en": gettext("English explanation"),
        "p-text": gettext("Words (Markdown)"),
        "p-text.en": gettext("English words"),
        "p-key": gettext("Key"),
        "hint-key": gettext("Under this name diagrams, tables and letters find the value."),
        "p-path": gettext("Key of the list"),
        "p-required": gettext("Has to be filled in"),
        "p-minLength": gettext("Fewest characters"),
        "p-maxLength": gettext("Most characters"),
        "p-min": gettext("Smallest number"),
        "p-max": gettext("Largest number"),
        "p-digits": gettext("Decimal places"),
        "p-pattern": gettext("Pattern (regular expression)"),
        "p-validation": gettext("Has to be"),
        "validation-none": gettext("Anything"),
        "validation-email": gettext("An e-mail address"),
        "validation-phone": gettext("A phone number"),
        "p-subtype": gettext("Date or time"),
        "subtype-date": gettext("Date"),
        "subtype-time": gettext("Time"),
        "subtype-datetime": gettext("Date and time"),
        "p-future": gettext("Not in the past"),
        "p-multiple": gettext("Several files"),
        "p-accept": gettext("Kinds of files"),
        "hint-accept": gettext("Endings with commas between, such as .pdf,.jpg"),
        "p-repetitions": gettext("Entries at first"),
        "p-hide": gettext("Hidden when (FEEL)"),
        "hint-hide": gettext('Such as outcome != "accept"; without it the field always shows.'),
        "p-columns": gettext("Width"),
        "columns-none": gettext("The whole row, or an even share of it"),
        **{f"columns-{width}": f"{width} / 16" for width in (4, 5, 6, 8, 10, 11, 12, 16)},
        "p-default": gettext("First value"),
        "p-readonly": gettext("Can only be read"),
        "p-prefix": gettext("Stands before"),
        "p-suffix": gettext("Stands behind (unit)"),
        "p-tall": gettext("A tall box for long texts"),
        "p-public": gettext("The company reads it once the task is done"),
        "p-personal": gettext("Personal data"),
        "p-personal.note": gettext("Who sees it, where that is not the usual circle"),
        "p-personal.note.en": gettext("The same in English"),
        "p-fresh": gettext("Asked anew each time, whatever was entered earlier"),
        "p-starts_with": gettext("Starts with the name of who fills it in"),
    }


def _option_words() -> dict[str, str]:
    return {
        "options-source": gettext("Where the options come from"),
        "options-own": gettext("The list below"),
        "option-new": gettext("Option {number}"),
        "option-add": gettext("Add an option"),
        "option-value": gettext("Option {number}: value"),
        "option-value-short": gettext("value"),
        "option-label": gettext("Option {number}: words"),
        "option-label-short": gettext("words"),
        "option-english": gettext("Option {number}: English words"),
        "option-english-short": gettext("English words"),
        "option-consequence": gettext("Option {number}: what happens then"),
        "option-consequence-short": gettext("what happens then"),
        "option-consequence-en": gettext("Option {number}: what happens then, in English"),
        "option-consequence-en-short": gettext("what happens then, in English"),
        "option-up": gettext("Option {number}: up"),
        "option-down": gettext("Option {number}: down"),
        "option-remove": gettext("Option {number}: remove"),
    }
