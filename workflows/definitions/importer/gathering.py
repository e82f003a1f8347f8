"""What lies in an upload or a folder: diagrams, decisions, forms, and what is none of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows.definitions.importer.report import Report, Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import Unreadable, decode

HEAD = 20_000
"""Characters of a file that are looked at to learn what it is."""
_DMN = re.compile(r"<(?:[\w.-]+:)?definitions\b[^>]*omg\.org/spec/DMN/", re.DOTALL)
_BPMN = re.compile(r"<(?:[\w.-]+:)?(?:definitions|process)\b")
_ROOTS = re.compile(r"<(?:[\w.-]+:)?(?:process|decision)\b[^>]*?\bid\s*=\s*[\"']([^\"']+)[\"']")
_VALUES = re.compile(r"[\"'>]\s*([^\"'<>]{1,300}?)\s*[\"'<]")
_DATA = (".form", ".json")


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Files of another product, path -> bytes, by what they are."""

    diagrams: Mapping[str, bytes]
    decisions: Mapping[str, bytes]
    forms: Mapping[str, bytes]
    others: tuple[str, ...] = ()


def gather(files: Mapping[str, bytes]) -> Gathered:
    """Sort files by their endings, XML by its first element; a file alone must be a diagram."""
    sorted_: dict[str, dict[str, bytes]] = {"diagrams": {}, "decisions": {}, "forms": {}}
    others = []
    for path, data in sorted(files.items()):
        kind = kind_of(path, data)
        if kind:
            sorted_[kind][path] = data
        else:
            others.append(path)
    if len(files) == 1 and not sorted_["diagrams"]:
        return Gathered(diagrams=files, decisions={}, forms={})
    return Gathered(**sorted_, others=tuple(others))


def kind_of(path: str, data: bytes) -> str:
    """Return `diagrams`, `decisions` or `forms`; empty for any other file."""
    name = path.lower()
    if name.endswith(".dmn"):
        return "decisions"
    if name.endswith(".bpmn"):
        return "diagrams"
    if name.endswith(_DATA):
        return "forms"
    if name.endswith(".xml"):
        head = _head(data)
        if _DMN.search(head):
            return "decisions"
        return "diagrams" if _BPMN.search(head) else ""
    return ""


def _head(data: bytes) -> str:
    try:
        return decode(data[: 2 * HEAD])[:HEAD]
    except Unreadable:
        return ""


def tell_others(report: Report, others: Iterable[str]) -> None:
    """Say which files were not read."""
    for path in others:
        said = Said(
            severity="dropped",
            sentence=Message("The file %(path)s is not read.", path=quoted(path)),
            mend=Message("Diagrams, decision tables and forms in JSON are carried over."),
        )
        report.add("", "", path, said)


def callers_first(diagrams: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Return diagrams in the order in which they call each other, else by their paths."""
    spoken_of = {path: _spoken_of(data) for path, data in diagrams.items()}

    def called(path: str) -> int:
        own = set(_ROOTS.findall(_text(diagrams[path])))
        return sum(1 for other, values in spoken_of.items() if other != path and own & values)

    return sorted(diagrams.items(), key=lambda one: (called(one[0]), one[0]))


def wanted_beside(name: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the file `name` and all that it speaks of, directly or through others of them.

    A file is spoken of where the id of a process or decision in it, or the name of a form,
    stands as a value in a diagram.
    """
    offered: dict[str, set[str]] = {}
    for path, data in files.items():
        kind = kind_of(path, data)
        if kind in ("diagrams", "decisions"):
            offered[path] = set(_ROOTS.findall(_text(data)))
        elif kind == "forms":
            offered[path] = {form_name(path)}
    taken, waiting = {name: files[name]}, [name]
    while waiting:
        spoken_of = _spoken_of(files[waiting.pop()])
        for path, ids in offered.items():
            if path not in taken and ids & spoken_of:
                taken[path] = files[path]
                waiting.append(path)
    return taken


def form_name(path: str) -> str:
    """Return the name under which diagrams speak of a form's file."""
    name = path.rpartition("/")[2]
    for ending in (".json", ".form", "-schema", "_schema", ".schema"):
        name = name.removesuffix(ending)
    return name


def _spoken_of(data: bytes) -> set[str]:
    found = {one.strip("${}#= ") for one in _VALUES.findall(_text(data))}
    return found | {form_name(one.rpartition(":")[2]) for one in found}


def _text(data: bytes) -> str:
    try:
        return decode(data)
    except Unreadable:
        return ""
