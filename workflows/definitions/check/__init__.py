"""The check: every rule that a definition must keep before it is deployed, uploaded or imported."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import Path

from workflows.definitions.bundle import files_of_folder
from workflows.definitions.check import (  # noqa: F401  (subjects register themselves)
    decisions,
    elements,
    emptiness,
    expressions,
    files,
    flows,
    forms,
    gateways,
    ids,
    lanes,
    loops,
    multi_instance,
    nesting,
    order,
    outcomes,
    parallel,
    standing,
    texts,
    timers,
    unitkeys,
)
from workflows.definitions.check import files as file_rules
from workflows.definitions.check.material import OperationShape, Surroundings
from workflows.definitions.check.reader import read_material
from workflows.definitions.check.registry import RULES, SUBJECTS, Finding, Language, Rule, Severity
from workflows.definitions.check.report import exit_status, report
from workflows.definitions.reading import FILE_BYTES
from workflows.errors import DefinitionRefused, Place

__all__ = [
    "RULES", "Finding", "Language", "OperationShape", "Rule", "Severity", "Surroundings",
    "check_bundle", "check_path", "exit_status", "files_at", "has_errors", "report",
]  # fmt: skip

MOST_FINDINGS = 500
MOST_OF_A_SUBJECT = 100
KNOWN = (".bpmn", ".xml", ".dmn", ".form", ".txt", ".toml")


def check_bundle(
    contents: Mapping[str, bytes],
    *,
    operations: Mapping[str, OperationShape] | None = None,
    functions: Collection[str] | None = None,
    names: Collection[str] = (),
    lists: Collection[str] | None = None,
    text_names: Mapping[str, Collection[str]] | None = None,
    units: Collection[str] | None = None,
    whole: bool = True,
) -> list[Finding]:
    """Return all findings about a bundle given as path -> bytes, errors first.

    `operations` are those that service tasks may call, `functions` the domain's FEEL
    functions, `lists` the option lists that forms may name, each None when it is not
    known here; `names` are those that the application puts into every case, `text_names`
    what every text may use, `units` the keys of the city's units.
    What is not `whole` is not asked for what would lie beside it.
    """
    surroundings = _surroundings(operations, functions, names, lists, text_names, units)
    return _check(contents, surroundings, whole=whole)


def check_path(
    path: Path | str,
    *,
    operations: Mapping[str, OperationShape] | None = None,
    functions: Collection[str] | None = None,
    names: Collection[str] = (),
    lists: Collection[str] | None = None,
    text_names: Mapping[str, Collection[str]] | None = None,
) -> list[Finding]:
    """Return all findings about one file or a bundle's folder, errors first.

    A single file is not asked for what would lie beside it. Raise DefinitionRefused
    when there is nothing that could be read at all. See `check_bundle` for the rest.
    """
    contents, whole = files_at(path)
    surroundings = _surroundings(operations, functions, names, lists, text_names)
    return _check(contents, surroundings, whole=whole)


def files_at(path: Path | str) -> tuple[dict[str, bytes], bool]:
    """Return path -> bytes of a bundle's folder, or of one file, and whether it is a bundle."""
    path = Path(path)
    if path.is_dir():
        return files_of_folder(path), True
    return {path.name: _one_file(path)}, False


def _surroundings(
    operations: Mapping[str, OperationShape] | None,
    functions: Collection[str] | None,
    names: Collection[str],
    lists: Collection[str] | None,
    text_names: Mapping[str, Collection[str]] | None,
    units: Collection[str] | None = None,
) -> Surroundings:
    return Surroundings(
        operations=operations,
        functions=None if functions is None else frozenset(functions),
        names=frozenset(names),
        lists=None if lists is None else frozenset(lists),
        text_names=text_names,
        units=None if units is None else frozenset(units),
    )


def _one_file(path: Path) -> bytes:
    if not path.is_file() or path.suffix not in KNOWN:
        raise DefinitionRefused(
            place=Place(file=str(path)),
            reason="there is no such file, or not one of a definition",
            advice=f"Name a folder with bundle.toml, or a file ending in {', '.join(KNOWN)}.",
        )
    with path.open("rb") as file:
        return file.read(FILE_BYTES + 1)


def has_errors(findings: list[Finding]) -> bool:
    """Return whether a definition with these findings is refused."""
    return any(finding.severity == "error" for finding in findings)


def _check(
    contents: Mapping[str, bytes], surroundings: Surroundings, *, whole: bool
) -> list[Finding]:
    material, findings = read_material(contents, surroundings, whole=whole)
    for look in SUBJECTS:
        if not material.late:
            findings += islice(look(material), MOST_OF_A_SUBJECT)
    if material.late:
        findings.append(file_rules.SIZE.found("", "the check did not come to an end in time"))
    unique = dict.fromkeys(findings)
    ordered = sorted(unique, key=lambda f: (f.severity, f.file, f.rule, f.element))
    return ordered[:MOST_FINDINGS]
