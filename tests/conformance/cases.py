"""Reads conformance cases: what goes in, what must come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from workflows.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: inputs by name, expected values by result name, and what is invoked."""

    id: str
    model: str
    inputs: dict[str, Any]
    expected: dict[str, Any]
    invocable: str | None


def cases_in(folder: Path) -> Iterator[Case]:
    """Yield the cases of all test files of a folder."""
    for path in sorted(folder.glob("*.xml")):
        root = etree.parse(str(path)).getroot()
        if _local(root) != "testCases":
            continue
        model = next((node.text or "" for node in root if _local(node) == "modelName"), "")
        for number, node in enumerate(_children(root, "testCase"), start=1):
            yield Case(
                id=f"{path.stem}/{node.get('id', number)}",
                model=model.strip(),
                inputs={one.get("name", ""): _value(one) for one in _children(node, "inputNode")},
                expected=dict(_results(node)),
                invocable=node.get("invocableName"),
            )


def _results(node: Any) -> Iterator[tuple[str, Any]]:
    for result in _children(node, "resultNode"):
        expected = next(iter(_children(result, "expected")), None)
        yield result.get("name", ""), None if expected is None else _value(expected)


def _local(node: Any) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _children(node: Any, name: str) -> list[Any]:
    return [child for child in node if _local(child) == name]


def _value(node: Any) -> Any:
    """Return the value inside an element: a list, components, or one value."""
    for listed in _children(node, "list"):
        if listed.get(f"{_XSI}nil") == "true":
            return None
        return [_value(item) for item in _children(listed, "item")]
    components = _children(node, "component")
    if components:
        return {one.get("name", ""): _value(one) for one in components}
    for value in _children(node, "value"):
        return _scalar(value)
    return None


def _scalar(node: Any) -> Any:
    if node.get(f"{_XSI}nil") == "true":
        return None
    text = node.text or ""
    kind = node.get(f"{_XSI}type", "xsd:string").split(":")[-1]
    return _READERS.get(kind, str)(text.strip() if kind != "string" else text)


_READERS: dict[str, Any] = {
    "string": str,
    "boolean": lambda text: text in ("true", "1"),
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
    **dict.fromkeys(("decimal", "double", "float", "integer", "int", "long"), Decimal),
}
