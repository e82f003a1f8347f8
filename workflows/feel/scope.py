"""What a name means at each place of an expression, settled while compiling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.errors import FeelError, UnknownName
from workflows.feel.library import BUILTINS
from workflows.feel.syntax import Node
from workflows.feel.types import FeelType
from workflows.feel.values import SCALARS, Function, is_native, normal

Code = Callable[[list[Any]], Any]
"""A compiled part: takes the environment (the run, then local values by slot)."""

ABSENT = object()


class Run:
    """One evaluation: the caller's names and functions, its budget, values made native."""

    __slots__ = ("budget", "functions", "memo", "scope", "strict")

    def __init__(
        self,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        budget: Budget,
        strict: bool,
    ) -> None:
        self.scope = scope
        self.functions = functions
        self.budget = budget
        self.memo: dict[str, Any] | None = None
        self.strict = strict

    def convert(self, name: str, value: Any) -> Any:
        """Return a scope value as a FEEL value; an absent name is null unless strict."""
        if value is ABSENT:
            if self.strict:
                raise UnknownName(name, self.scope)
            return None
        if self.memo is None:
            self.memo = {}
        elif name in self.memo:
            return self.memo[name]
        made = value if is_native(value) else normal(value)
        self.memo[name] = made
        return made


class Root:
    """What holds for the whole expression while it is compiled."""

    def __init__(
        self,
        names: frozenset[str] | None,
        functions: frozenset[str] | None,
        types: Mapping[str, FeelType],
        code: Callable[[Node, Scope], Code],
    ) -> None:
        self.names = names
        self.functions = functions
        self.types = types
        self.code = code
        self.steps = 0
        self.free: set[str] = set()
        self.members: set[str] = set()
        self.called: set[str] = set()

    @property
    def known_functions(self) -> set[str]:
        """All names that a call may use, for suggestions."""
        return set(BUILTINS) | (self.functions or frozenset()) | (self.names or frozenset())


class Scope:
    """One level of local names; levels are linked to the one around them."""

    __slots__ = ("item", "names", "parent", "root", "size")

    def __init__(
        self,
        root: Root,
        parent: Scope | None,
        names: Mapping[str, int],
        size: int,
        item: int | None,
    ) -> None:
        self.root = root
        self.parent = parent
        self.names = names
        self.size = size
        self.item = item

    @classmethod
    def outermost(cls, root: Root, names: Sequence[str] = ()) -> Scope:
        """Return the scope of a whole expression; `names` fill the first slots."""
        return cls(root, None, {name: 1 + i for i, name in enumerate(names)}, 1 + len(names), None)

    def bind(self, *names: str) -> Scope:
        """Return an inner scope whose names take the next slots."""
        slots = {name: self.size + i for i, name in enumerate(names)}
        return Scope(self.root, self, slots, self.size + len(names), None)

    def bind_item(self) -> Scope:
        """Return the scope of a filter: `item`, and the item's own members as names."""
        return Scope(self.root, self, {"item": self.size}, self.size + 1, self.size)

    def code(self, node: Node) -> Code:
        """Compile a node in this scope."""
        return self.root.code(node, self)

    def slot(self, name: str) -> tuple[int | None, tuple[int, ...]]:
        """Return the slot of a local name and the filter items that may hide it."""
        items: list[int] = []
        for scope in self._outwards():
            if name in scope.names:
                if scope.item is not None:  # an item's own member `item` hides the item
                    items.append(scope.item)
                return scope.names[name], tuple(items)
            if scope.item is not None:
                items.append(scope.item)
        return None, tuple(items)

    def _outwards(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def declares(self, name: str) -> bool:
        """Whether a name is local or one of the caller's declared names."""
        slot, _ = self.slot(name)
        return slot is not None or (self.root.names is not None and name in self.root.names)


def read_name(name: str, position: int, scope: Scope) -> Code:
    """Compile the reading of a name; UnknownName when nothing can declare it."""
    slot, items = scope.slot(name)
    if slot is not None:
        inner = _read_slot(slot)
    elif scope.root.names is not None and name not in scope.root.names:
        if name not in BUILTINS and not items:
            raise UnknownName(name, scope.root.names, position=position)
        inner = _constant(BUILTINS.get(name))
        scope.root.members.add(name)
    elif (scope.root.names is None and items) or (scope.root.names is None and name in BUILTINS):
        scope.root.members.add(name)
        inner = _read_possible(name)
    else:
        scope.root.free.add(name)
        inner = _read_free(name)
    return _read_member(name, items, inner) if items else inner


def _constant(value: Any) -> Code:
    return lambda env: value


def _read_slot(slot: int) -> Code:
    return lambda env: env[slot]


def _read_free(name: str) -> Code:
    def read(env: list[Any]) -> Any:
        run = env[0]
        value = run.scope.get(name, ABSENT)
        if type(value) in SCALARS:
            return value
        return run.convert(name, value)

    return read


def _read_possible(name: str) -> Code:
    """Read a name that the scope may hold, a built-in function may be, or nothing is."""
    fallback = BUILTINS.get(name)

    def read(env: list[Any]) -> Any:
        run = env[0]
        value = run.scope.get(name, ABSENT)
        return fallback if value is ABSENT else run.convert(name, value)

    return read


def _read_member(name: str, items: tuple[int, ...], inner: Code) -> Code:
    """Read a name that members of the filtered items hide."""

    def read(env: list[Any]) -> Any:
        for slot in items:
            item = env[slot]
            if type(item) is dict and name in item:
                return item[name]
        return inner(env)

    return read


def refuse_function(name: str, known: Mapping[str, Any] | set[str]) -> FeelError:
    """Return the error for a call of a function that nobody declares."""
    return UnknownName(name, known, kind="function")


def as_function(value: Any) -> Function | None:
    """Return a value as a function, None when it is something else."""
    return value if isinstance(value, Function) else None
