"""Built-in functions: their names, how they may be called, and how they register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.values import Function

Body = Callable[..., Any]
BUILTINS: dict[str, Builtin] = {}


class Builtin(Function):
    """A function of the standard; `forms` are its parameter lists, `sentence` what it gives.

    A form that ends in `...` takes any number of arguments of its last parameter. Where a
    call by name could mean several forms, the first that lists the names in the call's
    order is meant, and `kinds` are the types that arguments of a name must have.
    """

    __slots__ = ("counts", "forms", "function", "kinds", "name", "partial", "sentence", "variadic")

    def __init__(
        self,
        name: str,
        function: Body,
        forms: tuple[str, ...],
        partial: bool = False,
        kinds: Mapping[str, type | tuple[type, ...]] | None = None,
    ) -> None:
        self.partial = partial
        self.kinds = kinds or {}
        self.sentence = (function.__doc__ or "").split("\n")[0]
        self.name = name
        self.function = function
        self.variadic = any(form.endswith("...") for form in forms)
        self.forms = tuple(_names(form) for form in forms)
        self.counts = frozenset(len(form) for form in self.forms)
        self.parameters = self.forms[0]

    def accepts(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return count in self.counts or (self.variadic and count > min(self.counts))

    def order(self, names: Sequence[str]) -> tuple[int | None, ...] | None:
        """Return which named argument fills each place; None when no form has these names."""
        given = set(names)
        if len(given) != len(names):
            return None
        if tuple(names) in self.forms:
            return tuple(range(len(names)))
        for form in self.forms:
            if given == set(form) or (self.partial and given < set(form)):
                return tuple(names.index(name) if name in given else None for name in form)
        return None

    def named(self, names: Sequence[str], order: Sequence[int | None]) -> Body:
        """Return the function for arguments in `order` that were given under these names."""
        wanted = [
            (place, self.kinds[names[one]])
            for place, one in enumerate(order)
            if one is not None and names[one] in self.kinds
        ]
        function = self.function

        def call(budget: Budget, *arguments: Any) -> Any:
            if all(isinstance(arguments[place], kind) for place, kind in wanted):
                return function(budget, *arguments)
            return None

        return call if wanted else function

    def call(self, budget: Budget, arguments: Sequence[Any]) -> Any:
        """Return the result; null for a number of arguments that no form has."""
        if not self.accepts(len(arguments)):
            return None
        budget.spend()
        charge(budget, arguments)
        return self.function(budget, *arguments)

    def call_by_name(self, budget: Budget, arguments: Mapping[str, Any]) -> Any:
        """Return the result for named arguments; null when no form has these names."""
        names = list(arguments)
        order = self.order(names)
        if order is None:
            return None
        values = list(arguments.values())
        budget.spend()
        charge(budget, values)
        function = self.named(names, order)
        return function(budget, *[None if place is None else values[place] for place in order])


def charge(budget: Budget, arguments: Sequence[Any]) -> None:
    """Spend steps for looking through long texts and lists once."""
    for one in arguments:
        if type(one) is str:
            if len(one) > _SHORT:
                budget.spend(len(one) // _CHARACTERS_A_STEP)
        elif type(one) is list and len(one) > _SHORT:
            budget.spend(len(one) // _ITEMS_A_STEP)


_SHORT = 200
_CHARACTERS_A_STEP = 64
_ITEMS_A_STEP = 32


def _names(form: str) -> tuple[str, ...]:
    return tuple(name.strip().removesuffix("...") for name in form.split(",") if name.strip())


def builtin(
    name: str,
    *forms: str,
    partial: bool = False,
    single: bool = False,
    kinds: Mapping[str, type | tuple[type, ...]] | None = None,
) -> Callable[[Body], Body]:
    """Register a function under a FEEL name; each form lists its parameters.

    With `partial`, arguments that a call by name leaves out are null. With `single`, no
    parameter is a list, so that a list of one value stands for that value. `kinds` tell
    forms apart that differ in the type and name of a parameter.
    """

    def register(function: Body) -> Body:
        body = _of_single_values(function) if single else function
        BUILTINS[name] = Builtin(name, body, forms, partial, kinds)
        return function

    return register


def _of_single_values(function: Body) -> Body:
    """Return the function with lists of one value taken as that value."""

    @wraps(function)
    def call(budget: Budget, *arguments: Any) -> Any:
        for argument in arguments:
            if type(argument) is list:
                break
        else:
            return function(budget, *arguments)
        values = [one[0] if type(one) is list and len(one) == 1 else one for one in arguments]
        return function(budget, *values)

    return call
