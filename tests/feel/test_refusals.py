"""Text that is not FEEL, and what the person who wrote it is told."""

from __future__ import annotations

import pytest

from workflows.errors import ThroughTrainError
from workflows.feel import FeelError, FeelSyntaxError, compile_expression, compile_unary_tests


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "empty"),
        ("1 +", 3, "ends too early"),
        ("score == 3", 7, "“=” is not expected"),
        ("a && b", 2, "the sign & has no meaning"),
        ("'land'", 0, "double quotes"),
        ('"land', 0, "not closed"),
        ("“land”", 0, "double quotes"),
        ("(1, 2)", 0, "only after “in”"),
        ("{a: 1", 5, "ends too early"),
        ("if a then b", 11, "ends too early"),
        ("for x in xs", 11, "ends too early"),
        ("a b c(", 6, "ends too early"),
        ("1 2", 2, "“2” is not expected"),
        ("x.1", 1, "not expected"),
        ("score <> 3", 7, "“>” is not expected"),
    ],
)
def test_the_place_and_a_plain_sentence(text: str, position: int, words: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert words in caught.value.reason
    assert caught.value.position == position
    assert caught.value.expression == text


def test_line_and_column_of_a_fault() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression("score < 60 and\n  category in in")
    assert (caught.value.line, caught.value.column) == (2, 15)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')",
        "().__class__.__bases__[0]",
        "lambda: 1",
        "{% raw %}",
        "x := 1",
        "a; b",
        'open("/etc/passwd") as f',
        "x if y else z",
    ],
)
def test_python_is_not_feel(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize(
    "text", ['"a".__class__', "x.__dict__", "x.__class__.__mro__", '"{0.__class__}".format']
)
def test_attributes_of_values_cannot_be_reached(text: str) -> None:
    assert compile_expression(text)({"x": {"a": 1}}) is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "1" + ")" * 300,
        "[" * 300 + "]" * 300,
        "-" * 300 + "1",
        "if true then " * 300 + "1" + " else 1" * 300,
        "1" + " = 1" * 300,
        "a" + ".b" * 300,
        '"' + "x" * 30_000 + '"',
    ],
)
def test_text_that_is_too_long_or_deep_is_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


def test_long_chains_of_one_level_are_fine() -> None:
    assert compile_expression("1" + " + 1" * 1_500)({}) == 1_501
    assert compile_expression("true" + " and true" * 1_500)({}) is True


def test_a_value_without_a_feel_type_is_refused() -> None:
    with pytest.raises(FeelError, match="type object cannot be used"):
        compile_expression("x")({"x": object()})


def test_errors_are_the_products_own_and_name_the_expression() -> None:
    with pytest.raises(ThroughTrainError, match="The expression “a \\+” cannot be used"):
        compile_expression("a +")


def test_comments_and_line_breaks_are_skipped() -> None:
    text = "1 // one\n + /* two\n lines */ 2"
    assert compile_expression(text)({}) == 3


def test_unary_tests_refuse_what_is_no_test() -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests("< ")
