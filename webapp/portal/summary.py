"""What a company entered, read back in the sections of its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.language import ENGLISH, language
from webapp.rendering.values import Shown, shown_values
from workflows.definitions.fields import LISTS, Field, Options
from workflows.definitions.forms import OUTCOME, Form


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question with its answer, None where it was left out; `anchor` is the field's id."""

    label: str
    anchor: str
    shown: Shown | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """Answers that stand together on the form; the title is '' outside of a group."""

    title: str
    answers: tuple[Answer, ...]

    @property
    def anchor(self) -> str:
        """Id of the first field, where a change begins."""
        return self.answers[0].anchor


def sections(
    form: Form, stored: Mapping[str, Any], options: Options, *, unanswered: bool = False
) -> list[Section]:
    """Return stored values by the groups of their form; left-out questions only if asked for."""
    shown = {one.key: one for one in shown_values(form, stored, options, with_outcome=True)}
    hidden = form.hidden(form.from_json(stored), {})
    found = []
    for title, fields in _groups(form):
        answers = tuple(
            Answer(label=_label(one), anchor=_anchor(one, stored), shown=shown.get(one.key))
            for one in fields
            if one.key in shown or (unanswered and one.key not in hidden and one.key != OUTCOME)
        )
        if answers:
            found.append(Section(title=title, answers=answers))
    return found


def _groups(form: Form) -> Iterator[tuple[str, list[Field]]]:
    """Yield each group's title with its fields; what stands between groups has no title."""
    loose: list[Field] = []
    for top in form.components:
        if top.kind == "group":
            if loose:
                yield "", loose
                loose = []
            yield _label(top), [one for one in top.inside() if one.has_value]
        elif top.has_value:
            loose.append(top)
    if loose:
        yield "", loose


def _label(one: Field) -> str:
    return one.label_en if language() == ENGLISH else one.label


def _anchor(one: Field, stored: Mapping[str, Any]) -> str:
    """Return the id under which the form's page shows a field."""
    if one.kind in LISTS or one.kind == "radio":
        return f"f-{one.key}-0"
    if one.kind == "filepicker" and (one.multiple or not stored.get(one.key)):
        return f"f-{one.key}-{len(stored.get(one.key) or ())}"
    return f"f-{one.key}"
