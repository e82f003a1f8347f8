"""The parts of an expression as parsed: frozen nodes without behaviour."""

from __future__ import annotations

from collections.abc import Iterator as Nodes
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of an expression."""


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A literal; `value` is the FEEL value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name; `position` counts characters from 0."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """A chain of one precedence level: `operators[i]` stands before `operands[i + 1]`."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Arithmetic negation."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator right` with one of `< <= > >= = !=`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compared(Node):
    """A test without a left side, such as `< 5`; outside a test it is a range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Contained(Node):
    """`value in tests`: true when any test holds."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """Unary tests; `negated` for `not(...)`."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Parenthesis(Node):
    """Brackets around one expression, or around several tests after `in`."""

    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    """`[low..high]` with open or closed ends."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    """`{key: value}`; later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`value.member`."""

    value: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`value[condition]`: an index or a condition on each item."""

    value: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A call with arguments by position, or by name when `names` is set."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """`if test then yes else no`."""

    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in domain`, or `name in domain .. until` for whole numbers and dates."""

    name: str
    domain: Node
    until: Node | None = None


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`for ... return result`."""

    iterators: tuple[Iterator, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some ... satisfies test` (`every` when `universal`)."""

    universal: bool
    iterators: tuple[Iterator, ...]
    test: Node


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Node):
    """`function(a: number, b) body`; `external` bodies name foreign code and never run."""

    parameters: tuple[tuple[str, TypeNode | None], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class TypeNode:
    """A type as written: `name` is a plain name or list, range, context, function.

    `arguments` are the inner types; of a context with `members` as their names;
    of a function the last one is the result.
    """

    name: str
    arguments: tuple[TypeNode, ...] = ()
    members: tuple[str, ...] = ()
    is_generic: bool = False


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: TypeNode


def children(node: Node) -> tuple[Node | None, ...]:
    """Return the parts directly inside a node."""
    match node:
        case Operation(_, operands):
            return operands
        case Negative(operand) | Compared(_, operand):
            return (operand,)
        case Comparison(_, left, right):
            return (left, right)
        case Between(value, low, high):
            return (value, low, high)
        case Contained(value, tests):
            return (value, *tests)
        case Tests(tests, _) | Parenthesis(tests) | ListLiteral(tests):
            return tests
        case RangeLiteral(low, high, _, _):
            return (low, high)
        case ContextLiteral(entries):
            return tuple(entry for _, entry in entries)
        case Path(value, _) | InstanceOf(value, _):
            return (value,)
        case Filter(value, condition):
            return (value, condition)
        case Call(function, arguments, _):
            return (function, *arguments)
        case Condition(test, yes, no):
            return (test, yes, no)
        case Iteration(iterators, body) | Quantified(_, iterators, body):
            domains = (part for one in iterators for part in (one.domain, one.until))
            return (*domains, body)
        case FunctionLiteral(_, body, _):
            return (body,)
    return ()


def walk(node: Node) -> Nodes[Node]:
    """Yield a node and all parts inside it."""
    pending: list[Node | None] = [node]
    while pending:
        part = pending.pop()
        if part is not None:
            yield part
            pending.extend(children(part))


def weight(node: Node | None) -> int:
    """Return the steps that one evaluation of a part counts for: more for longer text."""
    return 0 if node is None else sum(1 for _ in walk(node)) // 4


def depth(node: Node) -> int:
    """Return how deep parts are nested inside each other."""
    deepest = 0
    pending: list[tuple[Node | None, int]] = [(node, 1)]
    while pending:
        part, level = pending.pop()
        if part is not None:
            deepest = max(deepest, level)
            pending.extend((child, level + 1) for child in children(part))
    return deepest
