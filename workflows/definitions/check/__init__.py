"""The check: every rule that a definition must keep before it is deployed, uploaded or imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workflows.definitions.bundle import files_of_folder
from workflows.definitions.check import (  # noqa: F401  (subjects register themselves)
    decisions,
    elements,
    expressions,
    files,
    flows,
    forms,
    gateways,
    ids,
    lanes,
    loops,
    multi_instance,
    parallel,
    texts,
    timers,
)
from workflows.definitions.check.material import OperationShape, Surroundings
from workflows.definitions.check.reader import read_material
from workflows.definitions.check.registry import RULES, SUBJECTS, Finding, Rule, Severity
from workflows.definitions.check.report import exit_status, report
from workflows.definitions.reading import FILE_BYTES
from workflows.errors import DefinitionRefused, Place

__all__ = [
    "RULES", "Finding", "OperationShape", "Rule", "Severity", "Surroundings",
    "check_bundle", "check_path", "exit_status", "has_errors", "report",
]  # fmt: skip

MOST_FINDINGS = 500
KNOWN = (".bpmn", ".xml", ".dmn", ".form", ".txt", ".toml")


def check_bundle(
    contents: Mapping[str, bytes], surroundings: Surroundings | None = None
) -> list[Finding]:
    """Return all findings about a bundle given as path -> bytes, errors first."""
    return _check(contents, surroundings or Surroundings(), whole=True)


def check_path(path: Path | str, surroundings: Surroundings | None = None) -> list[Finding]:
    """Return all findings about one file or a bundle's folder, errors first.

    A single file is not asked for what would lie beside it. Raise DefinitionRefused
    when there is nothing that could be read at all.
    """
    path = Path(path)
    if path.is_dir():
        return check_bundle(files_of_folder(path), surroundings)
    return _check({path.name: _one_file(path)}, surroundings or Surroundings(), whole=False)


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
        findings += look(material)
    unique = dict.fromkeys(findings)
    ordered = sorted(unique, key=lambda f: (f.severity, f.file, f.rule, f.element))
    return ordered[:MOST_FINDINGS]
