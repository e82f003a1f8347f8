"""Turns syntax nodes into closures: literals, contexts, paths, and where the rest is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflows.feel import syntax
from workflows.feel.calls import Closure, compile_call, compile_function
from workflows.feel.errors import FeelSyntaxError
from workflows.feel.loops import (
    compile_condition,
    compile_filter,
    compile_iteration,
    compile_quantified,
)
from workflows.feel.operators import (
    compile_between,
    compile_comparison,
    compile_negative,
    compile_operation,
)
from workflows.feel.properties import member
from workflows.feel.ranges import make_range
from workflows.feel.scope import Code, Scope, read_name
from workflows.feel.syntax import Node
from workflows.feel.types import is_instance, resolve
from workflows.feel.unary import compile_compared, compile_contained, compile_tests


def _constant(node: syntax.Constant, scope: Scope) -> Code:
    value = node.value
    return lambda env: value


def _name(node: syntax.Name, scope: Scope) -> Code:
    return read_name(node.name, node.position, scope)


def _parenthesis(node: syntax.Parenthesis, scope: Scope) -> Code:
    if len(node.tests) > 1:
        raise FeelSyntaxError("several values in brackets stand only after “in”.")
    return scope.code(node.tests[0])


def _list(node: syntax.ListLiteral, scope: Scope) -> Code:
    items = tuple(scope.code(item) for item in node.items)
    return lambda env: [item(env) for item in items]


def _context(node: syntax.ContextLiteral, scope: Scope) -> Code:
    """Compile a context; a key that stands twice makes the whole null."""
    keys = tuple(key for key, _ in node.entries)
    codes: list[Code] = []
    for key, value in node.entries:
        outer, scope = scope, scope.bind(key)
        codes.append(
            _recursive(value, scope)
            if isinstance(value, syntax.FunctionLiteral)
            else outer.code(value)
        )
    if len(set(keys)) != len(keys):
        return lambda env: None

    def context(env: list[Any]) -> dict[str, Any]:
        inner = list(env)
        for code in codes:
            inner.append(code(inner))
        return dict(zip(keys, inner[len(env) :], strict=True))

    return context


def _recursive(node: syntax.FunctionLiteral, scope: Scope) -> Code:
    """Compile a function that may call itself by its key, which has the last slot."""
    code, slot = scope.code(node), scope.size - 1

    def define(env: list[Any]) -> Any:
        function = code([*env, None])
        if isinstance(function, Closure):
            function.tie(slot)
        return function

    return define


def _range(node: syntax.RangeLiteral, scope: Scope) -> Code:
    low, high = scope.code(node.low), scope.code(node.high)
    closed = node.low_closed, node.high_closed
    if isinstance(node.low, syntax.Constant) and isinstance(node.high, syntax.Constant):
        made = make_range(node.low.value, node.high.value, *closed)
        return lambda env: made
    return lambda env: make_range(low(env), high(env), *closed)


def _path(node: syntax.Path, scope: Scope) -> Code:
    value, name = scope.code(node.value), node.member
    if isinstance(node.value, syntax.Name) and node.value.name == "item":
        value = _element(value, name, scope)

    def path(env: list[Any]) -> Any:
        found = value(env)
        if type(found) is dict:
            return found.get(name)
        if type(found) is list:
            env[0].budget.spend(len(found))
        return member(found, name)

    return path


def _element(value: Code, name: str, scope: Scope) -> Code:
    """Read `item` before `.name`: the filtered element where it has that member itself."""
    slot, hiding = scope.slot("item")
    if slot is None or slot not in hiding:
        return value

    def element(env: list[Any]) -> Any:
        found = env[slot]
        return found if type(found) is dict and name in found else value(env)

    return element


def _instance_of(node: syntax.InstanceOf, scope: Scope) -> Code:
    value, kind = scope.code(node.value), resolve(node.type, scope.root.types)

    def instance(env: list[Any]) -> bool | None:
        found = value(env)
        return None if kind is None else is_instance(found, kind)

    return instance


_COMPILERS: dict[type[Node], Callable[[Any, Scope], Code]] = {
    syntax.Constant: _constant,
    syntax.Name: _name,
    syntax.Parenthesis: _parenthesis,
    syntax.ListLiteral: _list,
    syntax.ContextLiteral: _context,
    syntax.RangeLiteral: _range,
    syntax.Path: _path,
    syntax.InstanceOf: _instance_of,
    syntax.Operation: compile_operation,
    syntax.Negative: compile_negative,
    syntax.Comparison: compile_comparison,
    syntax.Between: compile_between,
    syntax.Contained: compile_contained,
    syntax.Compared: compile_compared,
    syntax.Tests: compile_tests,
    syntax.Iteration: compile_iteration,
    syntax.Quantified: compile_quantified,
    syntax.Condition: compile_condition,
    syntax.Filter: compile_filter,
    syntax.Call: compile_call,
    syntax.FunctionLiteral: compile_function,
}


def compile_node(node: Node, scope: Scope) -> Code:
    """Return the closure of a node."""
    return _COMPILERS[type(node)](node, scope)
