"""Decisions as diagrams and forms need to know them: what they read and what they give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workflows.definitions.reading import local, read_xml

CELL = 10
"""What every cell counts beside its characters."""

_LISTS = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


@dataclass(frozen=True, kw_only=True)
class Table:
    """One decision of a DMN file, whatever its form."""

    id: str
    name: str
    file: str
    outputs: frozenset[str]
    """Names that its result brings into the case's data."""
    expressions: tuple[str, ...]
    """FEEL of its inputs, literal expressions and output cells."""
    local: frozenset[str]
    """Names that the decision itself gives to its parts."""
    characters: int
    """Cost of reading it: the length of all FEEL, and something for every cell."""


def tables_of(file: str, data: bytes) -> Iterator[Table]:
    """Return the decisions of a DMN file; raise `Unreadable` when it is no clean XML."""
    for element in read_xml(data).iter():
        if local(element) == "decision" and element.get("id"):
            yield _table(file, element)


def _table(file: str, element: etree._Element) -> Table:
    own = {element.get("id"), element.get("name") or element.get("id")}
    table = next((one for one in element.iterchildren() if local(one) == "decisionTable"), None)
    collects = table is not None and table.get("hitPolicy", "UNIQUE") in _LISTS
    outputs = {one.get("name") for one in element.iter() if local(one) == "output"} - {None, ""}
    entries = set(_variables(element, "contextEntry"))
    # A context is merged name by name; any other result is stored under the decision's id.
    merged = set() if collects else (outputs if len(outputs) > 1 else set()) | entries
    return Table(
        id=element.get("id"),
        name=element.get("name") or element.get("id"),
        file=file,
        outputs=frozenset(merged or {element.get("id")}),
        expressions=tuple(_texts(element)),
        characters=sum(
            len(one.text or "") + CELL for one in element.iter() if local(one) == "text"
        ),
        local=frozenset(entries | set(_variables(element, "formalParameter")) | own),
    )


def _variables(decision: etree._Element, kind: str) -> Iterator[str]:
    for one in decision.iter():
        if local(one) == kind and kind != "contextEntry" and one.get("name"):
            yield one.get("name")
        elif local(one) == "contextEntry" == kind:
            for child in one.iterchildren():
                if local(child) == "variable" and child.get("name"):
                    yield child.get("name")


def _texts(decision: etree._Element) -> Iterator[str]:
    for element in decision.iter():
        if local(element) in ("inputExpression", "literalExpression", "outputEntry"):
            for child in element.iterchildren():
                if local(child) == "text" and (child.text or "").strip():
                    yield (child.text or "").strip()
