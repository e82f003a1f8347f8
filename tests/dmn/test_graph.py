"""The requirement graph: inputs, decisions, knowledge models, services, imports."""

from __future__ import annotations

from decimal import Decimal
from html import escape

import pytest

from tests.dmn.writing import data, decision, model, needs, parsed, text
from workflows.dmn import parse_decisions
from workflows.feel import FeelError

KNOWLEDGE = (
    '<businessKnowledgeModel id="fee" name="fee"><variable name="fee"/><encapsulatedLogic>'
    '<formalParameter name="amount" typeRef="number"/>'
    "<literalExpression><text>amount * 0.1</text></literalExpression>"
    "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_required_decisions_are_decided_once_and_first() -> None:
    calls: list[Decimal] = []

    def count(number: Decimal) -> Decimal:
        calls.append(number)
        return number

    decisions = parsed(
        data("amount"),
        decision("base", text("count_calls(amount)"), needs(inputs=["amount"])),
        decision("left", text("base + 1"), needs(decisions=["base"])),
        decision("right", text("base + 2"), needs(decisions=["base"])),
        decision("top", text("left * right"), needs(decisions=["left", "right"])),
    )
    decided = decisions.evaluate("top", {"amount": 2}, {"count_calls": count})
    assert decided.value == Decimal(12)
    assert calls == [Decimal(2)]
    assert decisions.names("top") == {"amount"}
    assert decisions.requires("top") == ("left", "right", "base", "amount")


def test_names_that_no_requirement_gives_come_from_the_scope() -> None:
    decisions = parsed(decision("d", text("score < 60")))
    assert decisions.names("d") == {"score"}
    assert decisions.evaluate("d", {"score": 50}).value is True
    assert decisions.evaluate("d", {}).value is None


def test_ids_names_and_unknown_decisions() -> None:
    decisions = parsed(decision("route_it", text("1"), name="Route it"))
    assert decisions.ids == ("route_it",)
    assert decisions.find("Route it") == "route_it"
    assert decisions.name("route_it") == "Route it"
    assert "route_it" in decisions
    with pytest.raises(FeelError, match="did you mean “route_it”"):
        decisions.evaluate("route_itt", {})


def test_a_cycle_of_requirements_is_an_error() -> None:
    decisions = parsed(
        decision("a", text("b"), needs(decisions=["b"])),
        decision("b", text("a"), needs(decisions=["a"])),
    )
    with pytest.raises(FeelError, match="requires itself"):
        decisions.evaluate("a", {})


def test_a_missing_requirement_is_a_problem() -> None:
    decisions = parsed(decision("a", text("1"), needs(decisions=["gone"])))
    assert "requires gone, which does not exist" in decisions.problems[0].reason


def test_knowledge_models_are_functions() -> None:
    decisions = parsed(KNOWLEDGE, decision("d", text("fee(amount: 20)"), needs(knowledge=["fee"])))
    assert decisions.evaluate("d", {}).value == Decimal(2)
    assert decisions.names("d") == frozenset()
    assert decisions.functions("d") == frozenset()


def test_knowledge_models_do_not_see_the_caller() -> None:
    spy = KNOWLEDGE.replace("amount * 0.1", "amount * secret")
    decisions = parsed(spy, decision("d", text("fee(20)"), needs(knowledge=["fee"])))
    assert decisions.evaluate("d", {"secret": 5}).value is None
    assert "“secret”" in decisions.problems[0].reason


def test_knowledge_models_may_call_themselves_and_each_other() -> None:
    logic = "if n &lt; 2 then 1 else n * {}(n - 1)"
    models = "".join(
        f'<businessKnowledgeModel id="{key}" name="{key}"><encapsulatedLogic>'
        f'<formalParameter name="n"/><literalExpression><text>{logic.format(other)}</text>'
        f"</literalExpression></encapsulatedLogic>{needs(knowledge=[other])}"
        "</businessKnowledgeModel>"
        for key, other in (("odd_part", "even_part"), ("even_part", "odd_part"))
    )
    decisions = parsed(models, decision("d", text("odd_part(5)"), needs(knowledge=["odd_part"])))
    assert decisions.evaluate("d", {}).value == Decimal(120)


SERVICE = (
    '<decisionService id="quote" name="quote"><variable name="quote"/>'
    '<outputDecision href="#total"/><inputDecision href="#rate"/><inputData href="#amount"/>'
    "</decisionService>"
)


def test_services_are_functions_and_can_be_asked() -> None:
    decisions = parsed(
        data("amount", kind="number"),
        decision("rate", text("0.5"), kind="number"),
        decision("total", text("amount * rate"), needs(inputs=["amount"], decisions=["rate"])),
        SERVICE,
        decision("asks", text("quote(100, 0.2)"), needs(knowledge=["quote"])),
        decision("wrong", text('quote(100, "x")'), needs(knowledge=["quote"])),
    )
    assert decisions.evaluate("asks", {}).value == Decimal(20)
    assert decisions.evaluate("wrong", {}).value is None
    assert decisions.evaluate("quote", {"amount": 100, "rate": 3}).value == Decimal(300)
    assert decisions.evaluate("total", {"amount": 100}).value == Decimal(50)


def test_types_make_values_fit_or_null() -> None:
    items = (
        '<itemDefinition name="tKind"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text>'
        "</allowedValues></itemDefinition>"
        '<itemDefinition name="tPlot"><itemComponent name="gross area"><typeRef>number</typeRef>'
        "</itemComponent></itemDefinition>"
        '<itemDefinition name="tPlots" isCollection="true"><typeRef>tPlot</typeRef>'
        "</itemDefinition>"
    )
    decisions = parsed(
        items,
        data("kind", kind="tKind"),
        data("plots", kind="tPlots"),
        decision("seen", text("kind"), needs(inputs=["kind"])),
        decision("area", text("sum(plots.gross area)"), needs(inputs=["plots"])),
        decision("single", text("[5]"), kind="number"),
        decision("listed", text("{gross area: 1}"), kind="tPlots"),
        decision("mistyped", text('"five"'), kind="number"),
        decision("asked", text("plots instance of tPlots"), needs(inputs=["plots"])),
    )
    assert decisions.evaluate("seen", {"kind": "a"}).value == "a"
    assert decisions.evaluate("seen", {"kind": "c"}).value is None
    plots = [{"gross area": 3}, {"gross area": 4}]
    assert decisions.evaluate("area", {"plots": plots}).value == Decimal(7)
    assert decisions.evaluate("asked", {"plots": plots}).value is True
    assert decisions.evaluate("single", {}).value == Decimal(5)
    assert decisions.evaluate("listed", {}).value == [{"gross area": Decimal(1)}]
    assert decisions.evaluate("mistyped", {}).value is None


def test_imported_models_stand_under_their_name() -> None:
    shared = model(
        '<itemDefinition name="tRate"><typeRef>number</typeRef></itemDefinition>',
        data("amount"),
        decision("double", text("amount * 2"), needs(inputs=["amount"])),
        KNOWLEDGE,
        namespace="urn:shared",
    )
    imports = '<import namespace="urn:shared" name="common rules" importType="x"/>'
    requires = needs(decisions=["x"], knowledge=["y"]).replace("#x", "urn:shared#double")
    main = model(
        decision(
            "top",
            text("common rules.double + common rules.fee(10)"),
            requires.replace("#y", "urn:shared#fee"),
            kind="common rules.tRate",
        ),
        imports=imports,
    )
    decisions = parse_decisions({"main.dmn": main, "shared.dmn": shared})
    assert decisions.problems == ()
    assert decisions.evaluate("top", {"amount": 4}).value == Decimal(9)
    assert decisions.names("top") == {"amount"}


def test_the_rules_of_required_tables_are_reported_too() -> None:
    inner = (
        "<decisionTable><input><inputExpression><text>a</text></inputExpression></input><output/>"
        '<rule id="inner"><inputEntry><text>1</text></inputEntry>'
        "<outputEntry><text>2</text></outputEntry></rule></decisionTable>"
    )
    decisions = parsed(
        decision("low", inner), decision("top", text("low + 1"), needs(decisions=["low"]))
    )
    decided = decisions.evaluate("top", {"a": 1})
    assert (decided.value, decided.rules) == (Decimal(3), ("inner",))


def test_results_of_knowledge_models_fit_their_type() -> None:
    typed = KNOWLEDGE.replace('<variable name="fee"/>', '<variable name="fee" typeRef="string"/>')
    decisions = parsed(typed, decision("d", text("fee(20)"), needs(knowledge=["fee"])))
    assert decisions.evaluate("d", {}).value is None


def test_names_inside_filters_are_told_apart() -> None:
    decisions = parsed(decision("d", text("plots[area > limit]")))
    assert decisions.names("d") == {"plots"}
    assert decisions.members("d") == {"area", "limit"}
    scope = {"plots": [{"area": 1}, {"area": 3}], "limit": 2}
    assert decisions.evaluate("d", scope).value == [{"area": Decimal(3)}]


def test_symbols_in_names_count_only_where_the_name_is_known() -> None:
    decisions = parsed(
        data("net-fee"),
        decision("knows", text("net-fee"), needs(inputs=["net-fee"])),
        decision("subtracts", text("net-fee")),
    )
    scope = {"net-fee": 1, "net": 7, "fee": 2}
    assert decisions.evaluate("knows", scope).value == Decimal(1)
    assert decisions.evaluate("subtracts", scope).value == Decimal(5)


def limited(name: str, base: str, inner: str = "", collection: bool = False) -> str:
    many = ' isCollection="true"' if collection else ""
    return f'<itemDefinition name="{name}"{many}><typeRef>{base}</typeRef>{inner}</itemDefinition>'


def only(tests: str, kind: str = "allowedValues") -> str:
    return f"<{kind}><text>{escape(tests)}</text></{kind}>"


@pytest.mark.parametrize(
    ("definition", "expression", "fits"),
    [
        (limited("t", "number", only("> 5", "typeConstraint")), "7", True),
        (limited("t", "number", only("> 5", "typeConstraint")), "3", False),
        (limited("t", "number", only("> 5")), "3", False),
        (limited("t", "u", only("< 9")) + limited("u", "number", only("> 5")), "7", True),
        (limited("t", "u", only("< 9")) + limited("u", "number", only("> 5")), "3", False),
        (limited("t", "u", only("< 9")) + limited("u", "number", only("> 5")), "10", False),
        (limited("t", "number", only("> 1"), collection=True), "[2, 3]", True),
        (limited("t", "number", only("> 1"), collection=True), "[1, 2]", False),
        (limited("t", "number", only("count(?) > 1", "typeConstraint"), True), "[1, 2]", True),
        (limited("t", "number", only("count(?) > 1", "typeConstraint"), True), "[1]", False),
    ],
)
def test_item_definitions_limit_values(definition: str, expression: str, fits: bool) -> None:
    decisions = parsed(definition, decision("d", text(expression), kind="t"))
    assert (decisions.evaluate("d", {}).value is not None) is fits
