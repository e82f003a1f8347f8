"""Compiled expressions and unary tests: what callers hold and call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.compiler import compile_node
from workflows.feel.errors import BudgetExceeded, FeelError, FeelSyntaxError
from workflows.feel.knownnames import KnownNames
from workflows.feel.library import BUILTINS
from workflows.feel.parser import MAX_DEPTH, parse
from workflows.feel.scope import Code, Root, Run, Scope
from workflows.feel.syntax import depth, weight
from workflows.feel.types import FeelType
from workflows.feel.values import is_native, normal

_NO_FUNCTIONS: Mapping[str, Callable[..., Any]] = {}
_STANDARD_NAMES = KnownNames(
    {
        *BUILTINS,
        "date and time",
        "days and time duration",
        "years and months duration",
        "time offset",
        "start included",
        "end included",
    }
)


class _Compiled:
    """What expressions and unary tests have in common."""

    __slots__ = ("_code", "_steps", "_strict", "called", "members", "names", "text")

    def __init__(self, text: str, code: Code, root: Root) -> None:
        self.text = text
        self._steps = root.steps
        self._code = code
        self._strict = root.names is None
        self.names = frozenset(root.free)
        self.members = frozenset(root.members)
        self.called = frozenset(root.called)

    @property
    def code(self) -> Code:
        """The bare code, for callers that count `steps` and name its text in errors."""
        return self._code

    @property
    def steps(self) -> int:
        """What one evaluation costs before anything in it is counted."""
        return self._steps

    def _run(self, env: list[Any]) -> Any:
        try:
            if self._steps:
                env[0].budget.spend(self._steps)
            value = self._code(env)
            if type(value) is list or type(value) is dict:
                _check_size(value, env[0].budget)
            return value
        except FeelError as error:
            raise error.within(self.text) from None
        except ArithmeticError:
            raise FeelError("a number or date is out of range.", expression=self.text) from None
        except RecursionError:
            raise BudgetExceeded("it is nested too deeply.", expression=self.text) from None


class Expression(_Compiled):
    """A compiled expression; call it with a scope.

    `text` is the source, `names` the free names that it reads, `called` the functions
    it calls by name, `members` names that are read inside filters and may belong to
    the filtered items.
    """

    def __call__(
        self,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]] | None = None,
        budget: Budget | None = None,
    ) -> Any:
        """Return the value in `scope`; FeelError when a limit or an unknown name stops it."""
        return self._run([Run(scope, functions or _NO_FUNCTIONS, budget or Budget(), self._strict)])

    def within(self, run: Run) -> Any:
        """Return the value in a shared run."""
        return self._run([run])

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests(_Compiled):
    """The compiled tests of a decision table's cell; `?` is the tested value."""

    def __call__(
        self,
        scope: Mapping[str, Any],
        value: Any,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        budget: Budget | None = None,
    ) -> bool:
        """Return whether `value` passes; null counts as no."""
        native = value if is_native(value) else normal(value)
        run = Run(scope, functions or _NO_FUNCTIONS, budget or Budget(), self._strict)
        return self.within(run, native)

    def allows(self, value: Any) -> bool:
        """Return whether a FEEL value passes tests that read no other names."""
        return self.within(Run({}, _NO_FUNCTIONS, Budget(), self._strict), value)

    def within(self, run: Run, value: Any) -> bool:
        """Return whether a FEEL value passes in a shared run."""
        return self._run([run, value]) is True

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What an expression may speak of.

    `names` the scope will declare and `functions` the domain offers; None accepts any.
    `hints` are names that the text may use without anything declaring them: they only
    settle how names with spaces and symbols are cut. `types` are a model's own types.
    """

    names: frozenset[str] | None = None
    functions: frozenset[str] | None = None
    hints: frozenset[str] = frozenset()
    types: Mapping[str, FeelType] = field(default_factory=dict)

    @cached_property
    def known(self) -> KnownNames:
        """All names that are more than one word, ready for the lexer."""
        return KnownNames([*(self.names or ()), *(self.functions or ()), *self.hints])


def compile_expression(
    text: str,
    names: Iterable[str] | None = None,
    functions: Iterable[str] | None = None,
) -> Expression:
    """Return a compiled expression.

    `names` are the names that the scope will declare: any other name is an UnknownName
    now, and a declared one that the scope lacks is null later. With None every name is
    accepted now and must be in the scope later. `functions` are the names of the
    domain's functions; with None unknown functions are found when called. Raises
    FeelSyntaxError for text that is not FEEL.
    """
    return _expression(text, _frozen(names), _frozen(functions))


def compile_unary_tests(
    text: str,
    names: Iterable[str] | None = None,
    functions: Iterable[str] | None = None,
) -> UnaryTests:
    """Return compiled unary tests such as `< 5, [10..20]`; names as for expressions."""
    return _unary_tests(text, _frozen(names), _frozen(functions))


def compile_with(text: str, vocabulary: Vocabulary) -> Expression:
    """Return an expression compiled for a model's own names and types."""
    code, root = _compile(text, vocabulary, unary=False)
    return Expression(text, code, root)


def compile_tests_with(text: str, vocabulary: Vocabulary) -> UnaryTests:
    """Return unary tests compiled for a model's own names and types."""
    code, root = _compile(text, vocabulary, unary=True)
    return UnaryTests(text, code, root)


def _frozen(names: Iterable[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


@lru_cache(maxsize=4096)
def _expression(
    text: str, names: frozenset[str] | None, functions: frozenset[str] | None
) -> Expression:
    return compile_with(text, Vocabulary(names=names, functions=functions))


@lru_cache(maxsize=4096)
def _unary_tests(
    text: str, names: frozenset[str] | None, functions: frozenset[str] | None
) -> UnaryTests:
    return compile_tests_with(text, Vocabulary(names=names, functions=functions))


def _compile(text: str, vocabulary: Vocabulary, unary: bool) -> tuple[Code, Root]:
    root = Root(vocabulary.names, vocabulary.functions, vocabulary.types, compile_node)
    scope = Scope.outermost(root, ("?",) if unary else ())
    if unary and text.strip() in ("-", ""):
        return _always, root
    try:
        node = parse(text, (vocabulary.known, _STANDARD_NAMES), unary=unary)
        if depth(node) > MAX_DEPTH:
            raise FeelSyntaxError(f"it is nested more than {MAX_DEPTH} deep.")
        root.steps = weight(node) // 4
        return scope.code(node), root
    except FeelError as error:
        raise error.within(text) from None


def _always(env: list[Any]) -> bool:
    return True


def _check_size(value: Any, budget: Budget) -> None:
    """BudgetExceeded when a result holds more elements than the budget allows."""
    pending = [value]
    count = 0
    while pending:
        found = pending.pop()
        if type(found) is dict:
            pending.extend(found.values())
        elif type(found) is list:
            pending.extend(found)
        count += 1
        if count > budget.size or len(pending) > budget.size:
            budget.check_size(budget.size + 1)
