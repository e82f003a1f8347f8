"""A decision tried by itself: what people give its columns, which rules fire, what comes out.

A column asks the case for its value (`count_of("returns")`). Here the person says what the case
would answer: each column's expression becomes a name, and that name gets the value given.
Names and functions that the results need beside are asked for in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from workflows.dmn.decisions import Decisions, parse_decisions
from workflows.dmn.reading import Element, attribute, child, children, read
from workflows.dmn.table import Table
from workflows.feel import FeelError, compile_expression

LARGEST = 300_000
"""Bytes of a file that is tried; a larger one would keep the server busy at every key."""
OPTIONS = 40
LONGEST = 2_000
_VALUE = "tried_value_{}"
_QUOTED = re.compile(r'"([^"\\]{1,80})"')
_FEEL = re.compile(r'^["\[{(]|\(.*\)$|^(true|false|null)$')
_PLAIN = ("string", "number", "boolean", "date", "time", "dateTime")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Something whose value the person says; `kind` is `column`, `name` or `function`."""

    key: str
    label: str
    kind: str
    type: str
    options: tuple[str, ...] = ()
    """Texts that the rules of the column speak of."""


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A rule that counted: its table, its number from 1, and what is noted beside it."""

    table: str
    number: int
    rule: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a decision gave; `results` are rows of (label, value), `error` why there are none."""

    asks: tuple[Ask, ...]
    fired: tuple[Fired, ...] = ()
    results: tuple[tuple[tuple[str, Any], ...], ...] = ()
    error: str = ""
    wrong: str = ""
    """The label of something whose value is no number where one is needed."""


@dataclass
class _Columns:
    """The columns that are asked for: expression -> the name that stands for it."""

    names: dict[str, str] = field(default_factory=dict)
    asks: list[Ask] = field(default_factory=list)


def try_decision(file: str, content: bytes, decision_id: str, given: Mapping[str, str]) -> Tried:
    """Evaluate one decision of a file with the values given by `Ask.key`.

    Raises DefinitionRefused for a file that is no model. What cannot be evaluated is told in
    `error`, together with what would be asked.
    """
    root = read(file, content)
    columns = _Columns()
    for decision in _needed(root, decision_id):
        _replace(decision, columns)
    decisions = parse_decisions({file: etree.tostring(root)})
    if decision_id not in decisions:
        return Tried(asks=())
    asks = (*columns.asks, *_beside(decisions, decision_id, columns))
    for problem in decisions.problems:
        if problem.place.file == file:
            return Tried(asks=asks, error=_in_words(problem.reason, columns))
    return _evaluate(decisions, decision_id, asks, columns, given)


def _needed(root: Element, decision_id: str) -> Iterator[Element]:
    """Yield a decision and the decisions of the file that it requires."""
    known = {attribute(one, "id"): one for one in children(root, "decision")}
    pending, seen = [decision_id], set[str]()
    while pending:
        found = known.get(key := pending.pop())
        if found is None or key in seen:
            continue
        seen.add(key)
        yield found
        pending += [
            attribute(end, "href").rpartition("#")[2]
            for requirement in children(found, "informationRequirement")
            for end in children(requirement, "requiredDecision")
        ]


def _replace(decision: Element, columns: _Columns) -> None:
    """Put a name in the place of every column's expression that asks the case."""
    table = child(decision, "decisionTable")
    if table is None:
        return
    provided = _required_names(decision)
    for place, column in enumerate(children(table, "input")):
        expression = child(column, "inputExpression")
        text = None if expression is None else child(expression, "text")
        words = "" if text is None else (text.text or "").strip()
        if text is None or not words or words in provided:
            continue
        if words not in columns.names:
            columns.names[words] = _VALUE.format(len(columns.names) + 1)
            columns.asks.append(_column(table, place, column, expression, words))
        text.text = columns.names[words]


def _required_names(decision: Element) -> frozenset[str]:
    root = decision.getparent()
    ends = {
        attribute(end, "href").rpartition("#")[2]
        for requirement in children(decision, "informationRequirement")
        for end in children(requirement)
    }
    names = set(ends)
    for one in children(root, "decision", "inputData"):
        if attribute(one, "id") in ends:
            variable = child(one, "variable")
            names |= {
                attribute(one, "name"),
                attribute(variable, "name") if variable is not None else "",
            }
    return frozenset(names - {""})


def _column(table: Element, place: int, column: Element, expression: Element, words: str) -> Ask:
    kind = attribute(expression, "typeRef")
    options: dict[str, None] = {}
    values = child(column, "inputValues")
    cells = [] if values is None else [values]
    for rule in children(table, "rule"):
        entries = list(children(rule, "inputEntry"))
        cells += entries[place : place + 1]
    for cell in cells:
        text = child(cell, "text")
        options |= dict.fromkeys(_QUOTED.findall("" if text is None else text.text or ""))
    return Ask(
        key=words,
        label=attribute(column, "label") or words,
        kind="column",
        type=kind if kind in _PLAIN else "",
        options=tuple(options)[:OPTIONS] if kind in ("string", "", "Any") else (),
    )


