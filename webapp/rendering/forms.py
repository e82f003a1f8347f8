"""A process's form as a page shows it: what is visible for the entries so far, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.language import ENGLISH, gettext, language
from webapp.rendering.rules import rules_in_words
from workflows.definitions.fields import LAYOUT_COLUMNS, LISTS, Field, Options, OutcomeOption
from workflows.definitions.forms import OUTCOME, Form
from workflows.definitions.visibility import hides
from workflows.feel.budget import Budget
from workflows.files import ACCEPTED

Raw = Mapping[str, Sequence[str]]

ROW_MARK = "_row"
"""Name of the hidden entry that keeps an empty row of a repeating list."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One option of a choice as the page shows it."""

    value: str
    label: str
    id: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Node:
    """One component as the page shows it; texts are in the reader's language."""

    kind: str
    key: str = ""
    name: str = ""
    id: str = ""
    label: str = ""
    hint: str = ""
    rule: str = ""
    """What an entry has to be, told before it is sent."""
    text: str = ""
    error: str = ""
    required: bool = False
    readonly: bool = False
    personal: bool = False
    note: str = ""
    """Who sees a personal value, where that is not the usual circle."""
    shapes: bool = False
    """Other fields appear or vanish with this one."""
    span: int = LAYOUT_COLUMNS
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    field: Field = field(default_factory=lambda: Field(kind="spacer"))
    children: tuple[Node, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def value(self) -> str:
        """The single entry, '' if there is none."""
        return self.values[0] if self.values else ""

    @property
    def accept(self) -> tuple[str, ...]:
        """The file endings that its form names and that are taken at all; none named: all."""
        return tuple(one for one in self.field.accept or ACCEPTED if one in ACCEPTED)

    @property
    def described_by(self) -> str:
        """Ids of the texts that describe the input."""
        parts = [f"{self.id}-hint"] if self.hint or self.rule else []
        parts += [f"{self.id}-error"] if self.error else []
        return " ".join(parts)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One entry of a repeating list."""

    name: str
    number: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class OutcomeButton:
    """One way to end the task; `nodes` are its own fields once it was pressed."""

    value: str
    label: str
    consequence: str
    has_own: bool
    opened: bool
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """A form with entries, errors and outcomes, ready for the template."""

    nodes: tuple[Node, ...]
    outcomes: tuple[OutcomeButton, ...]
    problems: tuple[tuple[str, str, str], ...]
    """(id, label, message) for the summary at the top."""
    has_files: bool

    @property
    def opened(self) -> OutcomeButton | None:
        """The outcome that was pressed and shows its own fields."""
        return next((one for one in self.outcomes if one.opened), None)

    @property
    def words(self) -> str:
        """What entries are called, as JSON: HTML name to label and the labels of its options.

        The form carries it along, so that entries which could not be taken are shown in words
        even where the form itself is out of reach.
        """
        found: dict[str, tuple[str, dict[str, str]]] = dict(_words(self.nodes))
        for outcome in self.outcomes:
            found.update(_words(outcome.nodes))
        if self.outcomes:
            ends = {one.value: one.label for one in self.outcomes}
            found[OUTCOME] = (gettext("How does this task end?"), ends)
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _words(nodes: Sequence[Node]) -> Iterator[tuple[str, tuple[str, dict[str, str]]]]:
    for node in nodes:
        if node.name and node.kind != "dynamiclist":
            options = {choice.value: choice.label for choice in node.choices}
            if node.kind == "checkbox":
                options = {"true": gettext("yes")}
            yield node.name, (node.label, options)
        yield from _words(node.children)
        for row in node.rows:
            yield from _words(row.nodes)


def page_of(
    form: Form,
    raw: Raw,
    *,
    options: Options,
    context: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    opened: str = "",
) -> FormPage:
    """Return a form as a page shows it.

    `raw` are the entries so far, `context` earlier values that conditions read, `errors` map an
    HTML name to a message, `opened` is the outcome whose own fields show.
    """
    maker = _Maker(form, raw, options, context, errors or {}, opened)
    return maker.page()


class _Maker:
    def __init__(
        self,
        form: Form,
        raw: Raw,
        options: Options,
        context: Mapping[str, Any],
        errors: Mapping[str, str],
        opened: str,
    ) -> None:
        self.form, self.raw, self.options = form, raw, options
        self.context, self.errors, self.opened = context, errors, opened
        self.english = language() == ENGLISH
        lists = {key: list(values) for key, values in raw.items()}
        typed = form.clean(lists, options=options, context=context).values
        self.typed: dict[str, Any] = {key: typed.get(key) for key in form.keys} | {OUTCOME: None}
        self.owned = frozenset(key for one in form.outcomes for key in one.own_fields)
        self.shaping = frozenset(
            name for one in form.everything() if one.hide is not None for name in one.hide.names
        )
        self.problems: list[tuple[str, str, str]] = []
        self.budget = Budget()

    def page(self) -> FormPage:
        body = self._spread(self.form.components, self._in_body({**self.context, **self.typed}))
        outcomes = tuple(self._outcome(one) for one in self.form.outcomes)
        if OUTCOME in self.errors and self.form.outcomes:
            self.problems.append(("outcomes", "", self._said(OUTCOME)))
        return FormPage(
            nodes=body,
            outcomes=outcomes,
            problems=tuple(self.problems),
            has_files=bool(self.form.file_keys),
        )

    # ------------------------------------------------------------------- what shows where

    def _hides(self, one: Field, scope: Mapping[str, Any]) -> bool:
        return hides(one, scope, self.budget)

    def _in_body(self, scope: Mapping[str, Any]) -> _Shown:
        return _Shown(
            lambda one: (
                one.key != OUTCOME and one.key not in self.owned and not self._hides(one, scope)
            )
        )

    def _with_outcome(self, option: OutcomeOption) -> _Shown:
        without = {**self.context, **self.typed}
        scope = {**without, OUTCOME: option.value}

        def shows(one: Field) -> bool:
            if self._hides(one, scope):
                return False
            if one.key:
                return one.key in option.own_fields
            if one.kind == "group":
                return any(inner.key in option.own_fields for inner in one.inside())
            return self._hides(one, without)

        return _Shown(shows)

    def _outcome(self, option: OutcomeOption) -> OutcomeButton:
        opened = option.value == self.opened and bool(option.own_fields)
        nodes = self._spread(self.form.components, self._with_outcome(option)) if opened else ()
        return OutcomeButton(
            value=option.value,
            label=option.label_en if self.english else option.label,
            consequence=option.consequence_en if self.english else option.consequence,
            has_own=bool(option.own_fields),
            opened=opened,
            nodes=nodes,
        )

    # ------------------------------------------------------------------- components to nodes

    def _spread(self, fields: Sequence[Field], shown: _Shown, prefix: str = "") -> tuple[Node, ...]:
        """Return the visible ones of some components, with their widths."""
        visible = [one for one in fields if shown(one)]
        nodes = []
        for one, span in zip(visible, spans(visible), strict=True):
            node = self._node(one, span, shown, prefix)
            if node.kind != "group" or node.children:
                nodes.append(node)
        return tuple(nodes)

    def _node(self, one: Field, span: int, shown: _Shown, prefix: str) -> Node:
        name = prefix + one.key
        label = one.label_en if self.english else one.label
        common: dict[str, Any] = {
            "kind": one.kind,
            "field": one,
            "key": one.key,
            "span": span,
            "label": label,
            "hint": one.description_en if self.english else one.description,
            "text": one.text_en if self.english else one.text,
        }
        if one.kind == "group":
            return Node(**common, children=self._spread(one.fields, shown, prefix))
        if not one.has_value:
            return Node(**common)
        common |= {
            "name": name,
            "id": f"f-{name}",
            "required": one.required,
            "readonly": one.readonly or one.disabled,
            "rule": rules_in_words(one),
            "personal": one.personal,
            "note": one.properties.get("personal.note.en" if self.english else "personal.note", ""),
            "shapes": one.key in self.shaping and not prefix,
            "error": self._said(name) if name in self.errors else "",
        }
        values = self._entries(one, name)
        choices = self._choices(one, name, values)
        if common["error"]:
            target = choices[0].id if choices and one.kind != "select" else common["id"]
            self.problems.append((target, label, common["error"]))
        if one.kind == "dynamiclist":
            return Node(**common, rows=self._rows(one, name))
        return Node(**common, values=values, choices=choices)

    def _entries(self, one: Field, name: str) -> tuple[str, ...]:
        if (one.readonly or one.disabled) and one.key in self.context:
            return tuple(self.form.as_raw({one.key: self.context[one.key]}).get(one.key, ()))
        return tuple(self.raw.get(name, ()))

    def _choices(self, one: Field, name: str, values: Sequence[str]) -> tuple[Choice, ...]:
        if one.kind not in LISTS and one.kind not in ("radio", "select"):
            return ()
        return tuple(
            Choice(
                value=option.value,
                label=(option.label_en or option.label) if self.english else option.label,
                id=f"f-{name}-{number}",
                chosen=option.value in values,
            )
            for number, option in enumerate(one.choices(self.options))
        )

    def _rows(self, one: Field, name: str) -> tuple[Row, ...]:
        rows: list[Row] = []
        for number in row_numbers(self.raw, name):
            prefix = f"{name}-{number}-"
            scope = {**self.context, **self.typed, **self._row_values(one, prefix)}
            shown = _Shown(lambda inner, scope=scope: not self._hides(inner, scope))
            nodes = self._spread(one.fields, shown, prefix)
            rows.append(Row(name=f"{name}-{number}", number=len(rows) + 1, nodes=nodes))
        return tuple(rows)

    def _row_values(self, one: Field, prefix: str) -> dict[str, Any]:
        inner = [i for top in one.fields for i in top.inside() if i.has_value]
        sent = {one.key: list(self.raw.get(prefix + one.key, ())) for one in inner}
        return {key: values[0] if values else None for key, values in sent.items()}

    def _said(self, name: str) -> str:
        message = self.errors[name]
        return gettext(message, **getattr(message, "params", {}))


class _Shown:
    """Tells whether a component shows; a class so that it reads as a noun at the calls."""

    def __init__(self, test: Any) -> None:
        self._test = test

    def __call__(self, one: Field) -> bool:
        return bool(self._test(one))


def spans(fields: Sequence[Field]) -> Iterator[int]:
    """Return the width of each field in sixteenths; fields of one row share what is left."""
    for one in fields:
        beside = [other for other in fields if one.row and other.row == one.row] or [one]
        fixed = sum(other.columns or 0 for other in beside)
        free = sum(1 for other in beside if not other.columns)
        share = (LAYOUT_COLUMNS - fixed) // free if free else 0
        width = one.columns or (share if share > 0 else LAYOUT_COLUMNS)
        yield max(1, min(LAYOUT_COLUMNS, width))


def row_numbers(raw: Raw, name: str) -> list[int]:
    """Return the numbers of the rows that some entries hold for a repeating list."""
    found = set()
    for entry in raw:
        head, _, rest = entry.removeprefix(f"{name}-").partition("-")
        if entry.startswith(f"{name}-") and rest and head.isdecimal() and len(head) < 10:
            found.add(int(head))
    return sorted(found)


def first_entries(form: Form, context: Mapping[str, Any], person: str = "") -> dict[str, list[str]]:
    """Return the entries that a fresh form shows: earlier values, defaults, first rows.

    A field that starts with the person holds `person`, the name of who fills it in.
    """
    raw = form.as_raw(form.initial(context))
    for one in form.fields:
        if one.starts_with_person and person:
            raw[one.key] = [person]
        if one.kind == "dynamiclist" and not row_numbers(raw, one.key):
            for number in range(one.rows_initial):
                raw[f"{one.key}-{number}-{ROW_MARK}"] = [""]
    return raw
