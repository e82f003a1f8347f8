"""Unary tests: the cells of decision tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workflows.feel import compile_unary_tests


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("-", None, True),
        ("", 5, True),
        ("5", 5, True),
        ("5", 6, False),
        ("< 5", 4, True),
        ("> 5", None, False),
        ("!= 5", 4, True),
        ("= 5", 5, True),
        ("[1..10]", 10, True),
        ("[1..10)", 10, False),
        ("]1..10[", 1, False),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "c", True),
        ('not("a", "b")', "a", False),
        ("not(< 5)", 5, True),
        ("not(true)", False, True),
        ("true", True, True),
        ("true", None, False),
        ("null", None, True),
        ("< 5, > 10", 11, True),
        ("[1..3], 7", 7, True),
        ("? > 3 and ? < 5", 4, True),
        ("even(?)", 4, True),
        ('not(contains(?, "x"))', "abc", True),
        ("limit", 3, True),
        ("> limit", 4, True),
        ("> limit + 1", 4, False),
        ("allowed", "land", True),
        ('< @"2026-11-22"', date(2026, 11, 21), True),
        ('list contains(?, "a")', ["a", "b"], True),
        ('"a"', ["a"], False),
        ("limit = 3", "anything", True),
        ("- 5", -5, True),
        ("-5", -5, True),
    ],
)
def test_cells(text: str, value: Any, passes: bool) -> None:
    scope = {"limit": 3, "allowed": ["land", "works"]}
    assert compile_unary_tests(text)(scope, value) is passes
