"""The importer: BPMN of other products becomes a bundle, with a line for all that was not kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from workflows.definitions.bundle import SETTINGS, read_toml
from workflows.definitions.check import RULES, Finding, Language
from workflows.definitions.check.material import Surroundings
from workflows.definitions.importer import formwork, gaps, structure
from workflows.definitions.importer.decisions import name_results, read_decisions
from workflows.definitions.importer.dialects import OURS, Spoken, dialect_of
from workflows.definitions.importer.doorstep import read
from workflows.definitions.importer.draft import Draft, merged
from workflows.definitions.importer.elements import retype
from workflows.definitions.importer.formfiles import read_forms, tell_unused
from workflows.definitions.importer.gathering import (
    Gathered,
    callers_first,
    form_name,
    gather,
    tell_others,
)
from workflows.definitions.importer.identity import give_ids
from workflows.definitions.importer.lanes import give_lanes
from workflows.definitions.importer.report import Report, Said, as_json
from workflows.definitions.importer.settings import lanes_of, main_process, settings_of
from workflows.definitions.importer.speech import translate_all
from workflows.definitions.importer.vendor import read_vendors
from workflows.definitions.importer.work import write_notes
from workflows.definitions.importer.writing import serialize, split, tell_several
from workflows.definitions.messages import Message, Translate, spoken
from workflows.definitions.reading import FILE_BYTES, Unreadable, bpmn, local, read_xml
from workflows.errors import DefinitionRefused, Place

__all__ = ["Imported", "import_files"]


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

    def as_text(self, language: Language = "en", say: Translate = str) -> str:
        """Return the report for people in a language, in which `say` gives message ids."""
        errors = sum(one.severity == "error" for one in self.findings)
        lines = [f"{self.dialect}: {', '.join(sorted(self.files))}"]
        if self.report.lines:
            lines.append(self._told(language).as_text(say))
        verdict = (
            Message("The check refuses the bundle for now; errors: %(errors)s.", errors=errors)
            if errors
            else Message("The check accepts the bundle.")
        )
        return "\n".join([*lines, spoken(verdict, say)])

    def as_json(self, language: Language = "en", say: Translate = str) -> str:
        """Return everything for programs; files without their contents."""
        return as_json(
            {
                "dialect": self.dialect,
                "status": self.status,
                "files": sorted(self.files),
                "counts": {
                    one: self.report.count(one) for one in ("todo", "dropped", "guessed", "kept")
                },
                "report": self._told(language).as_mappings(say),
                "errors": sum(one.severity == "error" for one in self.findings),
                "warnings": sum(one.severity == "warning" for one in self.findings),
                "findings": [
                    one.as_mapping()
                    | {"sentence": one.said(language), "mend": one.mended(language)}
                    for one in self.findings
                ],
            }
        )

    def _told(self, language: Language) -> Report:
        """Return the report; what to do about a rule that is not kept is said by the rule."""
        if language == "en":
            return self.report
        lines = [
            replace(line, mend=RULES[line.rule].words(language).mend) if line.rule else line
            for line in self.report.lines
        ]
        return Report(lines=lines)


Check = Callable[[Mapping[str, bytes]], list[Finding]]


def import_files(
    files: Mapping[str, bytes],
    *,
    check: Check,
    surroundings: Surroundings | None = None,
    name: str = "",
) -> Imported:
    """Return the bundle for `files` (path -> bytes): a bundle of ours, or another product's files.

    Of a bundle of ours the diagram `name` is looked at, the others stay. `check` is the
    check of this application. Raise DefinitionRefused, with the file, where one is no
    BPMN 2.0 or DMN, too large, or carries a DTD, or where there is no diagram at all.
    """
    report = Report()
    if SETTINGS in files:
        dialect, made = _ours(report, name, files, surroundings)
    else:
        dialect, made = _theirs(report, gather(files), surroundings)
    places = _places(made)
    findings = check(made)
    _list(report, findings, SETTINGS in files)
    report.place(places | _forms(files, made))
    return Imported(
        dialect=dialect, files=dict(sorted(made.items())), report=report, findings=findings
    )


def _places(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return in which diagram or decision file every element with an id lies.

    Raise DefinitionRefused where a file that was made is larger than a file may be.
    """
    found: dict[str, str] = {}
    for path, data in files.items():
        if path.endswith((".bpmn", ".dmn")):
            if len(data) > FILE_BYTES:
                raise DefinitionRefused(
                    place=Place(file=path),
                    reason=Message(
                        "the diagram that becomes of it has %(bytes)s bytes, more than %(most)s",
                        bytes=f"{len(data):,}",
                        most=f"{FILE_BYTES:,}",
                    ),
                    advice=Message("Split the process into called processes."),
                )
            root = read_xml(data)
            found |= {str(one.get("id")): path for one in root.iter() if one.get("id")}
    return found


