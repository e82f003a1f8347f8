"""Files that are no decisions, or are hostile."""

from __future__ import annotations

import pytest

from tests.dmn.writing import NAMESPACE, decision, model, parsed, text
from workflows.dmn import parse_decisions
from workflows.errors import DefinitionRefused
from workflows.feel import FeelError

_DTD = '<!DOCTYPE d [<!ENTITY x "y">]>'
_BOMB = (
    '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not XML"),
        (b"PK\x03\x04", "not XML"),
        (b"<html/>", "not a DMN model"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "not a DMN model"),
        (_DTD.encode() + model(), "document type"),
        (_BOMB.encode() + model(), "document type"),
        (b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + model(), "document type"),
        (b"<a>" * 2_000, "not XML"),
        (model(f"<description>{'x' * 5_000_000}</description>"), "larger than"),
        (model("<x/>" * 70_000), "more than"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "not XML"),
    ],
)
def test_refused_with_a_reason(content: bytes, words: str) -> None:
    with pytest.raises(DefinitionRefused, match=words):
        parse_decisions({"bad.dmn": content})


def test_two_files_with_one_namespace_are_refused() -> None:
    with pytest.raises(DefinitionRefused, match="has its namespace"):
        parse_decisions({"a.dmn": model(), "b.dmn": model()})


def test_files_without_a_namespace_stand_by_themselves() -> None:
    source = f'<definitions xmlns="{NAMESPACE}">{decision("KEY", text("1"))}</definitions>'
    files = {f"{key}.dmn": source.replace("KEY", key).encode() for key in ("a", "b")}
    decisions = parse_decisions(files)
    assert set(decisions.ids) == {"a", "b"}
    assert decisions.evaluate("a", {}).value == decisions.evaluate("b", {}).value == 1


@pytest.mark.parametrize(
    "expression",
    [
        '__import__("os").system("id")',
        "().__class__.__base__",
        'open("/etc/passwd").read()',
        "for x in 1..1000000000 return x",
        "{f: function(n) f(n), r: f(1)}.r",
        'matches("' + "a" * 40 + '!", "(a+)+$")',
    ],
)
def test_hostile_expressions_are_stopped(expression: str) -> None:
    decisions = parsed(decision("d", text(expression)))
    with pytest.raises(FeelError):
        decisions.evaluate("d", {})


def test_deep_graphs_are_an_error_not_a_crash() -> None:
    requires = '<informationRequirement><requiredDecision href="#d{}"/></informationRequirement>'
    chain = [decision(f"d{n}", text(f"d{n + 1} + 1"), requires.format(n + 1)) for n in range(2_000)]
    decisions = parsed(*chain, decision("d2000", text("0")))
    with pytest.raises(FeelError, match="too deep"):
        decisions.evaluate("d0", {})
    assert decisions.names("d0") == frozenset()
