"""Rules about messages that people may send at any time: who, with what, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from models.people import ROLES
from workflows.definitions.check.lanes import FLAG
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import EVENTS, Node
from workflows.definitions.settings import nearest

PROPERTY = rule(
    907,
    "Properties of an event are known",
    reason="A misspelt property is not read, and nobody, or somebody else, may send the message.",
    mend="Use form, roles, unit, public, sentence, sentence_en or name_en on a message event;"
    " other events take none.",
)
ROLE = rule(
    908,
    "Roles that may send a message exist",
    reason="Nobody holds a role that there is not, so nobody could send the message.",
    mend='List role keys with commas between, such as roles = "enterprise" or "head, handler".',
)
CONSEQUENCE = rule(
    909,
    "Messages that people send say what will happen",
    reason="A button whose consequence nobody reads is pressed by mistake.",
    mend="Write the property sentence, and sentence_en in English.",
    severity="warning",
)

_PROPERTIES = frozenset(("form", "roles", "unit", "public", "sentence", "sentence_en", "name_en"))


@subject
def standing(material: Material) -> Iterator[Finding]:
    """Look at the properties of every event."""
    for file, node in material.nodes():
        if node.kind in EVENTS:
            yield from _properties(file, node)
        if node.catches_message:
            yield from _sender(file, node)


def _properties(file: str, node: Node) -> Iterator[Finding]:
    known = _PROPERTIES if node.catches_message else frozenset[str]()
    for name in node.properties:
        if name not in known:
            yield PROPERTY.at(
                file, node, f'"{name}" is not a property of this event.{nearest(name, known)}'
            )


def _sender(file: str, node: Node) -> Iterator[Finding]:
    roles = [role.strip() for role in node.properties.get("roles", "").split(",")]
    named = [role for role in roles if role]
    for role in named:
        if role not in ROLES:
            yield ROLE.at(file, node, f'there is no role "{role[:60]}".{nearest(role, ROLES)}')
    public = node.properties.get("public", "true")
    if public not in ("true", "false"):
        yield FLAG.at(file, node, f'public is "{public[:40]}"')
    if named and not node.properties.get("sentence"):
        yield CONSEQUENCE.at(file, node, "the message does not say what sending it leads to")
