"""Rules about every place that evaluates something: it parses, and it knows its names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflows.definitions.check.fault import Fault
from workflows.definitions.check.material import Material
from workflows.definitions.check.names import declared
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node
from workflows.definitions.places import parameters
from workflows.definitions.scripts import Assignment
from workflows.definitions.settings import nearest
from workflows.feel import (
    Expression,
    FeelError,
    FeelSyntaxError,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from workflows.feel.library import BUILTINS

SYNTAX = rule(
    701,
    "Expressions are FEEL",
    reason="What cannot be read cannot be decided; the case would stop there.",
    mend='Write FEEL, such as amount > 100 and category = "land".',
)
NAME = rule(
    702,
    "Names are declared",
    reason="A misspelt name is null, and null sends a company's case down the default flow.",
    mend="Use a field of a form, an assigned name, a result of an operation or of a decision.",
)
FUNCTION = rule(
    703,
    "Functions exist",
    reason="A call of an unknown function stops the case.",
    mend="Use a function that the studio lists.",
)
OPERATION = rule(
    704,
    "Operations exist and get their parameters",
    reason="A call of an unknown operation, or one without what it needs, stops the case.",
    mend="Choose an operation and fill in its parameters in the properties panel.",
)
LINES = rule(
    705,
    "Script tasks are lines of name = expression",
    reason="Nothing else is run; what needs more is an operation or a decision.",
    mend="Write one line per name, such as total = a + b.",
)
EMPTY = rule(
    706,
    "No empty expressions",
    reason="An empty expression is null.",
    mend="Write the expression, or delete the place.",
)
FACT = rule(
    707,
    "Facts are fields of forms",
    reason="A misspelt key gives null for ever.",
    mend="Use the key of a field that some form of this process has.",
)

_FACT = re.compile(r'\bfact\(\s*"([^"\\]*)"\s*\)')


@dataclass(frozen=True, kw_only=True)
class Known:
    """What an expression may speak of; None is not asked after."""

    names: frozenset[str] | None
    functions: frozenset[str] | None
    """The domain's functions, beside the language's own."""
    fields: frozenset[str] | None
    """Keys of all form fields, for facts."""

    @classmethod
    def of(cls, material: Material) -> Known:
        """Return what the expressions of a bundle may speak of."""
        keys = frozenset().union(*(form.keys for form in material.forms.values()))
        return cls(
            names=declared(material) if material.whole else None,
            functions=material.surroundings.functions,
            fields=keys if material.whole and material.forms else None,
        )


@subject
def expressions(material: Material) -> Iterator[Finding]:
    """Look at every FEEL text of the diagrams."""
    known = Known.of(material)
    for file, use in material.uses:
        if not use.text:
            yield EMPTY.found(file, f"the {use.place} is empty", element=use.element, name=use.name)
            continue
        for fault in faults(use.text, known):
            said = fault.sentence
            if fault.rule is SYNTAX:
                said = f"{_short(use.text)} cannot be read: {said}"
            yield fault.rule.found(file, f"{use.place}: {said}", element=use.element, name=use.name)


def faults(text: str, known: Known, *, tests: bool = False) -> Iterator[Fault]:
    """Return what is wrong with one FEEL text; `tests` are those of a decision table's cell."""
    try:
        expression = compile_unary_tests(text) if tests else compile_expression(text)
    except FeelError as error:
        position = error.position if isinstance(error, FeelSyntaxError) else 0
        yield Fault(rule=SYNTAX, sentence=error.reason, position=min(position, len(text)))
        return
    if known.names is not None:
        for name in sorted(expression.names - known.names):
            said = f'nothing declares the name "{name}".{nearest(name, known.names)}'
            yield Fault.at_word(NAME, said, name, text)
    if known.functions is not None:
        offered = known.functions | frozenset(BUILTINS)
        for name in sorted(expression.called - offered):
            said = f'there is no function "{name}".{nearest(name, offered)}'
            yield Fault.at_word(FUNCTION, said, name, text)
    for found in _FACT.finditer(text if known.fields is not None else ""):
        key = found[1]
        if known.fields is not None and key not in known.fields:
            said = f'no form has a field "{key}".{nearest(key, known.fields)}'
            yield Fault(rule=FACT, sentence=said, position=found.start(1), length=len(key))


def functions(material: Material) -> frozenset[str]:
    """Return the functions that expressions may call: the language's and the domain's."""
    return frozenset(BUILTINS) | (material.surroundings.functions or frozenset())


def unknown_functions(
    material: Material, expression: Expression | UnaryTests, own: frozenset[str] = frozenset()
) -> list[str]:
    """Return the functions that an expression calls and nobody provides."""
    functions = material.surroundings.functions
    if functions is None:
        return []
    return sorted(expression.called - functions - own - frozenset(BUILTINS))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= 100 else f'"{line[:97]}..."'


@subject
def scripts(material: Material) -> Iterator[Finding]:
    """Look at the lines of script tasks."""
    for file, node in material.nodes():
        if node.kind != "scriptTask":
            continue
        for one in node.assignments:
            if not one.target:
                yield LINES.at(file, node, sets_nothing(one))


def sets_nothing(one: Assignment) -> str:
    """Return the sentence about a line that is no assignment."""
    return f"line {one.line}: {_short(one.text)} sets no name"


@subject
def operations(material: Material) -> Iterator[Finding]:
    """Look at what service tasks call."""
    known = material.surroundings.operations
    for file, node in material.nodes():
        operator = node.operator
        if known is None or operator is None or not operator.get("id"):
            continue
        name = operator.get("id")
        if name not in known:
            names = frozenset(known)
            yield OPERATION.at(file, node, f'there is no operation "{name}".{nearest(name, names)}')
            continue
        yield from _parameters(file, node, name, known[name].parameters)


def _parameters(file: str, node: Node, operation: str, takes: object) -> Iterator[Finding]:
    expected = parameter_names(takes)
    given = parameters(node)
    for name in given:
        if name not in expected:
            names = frozenset(expected)
            yield OPERATION.at(
                file, node, f'"{operation}" takes no parameter "{name}".{nearest(name, names)}'
            )
    for name, required in expected.items():
        if required and name not in given:
            yield OPERATION.at(file, node, f'"{operation}" needs the parameter "{name}"')


def parameter_names(takes: object) -> dict[str, bool]:
    """Return parameter -> whether it is required, from a mapping or a row of parameters."""
    if isinstance(takes, Mapping):
        return {name: bool(getattr(one, "required", True)) for name, one in takes.items()}
    found: dict[str, bool] = {}
    for one in takes if isinstance(takes, (list, tuple, set, frozenset)) else ():
        name = one if isinstance(one, str) else getattr(one, "name", "")
        found[str(name)] = bool(getattr(one, "required", True))
    return found
