"""Tables of FEEL examples: `expression => what it is equal to`, a pair per line."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.feel import compile_expression


def examples(table: str) -> pytest.MarkDecorator:
    """Parametrize a test with the pairs of a table."""
    pairs = [line.split(" => ") for line in table.strip().splitlines() if line.strip()]
    named = [pytest.param(left.strip(), right.strip(), id=left.strip()) for left, right in pairs]
    return pytest.mark.parametrize(("text", "expected"), named)


def value(text: str, **scope: Any) -> Any:
    """Return the value of an expression in a scope of names."""
    return compile_expression(text)(scope)


def check(text: str, expected: str, **scope: Any) -> None:
    """Assert that two expressions have the same value of the same type."""
    got, wanted = value(text, **scope), value(expected, **scope)
    assert got == wanted
    assert type(got) is type(wanted)
