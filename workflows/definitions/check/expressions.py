"""Rules about every place that evaluates something: it parses, and it knows its names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workflows.definitions.check.material import Material
from workflows.definitions.check.names import declared
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node
from workflows.definitions.places import Use, parameters
from workflows.definitions.settings import nearest
from workflows.feel import Expression, FeelError, compile_expression
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


@subject
def expressions(material: Material) -> Iterator[Finding]:
    """Look at every FEEL text of the diagrams."""
    known = declared(material)
    for file, use in material.uses:
        if not use.text:
            yield EMPTY.found(file, f"the {use.place} is empty", element=use.element, name=use.name)
            continue
        try:
            expression = compile_expression(use.text)
        except FeelError as error:
            yield SYNTAX.found(
                file,
                f"{use.place}: {_short(use.text)} cannot be read: {error.reason}",
                element=use.element,
                name=use.name,
            )
            continue
        yield from _known(material, file, use, expression, known)


def _known(
    material: Material, file: str, use: Use, expression: Expression, known: frozenset[str]
) -> Iterator[Finding]:
    for name in sorted(expression.names - known if material.whole else ()):
        yield NAME.found(
            file,
            f'{use.place}: nothing declares the name "{name}".{nearest(name, known)}',
            element=use.element,
            name=use.name,
        )
    for name in unknown_functions(material, expression):
        yield FUNCTION.found(
            file,
            f'{use.place}: there is no function "{name}".{nearest(name, functions(material))}',
            element=use.element,
            name=use.name,
        )
    if material.whole and material.forms:
        keys = frozenset().union(*(form.keys for form in material.forms.values()))
        for key in _FACT.findall(use.text):
            if key not in keys:
                yield FACT.found(
                    file,
                    f'{use.place}: no form has a field "{key}".{nearest(key, keys)}',
                    element=use.element,
                    name=use.name,
                )


def functions(material: Material) -> frozenset[str]:
    """Return the functions that expressions may call: the language's and the domain's."""
    return frozenset(BUILTINS) | (material.surroundings.functions or frozenset())


def unknown_functions(
    material: Material, expression: Expression, own: frozenset[str] = frozenset()
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
                yield LINES.at(file, node, f"line {one.line}: {_short(one.text)} sets no name")


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
