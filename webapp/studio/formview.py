"""A form as a list of its fields: what is asked, of which kind, by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext

from webapp.language import ENGLISH, gettext, language
from webapp.rendering.rules import rules_in_words
from workflows.definitions.fields import Field
from workflows.definitions.forms import OUTCOME, Form

KINDS = {
    "textfield": lazy_gettext("Line of text"),
    "textarea": lazy_gettext("Long text"),
    "number": lazy_gettext("A number"),
    "checkbox": lazy_gettext("Tick box"),
    "radio": lazy_gettext("Choice"),
    "select": lazy_gettext("Choice from a list"),
    "checklist": lazy_gettext("Several choices"),
    "taglist": lazy_gettext("Several choices from a list"),
    "datetime": lazy_gettext("Date or time"),
    "filepicker": lazy_gettext("File"),
    "group": lazy_gettext("Group"),
    "dynamiclist": lazy_gettext("Repeating list"),
    "text": lazy_gettext("Words"),
    "separator": lazy_gettext("Line"),
    "spacer": lazy_gettext("Space"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A field in the reader's words; `depth` counts the groups around it."""

    label: str
    key: str
    kind: str
    notes: tuple[str, ...]
    options: tuple[tuple[str, str, str], ...]
    """Value, words, and for outcomes what happens then."""
    depth: int


def rows_of(form: Form) -> list[Row]:
    """Return the fields of a form, those of groups below them."""
    consequences = {
        one.value: one.consequence_en if language() == ENGLISH else one.consequence
        for one in form.outcomes
    }
    return list(_rows(form.components, consequences, 0))


def _rows(fields: Sequence[Field], consequences: dict[str, str], depth: int) -> Iterator[Row]:
    english = language() == ENGLISH
    for field in fields:
        if field.kind in ("separator", "spacer"):
            continue
        label = field.label_en if english else field.label
        words = field.text_en if english else field.text
        outcome = field.key == OUTCOME
        yield Row(
            label=label or words,
            key=field.key,
            kind=str(KINDS.get(field.kind, field.kind)),
            notes=tuple(note for note in _notes(field) if note),
            options=tuple(
                (
                    one.value,
                    (one.label_en if english else "") or one.label,
                    consequences.get(one.value, "") if outcome else "",
                )
                for one in field.options
            ),
            depth=depth,
        )
        yield from _rows(field.fields, consequences, depth + 1)


def _notes(field: Field) -> Iterator[str]:
    if field.required:
        yield gettext("required")
    yield rules_in_words(field) if field.has_value else ""
    if field.options_key:
        yield gettext("options from the list %(name)s", name=field.options_key)
    if field.hide is not None:
        yield gettext("hidden when: %(condition)s", condition=field.hide.text)
    if field.public:
        yield gettext("the company reads it")
    if field.personal:
        yield gettext("personal data")
    if field.readonly or field.disabled:
        yield gettext("read only")
