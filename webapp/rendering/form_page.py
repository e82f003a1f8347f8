"""What a form's page consists of, in the reader's language: components, rows, outcomes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from webapp.language import gettext
from workflows.definitions.fields import LAYOUT_COLUMNS, Field
from workflows.definitions.forms import OUTCOME
from workflows.files import ACCEPTED


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
