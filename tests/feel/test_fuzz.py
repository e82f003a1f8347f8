"""Whatever is written and whatever is in scope: a value or a FEEL error, and soon."""

from __future__ import annotations

import time as clock
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflows.feel import (
    Budget,
    BudgetExceeded,
    FeelError,
    YearsMonths,
    compile_expression,
    compile_unary_tests,
)
from workflows.feel.library import BUILTINS

SECONDS = 3.0
_QUIET = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

_WORDS = "null true false a b items who ? item partial -1 0 1.5 1e6000 -1e-6000 sum not {} []"
_LITERALS = (
    *(str(10**38 - 1), '"land"', '""', '"^(a+)+$"', "[1..5]", "]1..a[", "(< 5)"),
    *('@"2026-11-22"', '@"10:00:00Z"', '@"2026-11-22T10:00:00@Asia/Shanghai"', '@"P1Y"'),
    *('@"-PT36H"', '@"nonsense"', '@"99999-12-31"', '@"-2016-01-30T10:00:00Z"'),
)
LEAVES = st.one_of(
    st.sampled_from([*_WORDS.split(), *_LITERALS]),
    st.integers(-(10**20), 10**20).map(str),
    st.dates().map(lambda day: f'@"{day.isoformat()}"'),
)
OPERATORS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"]
TYPES = ["number", "string", "list<number>", "context<a: Any>", "range<date>", "nothing"]


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return expressions around expressions."""
    names = st.sampled_from(sorted(BUILTINS))
    several = st.lists(inner, max_size=4).map(", ".join)
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(
            lambda p: f"({p[0]}) {p[1]} ({p[2]})"
        ),
        st.tuples(names, several).map(lambda p: f"{p[0]}({p[1]})"),
        several.map(lambda items: f"[{items}]"),
        pair.map(lambda p: f"{{a: {p[0]}, b: {p[1]}}}"),
        pair.map(lambda p: f"({p[0]})[{p[1]}]"),
        inner.map(lambda value: f"({value}).a"),
        inner.map(lambda value: f"-({value})"),
        pair.map(lambda p: f"for x in {p[0]} return {p[1]}"),
        pair.map(lambda p: f"for x in {p[0]}..{p[1]} return partial"),
        pair.map(lambda p: f"some x in {p[0]} satisfies {p[1]}"),
        st.tuples(inner, inner, inner).map(lambda p: f"if {p[0]} then {p[1]} else {p[2]}"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]}) between ({p[1]}) and ({p[2]})"),
        pair.map(lambda p: f"({p[0]}..{p[1]}]"),
        st.tuples(inner, st.sampled_from(TYPES)).map(lambda p: f"({p[0]}) instance of {p[1]}"),
        pair.map(lambda p: f"(function(a: number, b) {p[0]})({p[1]}, a)"),
        inner.map(lambda value: f"{{f: function(n) f({value}), r: f(1)}}.r"),
    )


EXPRESSIONS = st.recursive(LEAVES, _compound, max_leaves=12)
_SIGNS = '( ) [ ] { } .. . , : -> < > <= = - ** @ list< "x" " ? 1'
_KEYWORDS = "if then else for in return some satisfies function external between and or not null"
TOKENS = st.lists(
    st.sampled_from([*_SIGNS.split(), *_KEYWORDS.split(), "instance of", "a", "b c"]),
    max_size=20,
).map(" ".join)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.text(max_size=20),
        st.dates(),
        st.times(),
        st.datetimes(timezones=st.sampled_from([None, UTC])),
        st.timedeltas(),
        st.integers(-(10**6), 10**6).map(YearsMonths),
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
SCOPES = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "items": st.lists(VALUES, max_size=4)})
FEEL_TYPES = (
    *(type(None), bool, Decimal, str, date, time, datetime, timedelta, YearsMonths, list, dict),
)


def _evaluate(text: str, scope: dict[str, Any]) -> None:
    """Evaluate within a small budget; only a FEEL error may come out, and in time."""
    started = clock.thread_time()
    try:
        value = compile_expression(text)(scope, budget=Budget(steps=5_000, pattern_steps=20_000))
        assert isinstance(value, FEEL_TYPES) or value.__class__.__module__.startswith("workflows.")
    except FeelError:
        pass
    assert clock.thread_time() - started < SECONDS


@_QUIET
@given(EXPRESSIONS, SCOPES)
def test_well_formed_expressions(text: str, scope: dict[str, Any]) -> None:
    _evaluate(text, scope)


@_QUIET
@given(TOKENS | st.text(max_size=60), SCOPES)
def test_any_text(text: str, scope: dict[str, Any]) -> None:
    _evaluate(text, scope)


@_QUIET
@given(TOKENS | EXPRESSIONS | st.text(max_size=40), VALUES)
def test_any_cell(text: str, value: Any) -> None:
    try:
        tests = compile_unary_tests(text)
        assert tests({"a": 1}, value, budget=Budget(steps=5_000)) in (True, False)
    except FeelError:
        pass


PATTERNS = st.text(alphabet="ab.*+?|()[]{}^$\\-dpLn0,123 直", max_size=15)


@_QUIET
@given(PATTERNS, st.text(alphabet="ab直 \n1", max_size=30), st.sampled_from(["", "i", "x", "smiq"]))
def test_any_pattern(pattern: str, text: str, flags: str) -> None:
    scope = {"t": text, "p": pattern, "f": flags}
    for call in ("matches(t, p, f)", "replace(t, p, t, f)", "split(t, p)"):
        try:
            compile_expression(call)(scope, budget=Budget(pattern_steps=20_000))
        except BudgetExceeded:
            continue


@_QUIET
@given(EXPRESSIONS, SCOPES)
def test_the_same_answer_twice(text: str, scope: dict[str, Any]) -> None:
    def answer() -> str:
        try:
            expression = compile_expression(text)
            return repr(expression(scope, {"now": lambda: None}, Budget(steps=2_000)))
        except FeelError as error:
            return error.reason

    first = answer()
    assert " at 0x" in first or "function" in text or first == answer()
