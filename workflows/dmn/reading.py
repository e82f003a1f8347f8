"""Reads DMN files safely: no DTD, no network, capped in size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from workflows.errors import DefinitionRefused, Place
from workflows.foreign_xml import parser

Element: TypeAlias = Any
"""An XML element; lxml carries no types."""
MAX_BYTES = 4 * 1024 * 1024
MAX_ELEMENTS = 60_000
_MODEL = ("omg.org/spec/DMN/", "/MODEL/", "dmn.xsd")


def read(file: str, data: bytes) -> Element:
    """Return the `definitions` element of a DMN file; DefinitionRefused if it is none."""
    if len(data) > MAX_BYTES:
        raise refused(file, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    try:
        root = etree.fromstring(data, parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise refused(file, f"the file is not XML: {error}.") from None
    if root.getroottree().docinfo.doctype:
        raise refused(file, "the file holds a document type declaration.")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise refused(file, f"the file has more than {MAX_ELEMENTS} elements.")
    if local(root) != "definitions" or not _is_model(root):
        raise refused(file, "the file is not a DMN model.")
    return root


def _is_model(root: Element) -> bool:
    namespace = etree.QName(root).namespace or ""
    return any(part in namespace for part in _MODEL)


def refused(file: str, reason: str, element: str = "") -> DefinitionRefused:
    """Return the error that refuses a file."""
    return DefinitionRefused(
        place=Place(file=file, element=element),
        reason=reason,
        advice="Save the decision again from the decision editor and upload it.",
    )


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the child elements in the model's namespace with one of the names."""
    namespace = etree.QName(element).namespace
    for child in element:
        name = etree.QName(child)
        if name.namespace == namespace and (not names or name.localname in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """Return the first child with one of the names, None when there is none."""
    return next(children(element, *names), None)


def text_of(element: Element | None, name: str = "text") -> str:
    """Return the text of a child element, empty when it is absent."""
    found = None if element is None else child(element, name)
    return "" if found is None else "".join(str(part) for part in found.itertext()).strip()


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """Return an attribute as text."""
    return default if element is None else str(element.get(name, default))
