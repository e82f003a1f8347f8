"""Names: spaces and symbols in them, what is free, what nothing declares."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.feel.speaking import value
from workflows.feel import (
    FeelError,
    FeelSyntaxError,
    UnknownName,
    compile_expression,
    compile_unary_tests,
    nearest,
)
from workflows.feel.library import BUILTINS


def test_names_may_have_spaces_without_being_declared() -> None:
    assert value("Monthly Income * 2", **{"Monthly Income": 3}) == Decimal(6)
    assert value("loan  amount\n+ 1", **{"loan amount": 1}) == Decimal(2)


def test_declared_names_may_have_symbols_and_keywords() -> None:
    names = {"pre-bureau risk", "terms and conditions", "a", "a-b", "company's plot"}
    scope = {"pre-bureau risk": 1, "terms and conditions": 2, "a-b": 5, "company's plot": 7}
    text = "pre-bureau risk + terms and conditions + a-b + company's plot"
    assert compile_expression(text, names)(scope) == Decimal(15)


def test_the_longest_declared_name_wins() -> None:
    expression = compile_expression("loan amount - loan", {"loan", "loan amount", "amount"})
    assert expression.names == {"loan", "loan amount"}


def test_minus_between_undeclared_names_subtracts() -> None:
    assert value("a-b", a=5, b=3) == Decimal(2)


def test_chinese_names() -> None:
    assert value('县区 = "高新区" and 分数 < 60', 县区="高新区", 分数=50) is True


def test_free_names_and_called_functions_are_known() -> None:
    expression = compile_expression(
        "for x in tasks return x + bonus * workdays(count(others[size > limit]))"
    )
    assert expression.names == {"tasks", "bonus", "others"}
    assert expression.members == {"size", "limit"}
    assert expression.called == {"workdays", "count"}
    assert expression.text.startswith("for x in tasks")


def test_the_tested_value_is_not_a_free_name() -> None:
    assert compile_unary_tests("? > limit").names == {"limit"}


def test_an_unknown_name_is_refused_while_compiling() -> None:
    with pytest.raises(UnknownName, match="did you mean “category”") as caught:
        compile_expression('categry = "land"', {"category", "score"})
    assert caught.value.nearest == "category"
    assert caught.value.position == 0
    assert isinstance(caught.value, FeelSyntaxError)


def test_an_unknown_name_is_refused_when_nothing_was_declared() -> None:
    with pytest.raises(UnknownName, match="“score”"):
        compile_expression("scor < 60")({"score": 50})


def test_a_declared_name_that_is_absent_is_null() -> None:
    assert compile_expression("score = null", {"score"})({}) is True


def test_an_unknown_function_is_refused() -> None:
    with pytest.raises(UnknownName, match="function “workday”, did you mean “workdays”"):
        compile_expression("workday(5)", functions={"workdays"})
    with pytest.raises(UnknownName, match="function “workday”"):
        compile_expression("workday(5)")({}, {"workdays": lambda days: days})


def test_members_of_filtered_items_need_no_declaration() -> None:
    expression = compile_expression("plots[area > 100].owner", {"plots"})
    assert expression({"plots": [{"area": 120, "owner": "a"}, {"area": 80, "owner": "b"}]}) == ["a"]


def test_a_variable_named_like_a_function_hides_it_as_a_value_only() -> None:
    scope = {"count": 3, "date": None}
    assert compile_expression("count + count([1])", {"count"})(scope) == Decimal(4)
    assert compile_expression("count + count([1])")(scope) == Decimal(4)


def test_domain_functions_take_positions_and_names() -> None:
    def add_days(start: Decimal, number_of_days: Decimal = Decimal(1)) -> Decimal:
        return start + number_of_days

    functions = {"add days": add_days}
    call = compile_expression("add days(2, 3)", (), {"add days"})
    assert call({}, functions) == Decimal(5)
    named = compile_expression("add days(start: 2, number of days: 4)", (), {"add days"})
    assert named({}, functions) == Decimal(6)
    with pytest.raises(FeelError, match="add days: missing a required argument"):
        compile_expression("add days()", (), {"add days"})({}, functions)


def test_results_of_domain_functions_become_feel_values() -> None:
    expression = compile_expression("found().rows[1] + 1", (), {"found"})
    assert expression({}, {"found": lambda: {"rows": (1, 2)}}) == Decimal(2)


def test_nearest_finds_what_is_meant() -> None:
    assert nearest("LeadDepartment", ["lead_department", "score"]) == "lead_department"
    assert nearest("xyz", ["score"]) is None


def test_every_built_in_function_says_what_it_gives_and_takes() -> None:
    assert len(BUILTINS) >= 85
    for name, builtin in BUILTINS.items():
        assert builtin.sentence.endswith("."), name
        assert name in ("now", "today") or builtin.forms[0], name


def test_the_how_to_page_lists_every_built_in_function() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "write-an-expression.md"
    text = page.read_text(encoding="utf-8")
    for name, builtin in BUILTINS.items():
        assert f"| `{name}(" in text, name
        assert builtin.sentence in text, name


def test_the_how_to_pages_examples_are_feel() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "write-an-expression.md"
    table = page.read_text(encoding="utf-8").split("Things to know")[0]
    examples = [code for line in table.splitlines()[4:] for code in line.split("`")[1::2]]
    assert len(examples) > 25
    for example in examples:
        compile_expression(example, functions=())
