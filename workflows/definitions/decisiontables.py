"""Decision tables as people read them: columns, rows, and what each row notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.definitions.messages import Message
from workflows.definitions.reading import local, read_xml

POLICIES: Mapping[str, str] = {
    "UNIQUE": Message("at most one rule fits"),
    "FIRST": Message("the first rule that fits"),
    "PRIORITY": Message("the rule with the highest priority"),
    "ANY": Message("any rule: all that fit agree"),
    "COLLECT": Message("all rules that fit, as a list"),
    "COLLECT SUM": Message("all rules that fit, added up"),
    "COLLECT MIN": Message("all rules that fit, the smallest"),
    "COLLECT MAX": Message("all rules that fit, the largest"),
    "COLLECT COUNT": Message("how many rules fit"),
    "RULE ORDER": Message("all rules that fit, in their order"),
    "OUTPUT ORDER": Message("all rules that fit, by priority"),
}
"""Which rule counts, in words."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column; `kind` is `input`, `output` or `note` (source, owner and what else is said)."""

    label: str
    kind: str
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    """A decision table; a cell is a FEEL text or a note's words."""

    id: str
    path: str
    title: str
    policy: str
    """Hit policy: which of the rules that fit counts; with its aggregation, as COLLECT SUM."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    rules: tuple[str, ...]
    """Ids of the rules, row by row."""

    @property
    def policy_words(self) -> str:
        """The hit policy in words, a message id."""
        return POLICIES.get(self.policy, self.policy)


def decision_tables(path: str, data: bytes) -> Iterator[DecisionTable]:
    """Return the decision tables of a DMN file; raise `Unreadable` when it is no clean XML."""
    for decision in read_xml(data).iter():
        table = _child(decision, "decisionTable") if local(decision) == "decision" else None
        if table is None:
            continue
        rules = _children(table, "rule")
        yield DecisionTable(
            id=str(decision.get("id") or ""),
            path=path,
            title=str(decision.get("name") or decision.get("id") or ""),
            policy=f"{table.get('hitPolicy') or 'UNIQUE'} {table.get('aggregation') or ''}".strip(),
            columns=tuple(_columns(table)),
            rows=tuple(_cells(rule) for rule in rules),
            rules=tuple(str(rule.get("id") or "") for rule in rules),
        )


def _columns(table: etree._Element) -> Iterator[Column]:
    for one in _children(table, "input"):
        text = _words(_child(_child(one, "inputExpression"), "text"))
        yield Column(label=str(one.get("label") or text), kind="input", key=text)
    for one in _children(table, "output"):
        key = str(one.get("name") or "")
        yield Column(label=str(one.get("label") or key), kind="output", key=key)
    for one in _children(table, "annotation"):
        yield Column(label=str(one.get("name") or ""), kind="note")


def _cells(rule: etree._Element) -> tuple[str, ...]:
    entries = ("inputEntry", "outputEntry", "annotationEntry")
    return tuple(_words(_child(cell, "text")) for kind in entries for cell in _children(rule, kind))


def _children(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [one for one in element if local(one) == name] if element is not None else []


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _words(element: etree._Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""
