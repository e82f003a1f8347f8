"""Budgets: what is too much is stopped, and the expression is named."""

from __future__ import annotations

import time

import pytest

from workflows.feel import Budget, BudgetExceeded, FeelError, compile_expression


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..100000000 return i",
        "for i in 1..1000, j in 1..1000 return 1",
        "some i in 1..100000000 satisfies i < 0",
        "every i in 1..100000000 satisfies i > 0",
        "count(for i in 1..50000 return for j in 1..50000 return 1)",
        "{f: function(n) f(n), x: f(1)}.x",
        "{f: function(n) f(n + 1) + f(n + 1), x: f(1)}.x",
        "{f: function(g) g(g), x: f(f)}.x",
        "for i in 1..400 return partial",
        "sort(for i in 1..60000 return i, function(a, b) a > b)",
        "distinct values(for i in 1..5000 return i)",
    ],
)
def test_work_is_bounded(text: str) -> None:
    with pytest.raises(BudgetExceeded) as caught:
        compile_expression(text)({})
    assert caught.value.expression == text


def _doubled(first: str, step: str, times: int = 40) -> str:
    """Return a context whose entries double the one before."""
    entries = [f"v0: {first}", *(f"v{i + 1}: {step.format(f'v{i}')}" for i in range(times))]
    return "{" + ", ".join(entries) + f"}}.v{times}"


@pytest.mark.parametrize(
    "text",
    [
        _doubled('"xxxxxxxx"', "{0} + {0}"),
        _doubled("[1, 2]", "[{0}, {0}]"),
        _doubled("[1, 2]", "concatenate({0}, {0})"),
        _doubled("[1, 2]", "append({0}, {0}, {0})"),
        _doubled("{{a: 1}}".format(), "{{a: {0}, b: {0}}}"),
        f"string({_doubled('[1]', '[{0}, {0}]')})",
        f"flatten({_doubled('[1]', '[{0}, {0}]')})",
        _doubled("[1]", "[{0}, {0}]") + " = " + _doubled("[1]", "[{0}, {0}]"),
        _doubled('"xxxxxxxx"', "string join([{0}, {0}])"),
        _doubled('"xx"', 'replace({0}, "x", "xxxxxxxx")', 10),
    ],
)
def test_values_are_bounded(text: str) -> None:
    with pytest.raises(FeelError):
        compile_expression(text)({})


def test_a_shared_budget_is_used_up_together() -> None:
    budget = Budget(steps=150)
    loop = compile_expression("for i in 1..100 return i")
    loop({}, budget=budget)
    with pytest.raises(BudgetExceeded, match="more than 150 steps"):
        loop({}, budget=budget)


def test_depth_is_counted_per_nesting_not_per_call() -> None:
    text = "{f: function(n) n, x: for i in 1..200 return f(i)}.x[200]"
    assert compile_expression(text)({}) == 200


def test_recursion_within_the_depth_is_fine() -> None:
    text = "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), x: f(30)}.x"
    assert compile_expression(text)({}) == 30


def test_a_long_body_counts_for_more_steps() -> None:
    text = "for i in 1..2000 return " + " + ".join(["abs(i)"] * 400)
    with pytest.raises(BudgetExceeded, match="steps"):
        compile_expression(text)({})


LONG = "ab" * 45_000
MANY = [True] * 20_000


@pytest.mark.parametrize(
    "work",
    [
        "upper case(b)",
        "lower case(b)",
        'contains(b, "zz")',
        'substring after(b, "zz")',
        "all(l)",
        "count(sublist(l, 2))",
        'range("[1..2]")',
        'matches(b, "(a|b)+z")',
        "count(l[item = false])",
        "modulo(1e6144, 7)",
        "1.5 ** 0.333",
    ],
)
def test_a_loop_over_slow_work_is_stopped_soon(work: str) -> None:
    expression = compile_expression(f"for i in 1..90000 return {work}")
    started = time.thread_time()
    with pytest.raises(FeelError, match=r"steps|elements|long"):
        expression({"b": LONG, "l": MANY})
    assert time.thread_time() - started < 2
