"""Rules about letters, messages and scenarios as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.places import parameters
from workflows.definitions.settings import nearest

TEXT = rule(
    951,
    "Letters and messages are harmless templates",
    reason="A template that calls or computes could keep the server busy or read what it must not.",
    mend="Use {{ name }}, {% if %}, {% for %} and the listed filters only.",
)
SCENARIO = rule(
    952,
    "Scenarios can be read",
    reason="A scenario that is not read proves nothing.",
    mend="Look at the line that is named; the file is TOML.",
)
NAMED = rule(
    953,
    "Letters and messages that are named exist",
    reason="The step that should write the letter would stop there.",
    mend="Add texts/<name>.txt, or name one that is there.",
)
NAMES = rule(
    954,
    "Letters and messages know their names",
    reason="A misspelt name leaves a gap in a letter that has gone out.",
    mend="Use a field of a form, what a decision gives, or a name that every text may use.",
)

TEXT_PARAMETER = "TextName"
"""The type of an operation's parameter that names a text."""


@subject
def named(material: Material) -> Iterator[Finding]:
    """Look at where tasks and operations name a text."""
    if not material.whole:
        return
    known = {path[6:-4] for path in material.files if path.startswith("texts/")}
    for file, node in material.nodes():
        wanted = [node.properties["notify"]] if node.properties.get("notify") else []
        operator = node.operator
        if operator is not None:
            wanted += _named_by(material, operator.get("id", ""), parameters(node))
        for name in wanted:
            if name not in known:
                yield NAMED.at(file, node, f'there is no text "{name[:60]}".{nearest(name, known)}')


def _named_by(material: Material, operation: str, given: Mapping[str, str]) -> list[str]:
    """Return the texts that a call names outright, in double quotes."""
    shape = (material.surroundings.operations or {}).get(operation)
    described = shape.parameters if shape is not None else ()
    if not isinstance(described, Mapping):
        return []
    return [
        text[1:-1]
        for name, text in given.items()
        if getattr(described.get(name), "type", "") == TEXT_PARAMETER
        and text[:1] == text[-1:] == '"'
        and '"' not in text[1:-1]
    ]


@subject
def names(material: Material) -> Iterator[Finding]:
    """Look at the names in every text, and at what is taken of those that are known."""
    given = material.surroundings.text_names
    if given is None or not material.whole:
        return
    facts = {key for form in material.forms.values() for key in form.keys}
    facts |= {name for table in material.tables.values() for name in table.outputs}
    known = facts | set(given)
    for text in material.texts.values():
        file = f"texts/{text.name}.txt"
        for name in sorted(text.names - known):
            yield NAMES.found(file, f'nothing gives "{name}".{nearest(name, known)}')
        for name, member in sorted(text.members):
            members = given.get(name)
            if members and member not in members and name not in facts:
                yield NAMES.found(file, f'"{name}" has no "{member}".{nearest(member, members)}')
