"""What the pages show of a bundle, computed once for the same files and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from webapp.context import city
from webapp.language import ENGLISH, language
from webapp.studio.sources import Source
from workflows.apart import came_to_an_end, inspect_files_apart
from workflows.definitions.bundle import Bundle, checksum_of, read_toml
from workflows.definitions.check import Finding, Language
from workflows.definitions.check.registry import RULES
from workflows.definitions.contents import Part, contents
from workflows.definitions.diagram import Diagram
from workflows.definitions.difference import Change, difference
from workflows.definitions.reading import Unreadable
from workflows.errors import DefinitionRefused

T = TypeVar("T")
KEPT = 12


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finding in the reader's language; `at` is the file's path, or empty."""

    severity: str
    rule: int
    title: str
    sentence: str
    mend: str
    at: str
    element: str
    name: str


class ByChecksum(Generic[T]):
    """The newest few results, by the checksum of the files (and what else they depend on)."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, key: object, make: Callable[[], T], lasting: Callable[[T], bool] = lambda _: True
    ) -> T:
        """Return what is kept, else what `make` makes; it is kept where it is `lasting`."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        if not lasting(made):
            return made
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


_contents: ByChecksum[tuple[Part, ...]] = ByChecksum()
_changes: ByChecksum[tuple[Change, ...]] = ByChecksum()
_findings: ByChecksum[tuple[Finding, ...]] = ByChecksum()


def parts_of(source: Source) -> tuple[Part, ...]:
    """Return what a bundle holds."""
    return _contents.get(source.checksum, lambda: contents(source.files))


def changes_between(before: Source, after: Source) -> tuple[Change, ...]:
    """Return what is different between two versions."""
    return _changes.get(
        (before.checksum, after.checksum), lambda: difference(before.files, after.files)
    )


def callers_of(source: Source, path: str) -> list[str]:
    """Return the names of the diagrams that call the process of a diagram."""
    own = path.removesuffix(".bpmn")
    found = []
    for part in parts_of(source):
        if part.kind != "diagram":
            continue
        try:
            nodes = Diagram.parse(part.path, source.files[part.path]).nodes()
            if any(node.called == own for node in nodes):
                found.append(part.title)
        except Unreadable:
            continue  # the check says what is wrong with it
    return found


def settings_of(files: Mapping[str, bytes]) -> Bundle | None:
    """Return the bundle as bundle.toml describes it, None where that cannot be read."""
    try:
        return Bundle.from_files(files)
    except DefinitionRefused:
        return None


def raw_findings(source: Source) -> tuple[Finding, ...]:
    """Return what the check finds, errors first; it runs in a process of its own."""
    return _checked(source.checksum, source.files)


def findings_of(source: Source) -> list[Found]:
    """Return the same in the reader's language."""
    return in_words(raw_findings(source), source.files)


def names_in(source: Source) -> dict[str, str]:
    """Return what the elements of a bundle's diagrams are called, by their ids."""
    found: dict[str, str] = {}
    for path, data in source.files.items():
        if path.endswith(".bpmn"):
            try:
                nodes = Diagram.parse(path, data).nodes()
                found |= {one.id: one.name for one in nodes if one.name}
            except (Unreadable, DefinitionRefused):
                continue  # the check says what is wrong with it
    return found


def scenario_titles(source: Source) -> dict[str, str]:
    """Return what the scenarios of a bundle are called, by the names of their files."""
    found: dict[str, str] = {}
    for path, data in source.files.items():
        if path.startswith("scenarios/"):
            name = path.removeprefix("scenarios/").removesuffix(".toml")
            try:
                found[name] = str(read_toml(path, data).get("title", name))
            except DefinitionRefused:
                found[name] = name
    return found


def errors_of(source: Source) -> list[Finding]:
    """Return the findings that keep a draft from being deployed."""
    return [one for one in raw_findings(source) if one.severity == "error"]


def findings_with(source: Source, path: str, data: bytes) -> list[Found]:
    """Return the same as if one file read otherwise, as an editor has it unsaved."""
    files = {**source.files, path: data}
    return in_words(_checked(checksum_of(files), files), files)


def _checked(checksum: str, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    units = city().unit_keys() or None
    return _findings.get(
        (checksum, units), lambda: tuple(inspect_files_apart(files, units=units)), came_to_an_end
    )


def in_words(findings: Iterable[Finding], files: Mapping[str, bytes] | None = None) -> list[Found]:
    """Return findings in the reader's language; they lead to the files that are there."""
    spoken: Language = "en" if language() == ENGLISH else "zh"
    return [
        Found(
            severity=one.severity,
            rule=one.rule,
            title=RULES[one.rule].words(spoken).title,
            sentence=one.said(spoken),
            mend=one.mended(spoken),
            at=one.file if one.file in (files or {}) else "",
            element=one.element,
            name=one.name or one.file,
        )
        for one in findings
    ]
