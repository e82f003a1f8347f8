"""A process's form as a page shows it: what is visible for the entries so far, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from webapp.language import ENGLISH, gettext, language
from webapp.rendering.form_page import Choice, FormPage, Node, OutcomeButton, Row
from webapp.rendering.rules import rules_in_words
from workflows.definitions.fields import LAYOUT_COLUMNS, LISTS, Field, Options, OutcomeOption
from workflows.definitions.forms import OUTCOME, Form
from workflows.definitions.visibility import hides
from workflows.feel.budget import Budget

Raw = Mapping[str, Sequence[str]]

Shows = Callable[[Field], bool]
"""Whether a component shows, in the body or with an outcome."""

ROW_MARK = "_row"
"""Name of the hidden entry that keeps an empty row of a repeating list."""


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

    def _in_body(self, scope: Mapping[str, Any]) -> Shows:
        return lambda one: (
            one.key != OUTCOME and one.key not in self.owned and not self._hides(one, scope)
        )

    def _in_row(self, scope: Mapping[str, Any]) -> Shows:
        return lambda one: not self._hides(one, scope)

    def _with_outcome(self, option: OutcomeOption) -> Shows:
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

        return shows

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

    def _spread(self, fields: Sequence[Field], shows: Shows, prefix: str = "") -> tuple[Node, ...]:
        """Return the visible ones of some components, with their widths."""
        visible = [one for one in fields if shows(one)]
        nodes = []
        for one, span in zip(visible, spans(visible), strict=True):
            node = self._node(one, span, shows, prefix)
            if node.kind != "group" or node.children:
                nodes.append(node)
        return tuple(nodes)

    def _node(self, one: Field, span: int, shows: Shows, prefix: str) -> Node:
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
            return Node(**common, children=self._spread(one.fields, shows, prefix))
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
            nodes = self._spread(one.fields, self._in_row(scope), prefix)
            rows.append(Row(name=f"{name}-{number}", number=len(rows) + 1, nodes=nodes))
        return tuple(rows)

    def _row_values(self, one: Field, prefix: str) -> dict[str, Any]:
        inner = [i for top in one.fields for i in top.inside() if i.has_value]
        sent = {one.key: list(self.raw.get(prefix + one.key, ())) for one in inner}
        return {key: values[0] if values else None for key, values in sent.items()}

    def _said(self, name: str) -> str:
        message = self.errors[name]
        return gettext(message, **getattr(message, "params", {}))


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
