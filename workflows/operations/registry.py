"""The registry of operations: what each takes and gives, and whether it can be undone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from workflows.errors import Place, StepFailed
from workflows.feel.values import kind_of
from workflows.operations.context import OperationContext

Run = TypeVar("Run", bound=Callable[..., Any])
Undo = Callable[[OperationContext], None]

TextName: TypeAlias = str
"""A parameter that names a text of the bundle: the check looks whether it is there."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    type: str
    required: bool
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A function that a service task may call.

    `undo` takes back what it did in a step (of `context.step`); without it a step that called
    the operation cannot be recalled.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Parameter]
    result: str
    undo: Undo | None
    function: Callable[..., Any]

    def run(self, context: OperationContext, given: Mapping[str, Any]) -> Any:
        """Call the function with the values of a service task's parameters."""
        missing = [p.name for p in self.parameters.values() if p.required and p.name not in given]
        unknown = [name for name in given if name not in self.parameters]
        if missing or unknown:
            raise StepFailed(
                place=Place(),
                reason=f"the operation {self.name} was called with wrong parameters: "
                f"missing {missing}, unknown {unknown}",
                advice="Give it the parameters that the studio lists, and deploy again.",
            )
        for name, value in given.items():
            if not _fits(value, self.parameters[name].type):
                raise StepFailed(
                    place=Place(),
                    reason=f"the operation {self.name} takes {self.parameters[name].type} as"
                    f" {name}, not {kind_of(value)}",
                    advice="Write an expression that gives this kind of value, and deploy again.",
                )
        return self.function(context, **given)


def _fits(value: Any, declared: str) -> bool:
    """Return whether a value has one of the types that a parameter declares."""
    if value is None:
        return declared.endswith("None")
    kinds = (_KINDS.get(one.partition("[")[0]) for one in declared.split(" | "))
    return any(kind is not None and isinstance(value, kind) for kind in kinds)


_KINDS: dict[str, type] = {
    "str": str,
    "TextName": str,
    "bool": bool,
    "Decimal": Decimal,
    "date": date,
    "datetime": datetime,
    "Mapping": Mapping,
    "Sequence": Sequence,
    "Any": object,
}

registry: dict[str, Operation] = {}
"""All operations by name; filled by importing the subjects."""


def operation(name: str, *, title: str, undo: Undo | None = None) -> Callable[[Run], Run]:
    """Register a function as an operation.

    Its parameters are its keyword-only parameters, each explained by a line `name: meaning` of
    its docstring.
    """

    def register(function: Run) -> Run:
        signature = inspect.signature(function)
        lines = inspect.getdoc(function) or ""
        registry[name] = Operation(
            name=name,
            title=title,
            description=lines.partition("\n\n")[0],
            parameters={
                one.name: Parameter(
                    name=one.name,
                    type=str(one.annotation),
                    required=one.default is inspect.Parameter.empty,
                    meaning=_meaning(lines, one.name),
                )
                for one in signature.parameters.values()
                if one.kind is inspect.Parameter.KEYWORD_ONLY
            },
            result=str(signature.return_annotation),
            undo=undo,
            function=function,
        )
        return function

    return register


def _meaning(lines: str, name: str) -> str:
    for line in lines.splitlines():
        key, colon, meaning = line.strip().partition(":")
        if colon and key == name:
            return meaning.strip()
    return ""
