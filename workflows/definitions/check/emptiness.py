"""The rule about empty entries: what a gateway compares has been filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.places import names_of, written_by

MAY_BE_EMPTY = rule(
    712,
    "What a gateway compares has been filled in",
    reason="Who leaves the entry empty goes down the default flow, though nobody decided so.",
    mend="Make the entry required, or say in the condition what an empty one means:"
    " amount = null or amount > 100.",
    severity="warning",
)
_COMPARED = re.compile(r"[<>]|\bbetween\b")
_KINDS = ("number", "datetime")


@subject
def emptiness(material: Material) -> Iterator[Finding]:
    """Look for conditions that compare what only an entry gives that may be left empty."""
    if not material.whole or material.settings is None:
        return
    optional = _optional(material)
    for file, use in material.uses:
        if use.place != "condition" or not _COMPARED.search(use.text):
            continue
        for name in sorted(names_of(use.text) & optional):
            if re.search(rf"(?<!\w){re.escape(name)}\s*!?=\s*null\b", use.text) is None:
                yield MAY_BE_EMPTY.found(
                    file,
                    f'"{name}" is compared, and may be left empty in its form',
                    element=use.element,
                    name=use.name,
                )


def _optional(material: Material) -> frozenset[str]:
    """Return the numbers and dates that only entries give which may be left empty."""
    entries: dict[str, bool] = {}
    for form in material.forms.values():
        for field in form.fields:
            if field.key:
                may_be = field.kind in _KINDS and (not field.required or field.hide is not None)
                may_be = may_be and field.default is None
                entries[field.key] = entries.get(field.key, True) and may_be
    given = set(material.surroundings.names)
    for _, node in material.nodes():
        given |= set(written_by(node))
    for table in material.tables.values():
        given |= table.outputs
    return frozenset(name for name, may_be in entries.items() if may_be) - given
