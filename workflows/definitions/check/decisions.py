"""Rules about decisions: the files can be read, and business rule tasks find theirs."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.expressions import functions, unknown_functions
from workflows.definitions.check.material import Material
from workflows.definitions.check.names import declared
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.places import compiled
from workflows.definitions.settings import nearest

INVALID = rule(
    851,
    "Decisions can be evaluated",
    reason="A decision that cannot be read stops every case that asks it.",
    mend="Correct the cell or expression that is named.",
)
MISSING = rule(
    852,
    "Decisions exist",
    reason="A business rule task without its decision stops the case.",
    mend="Choose a decision in the properties panel, or draw it.",
)
NAMES = rule(
    853,
    "Decisions know their inputs",
    reason="A misspelt input is null, and the table falls through to its last rule.",
    mend="Use a field of a form, an assigned name or another decision.",
)
ONE = rule(
    854,
    "Decision ids are unique, and one of them bears the name of its file",
    reason="Of two decisions with the same id only one would ever be asked.",
    mend="Rename the decision or its file.",
)


@subject
def decisions(material: Material) -> Iterator[Finding]:
    """Look at what business rule tasks ask, and what decisions read."""
    for file, node in material.nodes():
        key = node.decision
        asks = node.kind == "businessRuleTask" and key and material.whole
        if asks and key not in material.tables:
            known = frozenset(material.tables)
            yield MISSING.at(file, node, f'there is no decision "{key}".{nearest(key, known)}')
    by_file: dict[str, set[str]] = {}
    for table in material.tables.values():
        by_file.setdefault(table.file, set()).add(table.id)
    for file, ids in by_file.items():
        stem = file.rpartition("/")[2].rpartition(".")[0]
        if material.whole and stem not in ids:
            yield ONE.found(file, f'no decision in this file has the id "{stem}"')
    yield from _names(material)


def _names(material: Material) -> Iterator[Finding]:
    own = frozenset(table.name for table in material.tables.values()) | frozenset(material.tables)
    known = declared(material)
    for table in material.tables.values():
        if material.whole and material.decisions is not None and table.id in material.decisions:
            for name in sorted(material.decisions.names(table.id) - known - own - table.local):
                yield NAMES.found(
                    table.file,
                    f'nothing declares the name "{name}".{nearest(name, known)}',
                    element=table.id,
                    name=table.name,
                )
        for expression in filter(None, map(compiled, table.expressions)):
            for name in unknown_functions(material, expression, own | table.local):
                yield NAMES.found(
                    table.file,
                    f'there is no function "{name}".{nearest(name, functions(material))}',
                    element=table.id,
                    name=table.name,
                )
