"""Compiles decision tables from their XML."""

from __future__ import annotations

from collections.abc import Callable

from workflows.dmn.boxed import Boxer
from workflows.dmn.frame import Boxed
from workflows.dmn.hits import AGGREGATIONS, HIT_POLICIES
from workflows.dmn.reading import Element, attribute, child, children, text_of
from workflows.dmn.table import Column, CompiledTable, Input, Line, Output, Rule, Table, Test

_ANYTHING = ("", "-")


def compiler(decision: str, name: str, found: list[Table]) -> Callable[[Boxer, Element], Boxed]:
    """Return the compiler of the tables in one decision; each is also noted in `found`."""

    def compile_table(boxer: Boxer, element: Element) -> Boxed:
        table = describe(decision, name, element, len(found))
        found.append(table)
        return _compile(boxer, table, element)

    return compile_table


def describe(decision: str, name: str, element: Element, number: int) -> Table:
    """Return a table as written."""
    prefix = attribute(element, "id") or f"{decision}_table_{number + 1}"
    return Table(
        id=prefix,
        decision=decision,
        name=name,
        hit_policy=attribute(element, "hitPolicy", "UNIQUE").upper(),
        aggregation=attribute(element, "aggregation").upper(),
        inputs=tuple(_input(column) for column in children(element, "input")),
        outputs=tuple(_output(column) for column in children(element, "output")),
        annotations=tuple(attribute(one, "name") for one in children(element, "annotation")),
        rules=tuple(
            _rule(rule, f"{prefix}_rule_{place}")
            for place, rule in enumerate(children(element, "rule"), start=1)
        ),
    )


def _input(column: Element) -> Input:
    expression = child(column, "inputExpression")
    return Input(
        id=attribute(column, "id"),
        label=attribute(column, "label") or text_of(expression),
        expression=text_of(expression),
        type=attribute(expression, "typeRef"),
        allowed=text_of(child(column, "inputValues")),
    )


def _output(column: Element) -> Output:
    return Output(
        id=attribute(column, "id"),
        name=attribute(column, "name"),
        label=attribute(column, "label") or attribute(column, "name"),
        type=attribute(column, "typeRef"),
        allowed=text_of(child(column, "outputValues")),
        default=text_of(child(column, "defaultOutputEntry")),
    )


def _rule(rule: Element, default_id: str) -> Rule:
    return Rule(
        id=attribute(rule, "id") or default_id,
        description=text_of(rule, "description"),
        inputs=tuple(text_of(cell) for cell in children(rule, "inputEntry")),
        outputs=tuple(text_of(cell) for cell in children(rule, "outputEntry")),
        annotations=tuple(text_of(cell) for cell in children(rule, "annotationEntry")),
    )


def _compile(boxer: Boxer, table: Table, element: Element) -> Boxed:
    """Return the code of a table; code that raises when a part of it is broken."""
    reason = _fault(table)
    if reason:
        return boxer.broken(element, reason, table.name)
    before = len(boxer.failures)
    made = CompiledTable(
        table,
        _columns(boxer, table, element),
        _lines(boxer, table, element),
        tuple(
            boxer.expression(output.default, element) if output.default else None
            for output in table.outputs
        ),
        tuple(_priorities(boxer, table.hit_policy, output, element) for output in table.outputs),
    )
    if len(boxer.failures) > before:
        return boxer.raising(boxer.failures[before])
    return made


def _fault(table: Table) -> str:
    """Return what makes a table unusable, empty when nothing does."""
    if table.hit_policy not in HIT_POLICIES:
        return f"the hit policy {table.hit_policy} does not exist."
    if table.aggregation and table.aggregation not in AGGREGATIONS:
        return f"the aggregation {table.aggregation} does not exist."
    if table.aggregation and len(table.outputs) > 1:
        return "an aggregation needs exactly one output."
    if not table.outputs:
        return "the table has no output."
    for rule in table.rules:
        if (len(rule.inputs), len(rule.outputs)) != (len(table.inputs), len(table.outputs)):
            return f"the rule {rule.id} has not one cell per column."
    return ""


def _columns(boxer: Boxer, table: Table, element: Element) -> tuple[Column, ...]:
    elements = children(element, "input")
    return tuple(
        Column(
            value=boxer.expression(column.expression, one),
            type=boxer.types.reference(column.type),
            allowed=boxer.tests(column.allowed, one) if column.allowed else None,
            label=column.label,
        )
        for column, one in zip(table.inputs, elements, strict=True)
    )


def _lines(boxer: Boxer, table: Table, element: Element) -> tuple[Line, ...]:
    lines: list[Line] = []
    for rule, one in zip(table.rules, children(element, "rule"), strict=True):
        tests = [
            Test(column=place, tests=compiled, code=compiled.code)
            for place, text in enumerate(rule.inputs)
            if text not in _ANYTHING and (compiled := boxer.tests(text, one)) is not None
        ]
        outputs = tuple(_cell(boxer, cell) for cell in children(one, "outputEntry"))
        lines.append(Line(id=rule.id, tests=tuple(tests), outputs=outputs))
    return tuple(lines)


def _cell(boxer: Boxer, cell: Element) -> Boxed:
    text = text_of(cell)
    return boxer.literal(cell) if text not in _ANYTHING else boxer.expression("", cell)


def _priorities(boxer: Boxer, policy: str, output: Output, element: Element) -> Boxed | None:
    """Return the code of an output's values in their order, None when no order is asked for."""
    if not output.allowed or policy not in ("PRIORITY", "OUTPUT ORDER"):
        return None
    return boxer.expression(f"[{output.allowed}]", element)
