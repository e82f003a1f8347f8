"""Compiles boxed expressions: everything that may stand inside a decision."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from typing import Any

from workflows.dmn.frame import Boxed, Frame
from workflows.dmn.functions import BoxedFunction
from workflows.dmn.itemtypes import ItemTypes
from workflows.dmn.reading import Element, attribute, child, children, local, text_of
from workflows.feel.errors import FeelError, FeelSyntaxError
from workflows.feel.expression import (
    Expression,
    UnaryTests,
    Vocabulary,
    compile_tests_with,
    compile_with,
)
from workflows.feel.loops import items_of, pick
from workflows.feel.types import FeelType, fit
from workflows.feel.values import Function

Report = Callable[[Element, FeelError], None]
_FEEL = ("", "feel", "http://www.omg.org/spec/feel", "https://www.omg.org/spec/dmn")


class Boxer:
    """Compiles the boxed expressions of one decision and notes the names that they read."""

    def __init__(
        self, types: ItemTypes, vocabulary: Vocabulary, report: Report, table: TableCompiler
    ) -> None:
        self.types = types
        self._expression = cache(partial(compile_with, vocabulary=vocabulary))
        self._unary_tests = cache(partial(compile_tests_with, vocabulary=vocabulary))
        self.report = report
        self.names: set[str] = set()
        self.members: set[str] = set()
        self.called: set[str] = set()
        self.failures: list[FeelError] = []
        self._local: tuple[str, ...] = ()
        self._table = table

    def compile(self, element: Element | None) -> Boxed:
        """Return the code of a boxed expression; an absent one is null."""
        if element is None:
            return _null
        build = _BUILDERS.get(local(element))
        if build is None:
            return self.broken(element, "this kind of expression is not supported.")
        return build(self, element)

    def inside(self, *names: str) -> Inside:
        """Return a block in which these names are local."""
        return Inside(self, names)

    def broken(self, element: Element, reason: str, text: str = "") -> Boxed:
        """Report what is wrong, and return code that raises it."""
        return self._failed(element, FeelError(reason, expression=text or local(element)))

    def _failed(self, element: Element, error: FeelError) -> Boxed:
        self._report(element, error)
        return self.raising(error)

    def expression(self, text: str, element: Element) -> Boxed:
        """Return the code of a FEEL text; an empty one is null."""
        if not text:
            return _null
        try:
            compiled = self._expression(text)
        except FeelSyntaxError as error:
            return self._failed(element, error)
        self._note(compiled)
        within = compiled.within
        return lambda frame: within(frame.run)

    def tests(self, text: str, element: Element) -> UnaryTests | None:
        """Return compiled unary tests, None after reporting that they are not any."""
        try:
            compiled = self._unary_tests(text)
        except FeelSyntaxError as error:
            self._report(element, error)
            return None
        self._note(compiled)
        return compiled

    def _report(self, element: Element, error: FeelError) -> None:
        self.failures.append(error)
        self.report(element, error)

    def raising(self, error: FeelError) -> Boxed:
        """Return code that raises an error reported before."""

        def fail(frame: Frame) -> Any:
            raise FeelError(error.reason, expression=error.expression)

        return fail

    def _note(self, compiled: Expression | UnaryTests) -> None:
        self.names |= compiled.names - set(self._local)
        self.members |= compiled.members - set(self._local)
        self.called |= compiled.called - set(self._local)

    def literal(self, element: Element) -> Boxed:
        language = attribute(element, "expressionLanguage").lower()
        if not language.startswith(_FEEL[1:]) and language not in _FEEL:
            return self.broken(element, f"the language {language} is not FEEL.")
        kind = self.types.reference(attribute(element, "typeRef"))
        code = self.expression(text_of(element), element)
        return code if kind is None else lambda frame: fit(code(frame), kind)

    def context(self, element: Element) -> Boxed:
        """Compile a context; an entry without a name is the result."""
        entries: list[tuple[str, FeelType | None, Boxed]] = []
        with self.inside() as block:
            for entry in children(element, "contextEntry"):
                variable = child(entry, "variable")
                name = attribute(variable, "name")
                body = next((part for part in children(entry) if part is not variable), None)
                if body is not None and local(body) == "functionDefinition" and name:
                    block.add(name)
                kind = self.types.reference(attribute(variable, "typeRef"))
                entries.append((name, kind, self.compile(body)))
                if name:
                    block.add(name)
        return _context(entries)

    def invocation(self, element: Element) -> Boxed:
        """Compile a call with named bindings."""
        function = self.compile(next(children(element), None))
        bindings: list[tuple[str, Boxed]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            body = next((part for part in children(binding) if part is not parameter), None)
            bindings.append((attribute(parameter, "name"), self.compile(body)))

        def invoke(frame: Frame) -> Any:
            called = function(frame)
            if not isinstance(called, Function):
                return None
            arguments = {name: value(frame) for name, value in bindings}
            if isinstance(called, BoxedFunction):
                arguments = called.complete(arguments, frame)
            return called.call_by_name(frame.budget, arguments)

        return invoke

    def list(self, element: Element) -> Boxed:
        items = [self.compile(item) for item in children(element) if local(item) in _BUILDERS]
        return lambda frame: [item(frame) for item in items]

    def relation(self, element: Element) -> Boxed:
        """Compile a relation to a list of contexts."""
        names = [attribute(column, "name") for column in children(element, "column")]
        rows = [[self.compile(cell) for cell in children(row)] for row in children(element, "row")]
        return lambda frame: [
            {name: cell(frame) for name, cell in zip(names, row, strict=False)} for row in rows
        ]

    def function(self, element: Element) -> Boxed:
        """Compile a function definition; foreign code gives null."""
        if attribute(element, "kind", "FEEL").upper() != "FEEL":
            return self.broken(element, "functions in other languages are not run.")
        parameters = [
            (attribute(one, "name"), self.types.reference(attribute(one, "typeRef")))
            for one in children(element, "formalParameter")
        ]
        body_element = next((one for one in children(element) if local(one) in _BUILDERS), None)
        with self.inside(*(name for name, _ in parameters)):
            body = self.compile(body_element)
        result = self.types.reference(attribute(element, "typeRef"))
        if result is not None and result.name == "function":
            result = None
        return lambda frame: BoxedFunction(parameters, body, frame, result)

    def decision_table(self, element: Element) -> Boxed:
        return self._table(self, element)

    def conditional(self, element: Element) -> Boxed:
        test, yes, no = (self.part(element, name) for name in ("if", "then", "else"))

        def choose(frame: Frame) -> Any:
            answer = test(frame)
            if answer is True:
                return yes(frame)
            return no(frame) if answer is False or answer is None else None

        return choose

    def part(self, element: Element, name: str) -> Boxed:
        """Compile the expression inside a named part."""
        holder = child(element, name)
        return self.compile(None if holder is None else next(children(holder), None))

    def filter(self, element: Element) -> Boxed:
        """Compile a filter; names of the match may be members of the items."""
        items = self.part(element, "in")
        before = set(self.names)
        with self.inside("item"):
            match = self.part(element, "match")
        self.members |= self.names - before
        self.names = before

        def select(frame: Frame) -> Any:
            value = items(frame)
            found = value if type(value) is list else [] if value is None else [value]
            kept = []
            for item in found:
                frame.budget.spend()
                members = item if type(item) is dict else {}
                passed = match(frame.with_names({**members, "item": item}))
                if type(passed) is Decimal:
                    return pick(found, passed)
                if passed is True:
                    kept.append(item)
            return kept

        return select

    def loop(self, element: Element) -> Boxed:
        """Compile a boxed `for`, `some` or `every`."""
        kind = local(element)
        name = attribute(element, "iteratorVariable")
        domain = self.part(element, "in")
        with self.inside(name, "partial"):
            body = self.part(element, "return" if kind == "for" else "satisfies")
        uses_partial = kind == "for" and any("partial" in text for text in element.itertext())

        def results(frame: Frame) -> list[Any] | None:
            items = items_of(domain(frame))
            if items is None:
                return None
            found: list[Any] = []
            for item in items:
                frame.budget.spend(1 + (len(found) if uses_partial else 0))
                frame.budget.check_size(len(found))
                names = {name: item} | ({"partial": list(found)} if uses_partial else {})
                found.append(body(frame.with_names(names)))
            return found

        if kind == "for":
            return results
        return lambda frame: _quantified(results(frame), universal=kind == "every")


class Inside:
    """A block of a boxer in which further names are local."""

    def __init__(self, boxer: Boxer, names: tuple[str, ...]) -> None:
        self._boxer = boxer
        self._names = names
        self._before: tuple[str, ...] = ()

    def __enter__(self) -> Inside:
        self._before = self._boxer._local
        self._boxer._local = (*self._before, *self._names)
        return self

    def add(self, name: str) -> None:
        """Make one more name local up to the end of the block."""
        self._boxer._local = (*self._boxer._local, name)

    def __exit__(self, *error: object) -> None:
        self._boxer._local = self._before


TableCompiler = Callable[[Boxer, Element], Boxed]


def _null(frame: Frame) -> None:
    return None


def _context(entries: list[tuple[str, FeelType | None, Boxed]]) -> Boxed:
    def context(frame: Frame) -> Any:
        made: dict[str, Any] = {}
        inner = frame
        for name, kind, body in entries:
            value = body(inner)
            if not name:
                return value
            made[name] = value if kind is None else fit(value, kind)
            inner = frame.with_names(made)
            if isinstance(value, BoxedFunction):
                value.tie(name)
        return made

    return context


def _quantified(answers: list[Any] | None, universal: bool) -> bool | None:
    if answers is None:
        return None
    if any(answer is (not universal) for answer in answers):
        return not universal
    return universal if all(answer is universal for answer in answers) else None


_BUILDERS: dict[str, Callable[[Boxer, Element], Boxed]] = {
    "literalExpression": Boxer.literal,
    "context": Boxer.context,
    "invocation": Boxer.invocation,
    "list": Boxer.list,
    "relation": Boxer.relation,
    "functionDefinition": Boxer.function,
    "decisionTable": Boxer.decision_table,
    "conditional": Boxer.conditional,
    "filter": Boxer.filter,
    "for": Boxer.loop,
    "some": Boxer.loop,
    "every": Boxer.loop,
}