def _forms(files: Mapping[str, bytes], made: Mapping[str, bytes]) -> dict[str, str]:
    """Return which form every file that came beside the diagrams has become."""
    found = {path: f"forms/{form_name(path)}.form" for path in files}
    return {path: form for path, form in found.items() if form in made}


def _ours(
    report: Report, name: str, files: Mapping[str, bytes], surroundings: Surroundings | None
) -> tuple[str, dict[str, bytes]]:
    """Return the files of a bundle with one of its diagrams read; nothing changes in ours."""
    root = _read(name, files[name], report)
    spoken = dialect_of(root, settled=True)
    draft = Draft(root=root, report=report, language=spoken.language)
    draft.settled = spoken.title == OURS
    draft.lanes = lanes_of(read_toml(SETTINGS, files[SETTINGS]))
    before = serialize(read_xml(serialize(root)))
    _turn(draft, spoken)
    give_lanes(draft)
    made = _bundle(draft, dict(files), surroundings)
    path = f"{root.findall(bpmn('process'))[0].get('id')}.bpmn"
    if path == name and made.get(path) == before:
        made[path] = files[name]
    return spoken.title, made


def _theirs(
    report: Report, gathered: Gathered, surroundings: Surroundings | None
) -> tuple[str, dict[str, bytes]]:
    """Return a bundle for files of another product."""
    if not gathered.diagrams:
        raise DefinitionRefused(
            place=Place(),
            reason=Message("there is no diagram in BPMN 2.0 among the files"),
            advice=Message(
                "Export the diagram as BPMN 2.0 from the product in which it was drawn."
            ),
        )
    first = Draft(root=etree.Element(bpmn("definitions")), report=report)
    first.units = surroundings.units if surroundings else None
    read_forms(first, gathered.forms)
    parts, titles, changed = [], dict[str, None](), dict[str, str]()
    for path, data in callers_first(gathered.diagrams):
        root = _read(path, data, report)
        spoken = dialect_of(root, settled=False)
        part = replace(first, root=root, language=spoken.language)
        part.settled = spoken.title == OURS
        changed |= _turn(part, spoken)
        titles[spoken.title] = None
        parts.append(part)
    draft = merged(parts, changed)
    decisions = read_decisions(draft, gathered.decisions)
    name_results(draft, decisions)
    give_lanes(draft)
    tell_others(report, gathered.others)
    return " + ".join(titles), _bundle(draft, decisions, surroundings)


def _read(path: str, data: bytes, report: Report) -> etree._Element:
    try:
        return read(data, report)
    except Unreadable as error:
        raise error.refused(path) from error


def _turn(draft: Draft, spoken: Spoken) -> dict[str, str]:
    """Turn a tree: ids first, then vendors' words, expressions, kinds and shape.

    Return the ids that were changed, old -> new.
    """
    _initiators(draft)
    changed = give_ids(draft)
    read_vendors(draft, spoken.known)
    if not draft.settled:
        translate_all(draft)
    write_notes(draft)
    retype(draft)
    tell_several(draft)
    structure.shape(draft)
    return changed


def _bundle(
    draft: Draft, given: dict[str, bytes], surroundings: Surroundings | None
) -> dict[str, bytes]:
    """Return all files: those that are there, the diagrams, settings and forms that are made."""
    forms = frozenset(path[6:-5] for path in given if path.startswith("forms/"))
    formwork.give_forms(draft, forms)
    main = main_process(draft.diagram())
    made = dict(given)
    if SETTINGS not in given:
        start = formwork.start_form(draft, main.id, forms)
        made[SETTINGS] = settings_of(draft, main, start)
        tell_unused(draft, {notes.form for notes in draft.notes.values()})
    for process, tree in split(draft).items():
        made[f"{process}.bpmn"] = serialize(tree)
    made |= formwork.files_of(draft)
    return gaps.close_gaps(draft, made, surroundings or _NOTHING)


_NOTHING = Surroundings(
    operations=None, functions=None, names=frozenset(), lists=None, text_names=None
)


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
            sentence = Message(
                "%(file)s: %(sentence)s", file=finding.file, sentence=Message(finding.sentence)
            )
            said = Said(severity="todo", sentence=sentence, mend=finding.mend)
            report.add(
                finding.element, finding.name, f"check {finding.rule}", said, rule=finding.rule
            )