def _beside(decisions: Decisions, decision_id: str, columns: _Columns) -> Iterator[Ask]:
    """Yield what else the decision reads: names, and what the case's functions would answer."""
    own = set(columns.names.values())
    tables = _tables(decisions, decision_id)
    for name in sorted(decisions.names(decision_id) - own):
        if name in columns.names:
            continue  # the column of the same name says it
        yield Ask(key=name, label=name, kind="name", type="", options=_spoken(tables, name))
    for name in sorted(decisions.functions(decision_id)):
        yield Ask(key=f"{name}()", label=f"{name}( )", kind="function", type="")


def _spoken(tables: list[Table], name: str) -> tuple[str, ...]:
    """Return the texts that results compare a name with."""
    compared = re.compile(rf'\b{re.escape(name)}\s*!?=\s*"([^"\\]{{1,80}})"')
    found = (
        text
        for table in tables
        for rule in table.rules
        for cell in rule.outputs
        for text in compared.findall(cell)
    )
    return tuple(dict.fromkeys(found))[:OPTIONS]


def _evaluate(
    decisions: Decisions,
    decision_id: str,
    asks: tuple[Ask, ...],
    columns: _Columns,
    given: Mapping[str, str],
) -> Tried:
    scope: dict[str, Any] = {}
    functions: dict[str, Any] = {}
    for ask in asks:
        value = _value(given.get(ask.key, "")[:LONGEST].strip(), ask.type)
        if ask.type == "number" and isinstance(value, str):
            return Tried(asks=asks, wrong=ask.label)
        if ask.kind == "function":
            functions[ask.key.removesuffix("()")] = lambda *_, answer=value: answer
            continue
        scope[ask.key] = value
        if ask.kind == "column":
            scope[columns.names[ask.key]] = value
    try:
        decided = decisions.evaluate(decision_id, scope, functions)
    except FeelError as error:
        reason = _in_words(error.reason, columns)
        return Tried(asks=asks, error=_in_rows(reason, _tables(decisions, decision_id)))
    tables = _tables(decisions, decision_id)
    fired = tuple(_fired(tables, decided.rules))
    return Tried(asks=asks, fired=fired, results=_results(decisions, decision_id, decided.value))


def _tables(decisions: Decisions, decision_id: str) -> list[Table]:
    return [
        table
        for one in (decision_id, *decisions.requires(decision_id))
        if one in decisions
        for table in decisions.tables(one)
    ]


def _value(text: str, kind: str) -> Any:
    """Return what a person entered: nothing is null, words need no quotation marks."""
    if not text:
        return None
    if kind == "string":
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind in ("date", "time", "dateTime") and "(" not in text:
        function = "date and time" if kind == "dateTime" else kind
        text = f'{function}("{text.replace(chr(34), "")}")'
    elif kind == "number" or not _FEEL.search(text):
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    try:
        return compile_expression(text)({})
    except FeelError:
        return text


def _fired(tables: list[Table], rules: tuple[str, ...]) -> Iterator[Fired]:
    known = {
        rule.id: (table, number, rule)
        for table in tables
        for number, rule in enumerate(table.rules, start=1)
    }
    for one in rules:
        if one in known:
            table, number, rule = known[one]
            notes = [note for note in (*rule.annotations, rule.description) if note]
            yield Fired(table=table.name, number=number, rule=one, note=" · ".join(notes))


def _results(
    decisions: Decisions, decision_id: str, value: Any
) -> tuple[tuple[tuple[str, Any], ...], ...]:
    table = decisions.table(decision_id)
    outputs = () if table is None else table.outputs
    labels = {one.name: one.label or one.name for one in outputs}
    only = next(iter(labels.values()), "") if len(outputs) == 1 else ""
    many = value if isinstance(value, list) else [value]
    return tuple(
        tuple((labels.get(key) or str(key), inner) for key, inner in one.items())
        if isinstance(one, dict)
        else ((only or decisions.name(decision_id), one),)
        for one in many
    )


def _in_rows(reason: str, tables: list[Table]) -> str:
    """Return a reason that names rules by their rows, as the table shows them."""
    rows = {
        rule.id: str(number)
        for table in tables
        for number, rule in enumerate(table.rules, start=1)
        if rule.id
    }
    if not rows:
        return reason
    ids = "|".join(re.escape(one) for one in sorted(rows, key=len, reverse=True))
    return re.sub(rf"(?<![\w.-])(?:{ids})(?![\w-])", lambda found: rows[found[0]], reason)


def _in_words(reason: str, columns: _Columns) -> str:
    """Return a reason that speaks of the columns as people wrote them."""
    for words, name in reversed(columns.names.items()):  # the tenth before the first
        reason = reason.replace(name, words)
    return reason
