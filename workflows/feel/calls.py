"""Compiles function calls and function definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from inspect import Signature, signature
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.errors import FeelError, UnknownName
from workflows.feel.library import BUILTINS, Builtin
from workflows.feel.library.signature import charge
from workflows.feel.scope import ABSENT, Code, Run, Scope
from workflows.feel.syntax import Call, FunctionLiteral, Name, weight
from workflows.feel.types import FeelType, fit, resolve
from workflows.feel.values import Function, normal


class Closure(Function):
    """A function defined in FEEL, with the values around it."""

    __slots__ = ("_body", "_env", "_steps", "_types")

    def __init__(
        self,
        parameters: tuple[str, ...],
        types: tuple[FeelType | None, ...],
        body: Code,
        steps: int,
        env: list[Any],
    ) -> None:
        self._steps = steps
        self.parameters = parameters
        self._types = types
        self._body = body
        self._env = env

    @property
    def types(self) -> tuple[FeelType | None, ...]:
        """The types of the parameters, None for one that takes anything."""
        return self._types

    def tie(self, slot: int) -> None:
        """Let the body see the function itself under its own name."""
        self._env[slot] = self

    def call(self, budget: Budget, arguments: Sequence[Any]) -> Any:
        """Return the body's value; null when the number or a type does not fit."""
        if len(arguments) != len(self.parameters):
            return None
        values = []
        for value, kind in zip(arguments, self._types, strict=True):
            fitted = value if kind is None else fit(value, kind)
            if fitted is None and value is not None:
                return None
            values.append(fitted)
        budget.enter(self._steps)
        try:
            return self._body([*self._env, *values])
        finally:
            budget.leave()


class Domain(Function):
    """A Python function of the application, called with FEEL values."""

    __slots__ = ("_function", "_name", "_signature")

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self._name = name
        self._function = function
        self._signature = _signature(function)
        self.parameters = tuple(self._signature.parameters)

    def call(self, budget: Budget, arguments: Sequence[Any]) -> Any:
        """Return the function's result as a FEEL value; FeelError for wrong arguments."""
        return self._call(budget, arguments, {})

    def call_by_name(self, budget: Budget, arguments: Mapping[str, Any]) -> Any:
        """Return the result for named arguments; spaces in names stand for underscores."""
        named = {name.replace(" ", "_"): value for name, value in arguments.items()}
        return self._call(budget, (), named)

    def _call(self, budget: Budget, arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        budget.spend()
        try:
            bound = self._signature.bind(*arguments, **named)
        except TypeError as error:
            raise FeelError(f"{self._name}: {error}.") from error
        return normal(self._function(*bound.args, **bound.kwargs))


@lru_cache(maxsize=512)
def _signature(function: Callable[..., Any]) -> Signature:
    return signature(function)


def compile_call(node: Call, scope: Scope) -> Code:
    """Compile a call; the function is found while compiling where that is possible."""
    arguments = tuple(scope.code(argument) for argument in node.arguments)
    if not isinstance(node.function, Name):
        return _call_value(scope.code(node.function), arguments, node.names)
    name, position = node.function.name, node.function.position
    slot, items = scope.slot(name)
    if slot is not None or items:
        value = scope.code(node.function) if slot is not None or scope.declares(name) else None
        return _call_named(name, value or _member_of(name, items), arguments, node.names)
    declared = scope.root.names is None or name in scope.root.names
    scope.root.called.add(name)
    functions = scope.root.functions
    is_value = scope.root.names is not None and declared
    if name in BUILTINS and not is_value:
        return _call_builtin(BUILTINS[name], arguments, node.names)
    if functions is not None and not is_value and name not in functions and name not in BUILTINS:
        raise UnknownName(name, scope.root.known_functions, kind="function", position=position)
    if is_value:
        scope.root.free.add(name)
    return _call_named(name, lambda env: env[0].scope.get(name), arguments, node.names)


def _member_of(name: str, items: tuple[int, ...]) -> Code:
    def read(env: list[Any]) -> Any:
        for slot in items:
            item = env[slot]
            if type(item) is dict and name in item:
                return item[name]
        return env[0].scope.get(name)

    return read


def _call_builtin(
    builtin: Builtin, arguments: tuple[Code, ...], names: tuple[str, ...] | None
) -> Code:
    """Call a built-in function, unless the application overrides it (as it does `now`)."""
    name = builtin.name
    order = builtin.order(names) if names is not None else tuple(range(len(arguments)))
    fits = order is not None and builtin.accepts(len(order))
    ordered = tuple(arguments[place] if place is not None else _null for place in (order or ()))
    function = builtin.function
    if names is not None and order is not None:
        function = builtin.named(names, order)

    def call(env: list[Any]) -> Any:
        run = env[0]
        if run.functions and name in run.functions:
            return _apply(_domain(run, name), env, arguments, names)
        if not fits:
            return None
        values = [argument(env) for argument in ordered]
        charge(run.budget, values)
        return function(run.budget, *values)

    return call


def _null(env: list[Any]) -> None:
    return None


def _call_named(
    name: str, value: Code, arguments: tuple[Code, ...], names: tuple[str, ...] | None
) -> Code:
    """Call what a name means when the call happens: a value, a domain or built-in function."""

    def call(env: list[Any]) -> Any:
        function = value(env)
        if not isinstance(function, Function):
            function = _domain(env[0], name) or BUILTINS.get(name)
            if function is None:
                if env[0].scope.get(name, ABSENT) is not ABSENT:
                    return None
                known = {*BUILTINS, *env[0].functions}
                raise UnknownName(name, known, kind="function")
        return _apply(function, env, arguments, names)

    return call


def _domain(run: Run, name: str) -> Function | None:
    function = run.functions.get(name)
    if function is None or isinstance(function, Function):
        return function
    return Domain(name, function)


def _call_value(value: Code, arguments: tuple[Code, ...], names: tuple[str, ...] | None) -> Code:
    def call(env: list[Any]) -> Any:
        function = value(env)
        if not isinstance(function, Function):
            return None
        return _apply(function, env, arguments, names)

    return call


def _apply(
    function: Function | None,
    env: list[Any],
    arguments: tuple[Code, ...],
    names: tuple[str, ...] | None,
) -> Any:
    if function is None:
        return None
    values = [argument(env) for argument in arguments]
    if names is None:
        return function.call(env[0].budget, values)
    return function.call_by_name(env[0].budget, dict(zip(names, values, strict=True)))


def compile_function(node: FunctionLiteral, scope: Scope) -> Code:
    """Compile a function definition; a foreign body gives null."""
    parameters = tuple(name for name, _ in node.parameters)
    types = tuple(
        resolve(kind, scope.root.types) if kind is not None else None for _, kind in node.parameters
    )
    if node.external:
        return _null
    body = scope.bind(*parameters).code(node.body)
    steps = 1 + weight(node.body)

    def define(env: list[Any]) -> Closure:
        return Closure(parameters, types, body, steps, list(env))

    return define
