"""Writes small DMN files for tests."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workflows.dmn import Decisions, parse_decisions

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(*parts: str, namespace: str = "urn:test", imports: str = "") -> bytes:
    """Return a DMN file with these parts."""
    body = "".join(parts)
    head = f'<definitions xmlns="{NAMESPACE}" id="d" name="test" namespace="{namespace}">'
    return f"{head}{imports}{body}</definitions>".encode()


def parsed(*parts: str) -> Decisions:
    """Return the decisions of a file with these parts."""
    return parse_decisions({"test.dmn": model(*parts)})


def text(expression: str) -> str:
    """Return a literal expression."""
    return f"<literalExpression><text>{escape(expression)}</text></literalExpression>"


def decision(key: str, body: str, requires: str = "", name: str = "", kind: str = "") -> str:
    """Return a decision with an id, a body and requirements."""
    shown = name or key
    type_ref = f' typeRef="{kind}"' if kind else ""
    variable = f'<variable name="{shown}"{type_ref}/>'
    return f'<decision id="{key}" name="{shown}">{variable}{requires}{body}</decision>'


def data(key: str, name: str = "", kind: str = "") -> str:
    """Return input data."""
    shown = name or key
    type_ref = f' typeRef="{kind}"' if kind else ""
    return f'<inputData id="{key}" name="{shown}"><variable name="{shown}"{type_ref}/></inputData>'


def needs(
    *, inputs: Sequence[str] = (), decisions: Sequence[str] = (), knowledge: Sequence[str] = ()
) -> str:
    """Return requirements of inputs, decisions and knowledge models."""
    parts = [f'<requiredInput href="#{key}"/>' for key in inputs]
    parts += [f'<requiredDecision href="#{key}"/>' for key in decisions]
    lines = [f"<informationRequirement>{part}</informationRequirement>" for part in parts]
    lines += [
        f'<knowledgeRequirement><requiredKnowledge href="#{key}"/></knowledgeRequirement>'
        for key in knowledge
    ]
    return "".join(lines)


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    aggregation: str = "",
    values: str = "",
    default: str = "",
) -> str:
    """Return a decision table; each rule lists its input cells, then its output cells."""
    columns = "".join(
        f'<input id="i{number}" label="{escape(one)}"><inputExpression><text>{escape(one)}</text>'
        "</inputExpression></input>"
        for number, one in enumerate(inputs, start=1)
    )
    allowed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    fallback = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
    results = "".join(
        f'<output id="o{number}" name="{one}">{allowed}{fallback if default else ""}</output>'
        for number, one in enumerate(outputs, start=1)
    )
    lines = "".join(
        f'<rule id="r{number}">'
        + "".join(
            f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule[: len(inputs)]
        )
        + "".join(
            f"<outputEntry><text>{escape(cell)}</text></outputEntry>"
            for cell in rule[len(inputs) :]
        )
        + "</rule>"
        for number, rule in enumerate(rules, start=1)
    )
    total = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{total}>{columns}{results}{lines}</decisionTable>'
