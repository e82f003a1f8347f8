"""FEEL texts of deployed definitions, compiled once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from workflows.errors import Place, StepFailed
from workflows.feel import Expression, FeelError, compile_expression


@lru_cache(maxsize=8192)
def compiled(text: str) -> Expression:
    """Return the compiled expression; a syntax error is a FeelError."""
    return compile_expression(text)


def evaluate(
    text: str,
    scope: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
    place: Place,
) -> Any:
    """Evaluate an expression of a diagram; a FEEL error becomes a StepFailed that says where."""
    try:
        return compiled(text)(scope, functions)
    except FeelError as error:
        raise StepFailed(
            place=place,
            reason=f"{text!r}: {error}",
            advice="Mend the expression in the diagram and deploy it again.",
        ) from error
