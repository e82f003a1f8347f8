"""The importer: BPMN of other products becomes a bundle, with a line for all that was not kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.definitions.bundle import SETTINGS, read_toml
from workflows.definitions.check import Finding
from workflows.definitions.check.material import Surroundings
from workflows.definitions.importer import (
    activiti,
    camunda7,
    formwork,
    plain,
    spiffarena,
    structure,
    zeebe,
)
from workflows.definitions.importer.doorstep import read
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.elements import retype
from workflows.definitions.importer.identity import give_ids
from workflows.definitions.importer.lanes import give_lanes
from workflows.definitions.importer.report import Report, Said, as_json
from workflows.definitions.importer.settings import lanes_of, main_process, settings_of
from workflows.definitions.importer.speech import translate_all, write_notes
from workflows.definitions.importer.vendor import Dialect, read_vendors
from workflows.definitions.importer.writing import serialize, split
from workflows.definitions.reading import SPIFF, local, namespace, read_xml

__all__ = ["Imported", "import_files"]

DIALECTS = (activiti.DIALECT, camunda7.DIALECT, zeebe.DIALECT, plain.DIALECT)
OURS = "throughtrain"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of an import: the bundle's files, the report, and what the check says of them."""

    dialect: str
    files: Mapping[str, bytes]
    report: Report
    findings: list[Finding]

    @property
    def status(self) -> int:
        """0 when the check accepts it and nothing is left to do, else 1."""
        refused = any(one.severity == "error" for one in self.findings)
        return int(refused or self.report.count("todo") > 0)

    def as_text(self) -> str:
        """Return the report for people."""
        errors = sum(one.severity == "error" for one in self.findings)
        lines = [f"{self.dialect}: {', '.join(sorted(self.files))}"]
        if self.report.lines:
            lines.append(self.report.as_text())
        lines.append(
            f"The check refuses the bundle for now: {errors} errors."
            if errors else "The check accepts the bundle."
        )  # fmt: skip
        return "\n".join(lines)

    def as_json(self) -> str:
        """Return everything for programs; files without their contents."""
        return as_json({
            "dialect": self.dialect,
            "status": self.status,
            "files": sorted(self.files),
            "counts": {one: self.report.count(one)
                       for one in ("todo", "dropped", "guessed", "kept")},
            "report": self.report.as_mappings(),
            "errors": sum(one.severity == "error" for one in self.findings),
            "warnings": sum(one.severity == "warning" for one in self.findings),
            "findings": [one.as_mapping() for one in self.findings],
        })  # fmt: skip


Check = Callable[[Mapping[str, bytes]], list[Finding]]


def import_files(
    name: str, files: Mapping[str, bytes], *, check: Check, surroundings: Surroundings | None = None
) -> Imported:
    """Return the bundle for the diagram `name`, one of `files` (path -> bytes).

    Beside a diagram of ours lie the other files of its bundle; of another product's the
    file comes alone. `check` is the check of this application. Raise Unreadable when the
    file is no BPMN 2.0, too large, or carries a DTD.
    """
    report = Report()
    root = read(files[name], report)
    settled = SETTINGS in files
    dialect, spiff = _dialect(root, settled)
    draft = Draft(root=root, report=report, language=_language(dialect, spiff))
    draft.settled = dialect == OURS
    given = dict(files) if settled else {}
    if settled:
        draft.lanes = lanes_of(read_toml(SETTINGS, files[SETTINGS]))
    before = serialize(root)
    _turn(draft, spiff)
    made = _bundle(draft, name, given, before, files[name], surroundings)
    findings = check(made)
    _list(report, findings, settled)
    return Imported(dialect=dialect, files=dict(sorted(made.items())), report=report,
                    findings=findings)  # fmt: skip


def _turn(draft: Draft, spiff: bool) -> None:
    """Turn the tree: ids first, then vendors' words, expressions, kinds, shape and lanes."""
    _initiators(draft)
    give_ids(draft)
    known = {space: one for one in DIALECTS for space in one.namespaces}
    if spiff:
        known[SPIFF] = spiffarena.DIALECT
    read_vendors(draft, known)
    if not draft.settled:
        translate_all(draft)
    write_notes(draft)
    retype(draft)
    structure.shape(draft)
    give_lanes(draft)


def _bundle(
    draft: Draft, name: str, given: dict[str, bytes], before: bytes, original: bytes,
    surroundings: Surroundings | None,
) -> dict[str, bytes]:  # fmt: skip
    """Return all files: those that were there, the diagrams, settings and forms that were made."""
    forms = frozenset(path[6:-5] for path in given if path.startswith("forms/"))
    formwork.give_forms(draft, forms)
    main = main_process(draft.diagram())
    made = dict(given)
    if SETTINGS not in given:
        start = formwork.start_form(draft, main.id, forms)
        made[SETTINGS] = settings_of(draft, main, start)
    trees = split(draft)
    for process, tree in trees.items():
        data = serialize(tree)
        path = f"{process}.bpmn"
        same = len(trees) == 1 and data == _as_written(before)
        made[path] = original if same and path in given and path == name else data
    made |= formwork.files_of(draft)
    return formwork.close_gaps(draft, made, surroundings or _NOTHING)


_NOTHING = Surroundings(operations=None, functions=None, names=frozenset(), lists=None,
                        text_names=None)  # fmt: skip


def _as_written(before: bytes) -> bytes:
    return serialize(read_xml(before))


def _dialect(root: etree._Element, settled: bool) -> tuple[str, bool]:
    """Return the dialect's title, and whether its own Spiff extensions are to be read."""
    spaces = {namespace(one) for one in root.iter()}
    spaces |= {str(key)[1:].partition("}")[0] for one in root.iter() for key in one.attrib
               if str(key).startswith("{")}  # fmt: skip
    declared = {space for space in root.nsmap.values() if space}
    found: list[Dialect] = [
        one for told in (spaces, declared)
        for one in (zeebe.DIALECT, camunda7.DIALECT, activiti.DIALECT)
        if told & set(one.namespaces)
    ]  # fmt: skip
    if found:
        return found[0].title, SPIFF in spaces
    if settled:
        return OURS, False
    if SPIFF in spaces:
        arena = spiffarena.is_arena(root)
        return (spiffarena.DIALECT.title, True) if arena else (OURS, False)
    return plain.DIALECT.title, False


def _language(title: str, spiff: bool) -> str:
    if title == OURS:
        return "feel"
    known = {one.title: one.language for one in (*DIALECTS, spiffarena.DIALECT)}
    return known.get(title, "juel")


def _initiators(draft: Draft) -> None:
    """Learn the names of variables that hold who started a case."""
    for element in draft.root.iter():
        for key, value in element.attrib.items():
            if str(key).endswith("}initiator") and local(element) == "startEvent":
                draft.initiators.add(str(value).strip())


def _list(report: Report, findings: list[Finding], settled: bool) -> None:
    """Put errors of the check onto the list of what is left to do."""
    if settled:
        return
    for finding in findings:
        if finding.severity == "error":
            sentence = f"{finding.file}: {finding.sentence.rstrip('.')}."
            said = Said(severity="todo", sentence=sentence, mend=finding.mend)
            report.add(finding.element, finding.name, f"check {finding.rule}", said)
