"""Boxed expressions other than tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dmn.writing import decision, parsed, text
from workflows.feel import FeelError


def _entry(name: str, body: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{body}</contextEntry>"


FUNCTION = (
    '<functionDefinition><formalParameter name="n" typeRef="number"/>'
    + text("if n < 2 then 1 else n * f(n - 1)")
    + "</functionDefinition>"
)


def test_a_context_with_and_without_result() -> None:
    entries = _entry("a", text("1")) + _entry("b", text("a + x"))
    decisions = parsed(
        decision("whole", f"<context>{entries}</context>"),
        decision("last", f"<context>{entries}{_entry('', text('b * 10'))}</context>"),
    )
    assert decisions.evaluate("whole", {"x": 1}).value == {"a": Decimal(1), "b": Decimal(2)}
    assert decisions.evaluate("last", {"x": 1}).value == Decimal(20)
    assert decisions.names("last") == {"x"}


def test_a_function_in_a_context_may_call_itself() -> None:
    body = f"<context>{_entry('f', FUNCTION)}{_entry('', text('f(4)'))}</context>"
    decisions = parsed(decision("d", body))
    assert decisions.evaluate("d", {}).value == Decimal(24)


def test_an_invocation_binds_by_name() -> None:
    call = (
        f"<invocation>{text('f')}<binding><parameter name='n'/>{text('x')}</binding></invocation>"
    )
    body = f"<context>{_entry('f', FUNCTION)}{_entry('', call)}</context>"
    decisions = parsed(decision("d", body))
    assert decisions.evaluate("d", {"x": 3}).value == Decimal(6)
    assert decisions.names("d") == {"x"}


def test_lists_and_relations() -> None:
    relation = (
        '<relation><column name="a"/><column name="b"/>'
        f"<row>{text('1')}{text('2')}</row><row>{text('3')}{text('x')}</row></relation>"
    )
    decisions = parsed(
        decision("items", f"<list>{text('1')}{text('x')}</list>"), decision("rows", relation)
    )
    assert decisions.evaluate("items", {"x": 2}).value == [Decimal(1), Decimal(2)]
    assert decisions.evaluate("rows", {"x": 4}).value == [
        {"a": Decimal(1), "b": Decimal(2)},
        {"a": Decimal(3), "b": Decimal(4)},
    ]


def test_conditionals() -> None:
    body = (
        f"<conditional><if>{text('x > 1')}</if><then>{text('1')}</then><else>{text('2')}</else>"
        "</conditional>"
    )
    decisions = parsed(decision("d", body))
    assert decisions.evaluate("d", {"x": 2}).value == Decimal(1)
    assert decisions.evaluate("d", {"x": None}).value == Decimal(2)


def test_filters() -> None:
    def boxed(match: str) -> str:
        return f"<filter><in>{text('xs')}</in><match>{text(match)}</match></filter>"

    decisions = parsed(
        decision("by_item", boxed("item.a > limit")),
        decision("by_member", boxed("a > limit")),
        decision("by_place", boxed("2")),
    )
    scope = {"xs": [{"a": 1}, {"a": 5}], "limit": 2}
    assert decisions.evaluate("by_item", scope).value == [{"a": Decimal(5)}]
    assert decisions.evaluate("by_member", scope).value == [{"a": Decimal(5)}]
    assert decisions.evaluate("by_place", scope).value == {"a": Decimal(5)}


def test_iterations() -> None:
    def loop(kind: str, part: str, body: str) -> str:
        head = f'<{kind} iteratorVariable="x"><in>{text("xs")}</in>'
        return f"{head}<{part}>{text(body)}</{part}></{kind}>"

    decisions = parsed(
        decision("all_of", loop("for", "return", "x * 2")),
        decision("one", loop("some", "satisfies", "x > 1")),
        decision("each", loop("every", "satisfies", "x > 1")),
        decision("sums", loop("for", "return", "x + sum(partial)")),
    )
    scope = {"xs": [1, 2]}
    assert decisions.evaluate("all_of", scope).value == [Decimal(2), Decimal(4)]
    assert decisions.evaluate("one", scope).value is True
    assert decisions.evaluate("each", scope).value is False
    assert decisions.evaluate("all_of", {"xs": None}).value is None
    assert decisions.names("all_of") == {"xs"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<functionDefinition kind="Java"/>', "other languages"),
        ("<surprise/>", "not supported"),
        (
            '<literalExpression expressionLanguage="http://java.com"><text>1</text>'
            "</literalExpression>",
            "is not FEEL",
        ),
    ],
)
def test_what_is_not_supported_is_said(body: str, words: str) -> None:
    decisions = parsed(decision("d", body))
    assert words in decisions.problems[0].reason
    with pytest.raises(FeelError, match=words):
        decisions.evaluate("d", {})


def test_a_decision_without_logic_is_null() -> None:
    assert parsed(decision("d", "")).evaluate("d", {}).value is None


def boxed_loop(domain: str, body: str, kind: str = "for") -> str:
    part = "return" if kind == "for" else "satisfies"
    inside = f"<in>{text(domain)}</in><{part}>{text(body)}</{part}>"
    return f'<{kind} iteratorVariable="i">{inside}</{kind}>'


def test_boxed_iterators_run_over_ranges_and_see_what_came_before() -> None:
    decisions = parsed(
        decision("up", boxed_loop("[1..3]", "i * 2")),
        decision("sofar", boxed_loop("[1, 2, 3]", "count(partial) + i")),
        decision("any", boxed_loop("[1..3]", "i > 2", "some")),
        decision("all", boxed_loop("[1..3]", "i > 2", "every")),
        decision("nothing", boxed_loop("null", "i")),
    )
    assert decisions.evaluate("up", {}).value == [Decimal(2), Decimal(4), Decimal(6)]
    assert decisions.evaluate("sofar", {}).value == [Decimal(1), Decimal(3), Decimal(5)]
    assert decisions.evaluate("any", {}).value is True
    assert decisions.evaluate("all", {}).value is False
    assert decisions.evaluate("nothing", {}).value is None


def test_a_boxed_iterator_keeps_to_its_budget() -> None:
    decisions = parsed(
        decision("wide", boxed_loop("[1..1000000000]", "i")),
        decision("heavy", boxed_loop("[1..100000]", "count(partial)")),
    )
    for name in ("wide", "heavy"):
        with pytest.raises(FeelError, match=r"steps|elements"):
            decisions.evaluate(name, {})
