"""Decision tables: their columns and rules as data, and their evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflows.dmn.frame import Boxed, Frame
from workflows.dmn.hits import HIT_POLICIES, Hit, combine
from workflows.feel.errors import FeelError
from workflows.feel.expression import UnaryTests
from workflows.feel.scope import Code
from workflows.feel.types import FeelType, fit


@dataclass(frozen=True, kw_only=True)
class Input:
    """An input column: its label and the expression that is tested."""

    id: str
    label: str
    expression: str
    type: str
    allowed: str


@dataclass(frozen=True, kw_only=True)
class Output:
    """An output column; `name` is empty in a table with one output."""

    id: str
    name: str
    label: str
    type: str
    allowed: str
    default: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule as written: a text per input, output and annotation column."""

    id: str
    description: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A decision table as written, for coverage and for pages that show it."""

    id: str
    decision: str
    name: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    annotations: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """A compiled cell: the column that it tests, the tests, and their bare code."""

    column: int
    tests: UnaryTests
    code: Code


@dataclass(frozen=True, kw_only=True)
class Column:
    """A compiled input column: its value, type, and allowed values."""

    value: Boxed
    type: FeelType | None
    allowed: UnaryTests | None
    label: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A compiled rule."""

    id: str
    tests: tuple[Test, ...]
    outputs: tuple[Boxed, ...]


class CompiledTable:
    """A decision table ready to be evaluated."""

    def __init__(
        self,
        table: Table,
        columns: tuple[Column, ...],
        lines: tuple[Line, ...],
        defaults: tuple[Boxed | None, ...],
        priorities: tuple[Boxed | None, ...],
    ) -> None:
        self.table = table
        self._columns = columns
        self._lines = lines
        self._defaults = defaults
        self._priorities = priorities
        self._names = tuple(output.name for output in table.outputs)
        self._steps = sum(
            1 + len(line.tests) // 4 + sum(test.tests.steps for test in line.tests)
            for line in lines
        )
        self._first_only = table.hit_policy == "FIRST"

    def __call__(self, frame: Frame) -> Any:
        """Return the table's result; the matched rules are noted in the frame."""
        values = [self._input(column, frame) for column in self._columns]
        run = frame.run
        frame.budget.spend(self._steps)
        hits: list[Hit] = []
        cells = [[run, value] for value in values]
        for line in self._lines:
            if _matches(line, cells):
                outputs = [output(frame) for output in line.outputs]
                hits.append(Hit(line.id, outputs))
                if self._first_only:
                    break
        return self._result(hits, frame)

    def _input(self, column: Column, frame: Frame) -> Any:
        """Return an input's value; FeelError for one, other than null, that is not allowed."""
        value = column.value(frame)
        if column.type is not None:
            value = fit(value, column.type)
        if (
            value is not None
            and column.allowed is not None
            and not column.allowed.within(frame.run, value)
        ):
            raise FeelError(
                f"the input “{column.label}” has a value that the table does not allow."
            )
        return value

    def _result(self, hits: list[Hit], frame: Frame) -> Any:
        if not hits and any(default is not None for default in self._defaults):
            values = [None if default is None else default(frame) for default in self._defaults]
            return self._shape(values)
        order = [None if values is None else values(frame) for values in self._priorities]
        chosen = HIT_POLICIES[self.table.hit_policy](hits, order, frame.budget)
        frame.rules.extend(hit.rule for hit in chosen.hits)
        if self.table.aggregation and not chosen.single:
            return combine(self.table.aggregation, chosen.hits, frame.budget)
        if chosen.single:
            return self._shape(chosen.hits[0].outputs) if chosen.hits else None
        return [self._shape(hit.outputs) for hit in chosen.hits]

    def _shape(self, outputs: list[Any]) -> Any:
        """Return one output as it is, several as a context."""
        if len(self._names) == 1:
            return outputs[0]
        return dict(zip(self._names, outputs, strict=True))


def _matches(line: Line, cells: list[list[Any]]) -> bool:
    """Return whether every cell of a rule passes its column's value."""
    for test in line.tests:
        try:
            if test.code(cells[test.column]) is not True:
                return False
        except (FeelError, ArithmeticError, RecursionError):
            # The long way gives the error that names the cell.
            run, value = cells[test.column]
            if not test.tests.within(run, value):
                return False
    return True
