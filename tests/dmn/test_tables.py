"""Decision tables: hit policies, aggregations, what is said about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.dmn.writing import decision, model, parsed, table
from workflows.dmn import parse_decisions
from workflows.feel import Budget, BudgetExceeded, FeelError

LIMITS = [
    ["> 10", '"small"', "1"],
    ["> 100", '"large"', "5"],
    ["> 1000", '"huge"', "9"],
]


def _decide(amount: int, **options: Any) -> tuple[Any, tuple[str, ...]]:
    rules = options.pop("rules", LIMITS)
    outputs = options.pop("outputs", ["size", "days"])
    decisions = parsed(decision("limits", table(["amount"], outputs, rules, **options)))
    decided = decisions.evaluate("limits", {"amount": amount})
    return decided.value, decided.rules


def test_unique_gives_the_one_rule() -> None:
    assert _decide(50) == ({"size": "small", "days": Decimal(1)}, ("r1",))


def test_unique_with_two_matches_says_which() -> None:
    with pytest.raises(FeelError, match="only one rule may match, but these do: r1, r2"):
        _decide(500)


def test_no_match_is_null() -> None:
    assert _decide(5) == (None, ())
    assert _decide(5, policy="FIRST") == (None, ())
    assert _decide(5, policy="COLLECT") == ([], ())


def test_no_match_with_a_default_output() -> None:
    rules = [["> 10", '"small"']]
    assert _decide(5, rules=rules, outputs=["size"], default='"none"') == ("none", ())


def test_first_stops_at_the_first() -> None:
    assert _decide(5000, policy="FIRST") == ({"size": "small", "days": Decimal(1)}, ("r1",))


def test_any_must_agree() -> None:
    same = [["> 1", '"a"'], ["> 2", '"a"'], ["> 30", '"b"']]
    assert _decide(5, rules=same, outputs=["x"], policy="ANY") == ("a", ("r1",))
    with pytest.raises(FeelError, match="r1 and r3 match but disagree"):
        _decide(50, rules=same, outputs=["x"], policy="ANY")


def test_priority_follows_the_output_values() -> None:
    rules = [["> 1", '"low"'], ["> 2", '"high"'], ["> 3", '"middle"']]
    values = '"high", "middle", "low"'
    options = {"rules": rules, "outputs": ["x"], "values": values}
    assert _decide(5, policy="PRIORITY", **options) == ("high", ("r2",))
    assert _decide(5, policy="OUTPUT ORDER", **options) == (
        ["high", "middle", "low"],
        ("r2", "r3", "r1"),
    )


def test_rule_order_and_collect_give_all() -> None:
    rules = [["> 1", "1"], ["> 2", "5"], ["> 100", "9"]]
    wanted = ([Decimal(1), Decimal(5)], ("r1", "r2"))
    assert _decide(5, rules=rules, outputs=["x"], policy="RULE ORDER") == wanted
    assert _decide(5, rules=rules, outputs=["x"], policy="COLLECT") == wanted


@pytest.mark.parametrize(
    ("aggregation", "total"), [("SUM", 6), ("MIN", 1), ("MAX", 5), ("COUNT", 2)]
)
def test_aggregations(aggregation: str, total: int) -> None:
    rules = [["> 1", "1"], ["> 2", "5"], ["> 100", "9"]]
    options = {"rules": rules, "outputs": ["x"], "policy": "COLLECT", "aggregation": aggregation}
    assert _decide(5, **options) == (Decimal(total), ("r1", "r2"))


def test_cells_may_read_other_names_and_call_functions() -> None:
    rules = [["? > limit and even(?)", "double(amount)"], ["-", "0"]]
    decisions = parsed(decision("d", table(["amount"], ["x"], rules, policy="FIRST")))
    scope = {"amount": 12, "limit": 10}
    assert decisions.evaluate("d", scope, {"double": lambda n: n * 2}).value == Decimal(24)
    assert decisions.names("d") == {"amount", "limit"}
    assert decisions.functions("d") == {"double"}


def test_a_table_as_data() -> None:
    shown = parsed(decision("limits", table(["amount"], ["size", "days"], LIMITS), name="Limits"))
    found = shown.table("limits")
    assert found is not None
    assert (found.decision, found.name, found.hit_policy) == ("limits", "Limits", "UNIQUE")
    assert [column.expression for column in found.inputs] == ["amount"]
    assert [column.name for column in found.outputs] == ["size", "days"]
    assert [rule.id for rule in found.rules] == ["r1", "r2", "r3"]
    assert found.rules[1].inputs == ("> 100",)
    assert found.rules[1].outputs == ('"large"', "5")


def test_annotations_and_descriptions_are_kept() -> None:
    body = (
        "<decisionTable><input><inputExpression><text>a</text></inputExpression></input>"
        '<output/><annotation name="law"/><rule><description>why</description>'
        "<inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry>"
        "<annotationEntry><text>Article 5</text></annotationEntry></rule></decisionTable>"
    )
    decisions = parsed(decision("d", body))
    found = decisions.table("d")
    assert found is not None
    assert found.annotations == ("law",)
    assert (found.rules[0].description, found.rules[0].annotations) == ("why", ("Article 5",))
    assert found.rules[0].id == "d_table_1_rule_1"
    assert decisions.evaluate("d", {}).value == Decimal(1)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (table(["a"], ["x"], [["1"]]), "not one cell per column"),
        (table(["a"], ["x"], [["1", "2"]], policy="BEST"), "BEST does not exist"),
        (table(["a"], ["x", "y"], [["1", "2", "3"]], "COLLECT", "SUM"), "exactly one output"),
        (table(["a"], [], []), "no output"),
        (table(["a"], ["x"], [["< ", "1"]]), "ends too early"),
        (table(["a"], ["x"], [["1", "1 +"]]), "ends too early"),
        (table(["a ++"], ["x"], [["1", "1"]]), "not expected"),
    ],
)
def test_a_broken_table_is_reported_and_raises(body: str, words: str) -> None:
    decisions = parsed(decision("broken", body), decision("fine", table(["a"], ["x"], [])))
    assert words in decisions.problems[0].reason
    assert decisions.problems[0].place.file == "test.dmn"
    with pytest.raises(FeelError, match=words):
        decisions.evaluate("broken", {"a": 1})
    assert decisions.evaluate("fine", {"a": 1}).value is None


def test_a_value_that_an_input_column_does_not_allow() -> None:
    column = (
        '<input label="kind"><inputExpression><text>kind</text></inputExpression>'
        '<inputValues><text>"a", "b"</text></inputValues></input>'
    )
    body = f"<decisionTable>{column}<output/></decisionTable>"
    decisions = parsed(decision("d", body))
    assert decisions.evaluate("d", {"kind": "a"}).value is None
    assert decisions.evaluate("d", {"kind": None}).value is None
    with pytest.raises(FeelError, match="“kind” has a value that the table does not allow"):
        decisions.evaluate("d", {"kind": "c"})


def test_tables_are_within_the_budget() -> None:
    rules = [[f"> {number}", "1"] for number in range(50)]
    decisions = parsed(decision("d", table(["a"], ["x"], rules, policy="COLLECT")))
    with pytest.raises(BudgetExceeded):
        decisions.evaluate("d", {"a": 1}, budget=Budget(steps=20))


def test_files_of_other_encodings_are_read() -> None:
    body = decision("d", table(["部门"], ["时限"], [['"住建局"', '"五天"']]))
    source = model(body).decode()
    for encoding in ("utf-16", "gb18030"):
        data = f'<?xml version="1.0" encoding="{encoding}"?>{source}'.encode(encoding)
        decisions = parse_decisions({"a.dmn": data})
        assert decisions.evaluate("d", {"部门": "住建局"}).value == "五天"
