"""Functions whose bodies are boxed expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflows.dmn.frame import Boxed, Frame
from workflows.feel.budget import Budget
from workflows.feel.types import FeelType, fit
from workflows.feel.values import Function


class BoxedFunction(Function):
    """A function whose body is a boxed expression; it sees the frame that defined it."""

    __slots__ = ("_body", "_frame", "_result", "_types")

    def __init__(
        self,
        parameters: Sequence[tuple[str, FeelType | None]],
        body: Boxed,
        frame: Frame,
        result: FeelType | None = None,
    ) -> None:
        self._result = result
        self.parameters = tuple(name for name, _ in parameters)
        self._types = tuple(kind for _, kind in parameters)
        self._body = body
        self._frame = frame

    def complete(self, arguments: dict[str, Any], frame: Frame) -> dict[str, Any]:
        """Return arguments with unbound parameters read from names in scope, or null."""
        unbound = {name: frame.scope.get(name) for name in self.parameters if name not in arguments}
        return {**unbound, **arguments} if unbound else arguments

    def returning(self, result: FeelType) -> BoxedFunction:
        """Return this function with its results fitted to a declared type."""
        made = BoxedFunction((), self._body, self._frame, result)
        made.parameters, made._types = self.parameters, self._types
        return made

    def tie(self, name: str) -> None:
        """Let the body call the function itself by name."""
        self._frame = self._frame.with_names({name: self})

    def call(self, budget: Budget, arguments: Sequence[Any]) -> Any:
        """Return the body's value; null when the number or a type does not fit."""
        if len(arguments) != len(self.parameters):
            return None
        values: dict[str, Any] = {}
        for name, kind, value in zip(self.parameters, self._types, arguments, strict=True):
            values[name] = value if kind is None else fit(value, kind)
            if values[name] is None and value is not None:
                return None
        budget.enter()
        try:
            value = self._body(self._frame.with_names(values))
            return value if self._result is None else fit(value, self._result)
        finally:
            budget.leave()
