"""How the check reads a bundle: as far as it goes, each file on its own, no error thrown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workflows.definitions.bundle import SETTINGS as SETTINGS_FILE
from workflows.definitions.bundle import file_problems, largest, read_toml
from workflows.definitions.check import decisions, files, flows, forms, texts
from workflows.definitions.check.material import Material, Surroundings
from workflows.definitions.check.registry import Finding, Rule
from workflows.definitions.diagram import Diagram
from workflows.definitions.forms import Form
from workflows.definitions.places import uses
from workflows.definitions.reading import Unreadable, canonical
from workflows.definitions.settings import read_settings
from workflows.definitions.tables import tables_of
from workflows.definitions.texts import Text
from workflows.dmn import parse_decisions
from workflows.errors import DefinitionRefused

_KINDS = {"dtd": files.DTD, "size": files.SIZE}


def read_material(
    contents: Mapping[str, bytes], surroundings: Surroundings, *, whole: bool
) -> tuple[Material, list[Finding]]:
    """Return what could be read of path -> bytes, and findings about what could not."""
    material = Material(files=contents, whole=whole, surroundings=surroundings)
    findings = list(_settings(material)) if whole else []
    for path, data in sorted(contents.items()):
        reader = _READERS.get(path.rpartition(".")[2])
        if reader is None or material.late:
            continue
        if len(data) > largest(path):
            if not whole:  # a bundle has been told already
                findings.append(files.SIZE.found(path, f"the file has {len(data):,} bytes"))
        else:
            findings += reader(material, path, data)
    findings += _all_decisions(material)
    return material, findings


def _settings(material: Material) -> Iterator[Finding]:
    problems = list(file_problems(material.files))
    if SETTINGS_FILE in material.files:
        try:
            table = read_toml(SETTINGS_FILE, material.files[SETTINGS_FILE])
        except DefinitionRefused as error:
            yield _refused(files.SETTINGS, SETTINGS_FILE, error)
        else:
            material.settings, found = read_settings(table, frozenset(material.files))
            problems += found
    for problem in problems:
        yield files.SETTINGS.found(problem.file, problem.reason, mend=problem.advice)


def _refused(rule: Rule, path: str, error: DefinitionRefused) -> Finding:
    return rule.found(path, error.reason, element=error.place.element, mend=error.advice)


def _unreadable(path: str, error: Unreadable) -> Finding:
    rule = _KINDS.get(error.kind, files.UNREADABLE)
    return rule.found(path, error.reason, mend=error.advice)


def _affordable(material: Material, characters: int) -> bool:
    """Add to the FEEL that the bundle holds; return whether it is still little enough."""
    material.characters += characters
    return material.characters <= files.FEEL_CHARACTERS


def _too_much(path: str) -> Finding:
    return files.SIZE.found(
        path,
        f"a bundle holds at most {files.FEEL_CHARACTERS:,} characters of FEEL",
        mend="Move conditions into fewer, larger decisions, or split the process.",
    )


def _diagram(material: Material, path: str, data: bytes) -> Iterator[Finding]:
    try:
        diagram = Diagram.parse(path, data)
    except Unreadable as error:
        yield _unreadable(path, error)
        return
    if not _affordable(material, sum(len(use.text) + files.FEEL_EACH for use in uses(diagram))):
        yield _too_much(path)
        return
    known = sum(1 for _ in material.nodes())
    nodes = sum(len(one.nodes) for one in diagram.scopes())
    edges = sum(len(one.flows) for one in diagram.scopes())
    if nodes > files.FILE_NODES:
        yield flows.TOO_MANY.found(path, f"{nodes} nodes, more than {files.FILE_NODES}")
    elif edges > files.FILE_FLOWS or known + nodes > files.BUNDLE_NODES:
        yield files.SIZE.found(
            path,
            f"{edges} flows, and {known + nodes} nodes so far: at most {files.FILE_FLOWS} flows"
            f" in a file, and {files.BUNDLE_NODES} nodes in a bundle",
        )
    else:
        material.diagrams[path] = diagram


def _decisions(material: Material, path: str, data: bytes) -> Iterator[Finding]:
    try:
        found = list(tables_of(path, data))
    except Unreadable as error:
        yield _unreadable(path, error)
        return
    many = len(material.tables) + len(found) > files.DECISIONS
    if many or not _affordable(material, sum(table.characters for table in found)):
        yield _too_much(path)
        return
    for table in found:
        if table.id in material.tables:
            other = material.tables[table.id].file
            yield decisions.ONE.found(path, f'"{table.id}" is in {other} too', element=table.id)
        material.tables[table.id] = table


def _all_decisions(material: Material) -> Iterator[Finding]:
    """Read the decisions together: one file may import another."""
    clean = {path: canonical(material.files[path]) for path in material.decision_files()}
    try:
        material.decisions = parse_decisions(clean)
    except DefinitionRefused as error:
        yield _refused(decisions.INVALID, error.place.file, error)
        return
    for problem in material.decisions.problems:
        place = problem.place
        yield decisions.INVALID.found(
            place.file, problem.reason, element=place.element, name=place.name
        )


def _form(material: Material, path: str, data: bytes) -> Iterator[Finding]:
    if material.characters > files.FEEL_CHARACTERS:
        yield _too_much(path)
        return
    try:
        name = path.rpartition("/")[2].rpartition(".")[0]
        form = Form.parse(data, file=path)
    except DefinitionRefused as error:
        yield _refused(forms.INVALID, path, error)
        return
    hides = [one.hide for top in form.everything() for one in (top, *top.fields)]
    if _affordable(material, sum(len(hide.text) for hide in hides if hide is not None)):
        material.forms[name] = form
    else:
        yield _too_much(path)


def _text(material: Material, path: str, data: bytes) -> Iterator[Finding]:
    material.text_bytes += len(data)
    if material.text_bytes > files.TEXT_BYTES:
        yield files.SIZE.found(path, f"the texts have more than {files.TEXT_BYTES:,} bytes")
        return
    try:
        name = path.rpartition("/")[2].rpartition(".")[0]
        material.texts[name] = Text.parse(name, data, file=path)
    except DefinitionRefused as error:
        yield _refused(texts.TEXT, path, error)


def _scenario(material: Material, path: str, data: bytes) -> Iterator[Finding]:
    if path == SETTINGS_FILE:
        return
    try:
        read_toml(path, data)
    except DefinitionRefused as error:
        yield _refused(texts.SCENARIO, path, error)


_READERS: Mapping[str, Callable[[Material, str, bytes], Iterator[Finding]]] = {
    "bpmn": _diagram,
    "xml": _diagram,
    "dmn": _decisions,
    "form": _form,
    "txt": _text,
    "toml": _scenario,
}
