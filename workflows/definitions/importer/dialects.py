"""Which product wrote a file."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from workflows.definitions.importer import activiti, camunda7, plain, spiffarena, zeebe
from workflows.definitions.importer.vendor import Dialect
from workflows.definitions.reading import SPIFF, namespace

DIALECTS = (activiti.DIALECT, camunda7.DIALECT, zeebe.DIALECT, plain.DIALECT)
OURS = "throughtrain"


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """The dialect of a file, and the language of its expressions."""

    title: str
    language: str
    spiff: bool
    """Whether its SpiffWorkflow extensions are another product's."""

    @property
    def known(self) -> dict[str, Dialect]:
        """The readers of extensions, by namespace."""
        known = {space: one for one in DIALECTS for space in one.namespaces}
        return known | ({SPIFF: spiffarena.DIALECT} if self.spiff else {})


def dialect_of(root: etree._Element, *, settled: bool) -> Spoken:
    """Return the dialect of a tree; `settled` when it lies in a bundle of ours."""
    title, spiff = _title(root, settled)
    languages = {one.title: one.language for one in (*DIALECTS, spiffarena.DIALECT)}
    language = "feel" if title == OURS else languages.get(title, "juel")
    return Spoken(title=title, language=language, spiff=spiff)


def _title(root: etree._Element, settled: bool) -> tuple[str, bool]:
    spaces = {namespace(one) for one in root.iter()}
    spaces |= {
        str(key)[1:].partition("}")[0]
        for one in root.iter()
        for key in one.attrib
        if str(key).startswith("{")
    }
    declared = {space for space in root.nsmap.values() if space}
    found: list[Dialect] = [
        one
        for told in (spaces, declared)
        for one in (zeebe.DIALECT, camunda7.DIALECT, activiti.DIALECT)
        if told & set(one.namespaces)
    ]
    if found:
        return found[0].title, SPIFF in spaces
    if settled:
        return OURS, False
    if SPIFF in spaces:
        arena = spiffarena.is_arena(root)
        return (spiffarena.DIALECT.title, True) if arena else (OURS, False)
    return plain.DIALECT.title, False
