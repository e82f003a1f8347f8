"""FEEL texts of deployed definitions, compiled once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import DBAPIError

from workflows.errors import Place, StepFailed, ThroughTrainError
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
    """Evaluate an expression of a diagram; what goes wrong is a StepFailed that says where.

    Also what a domain function raises: `workdays(n)` where n is null is the diagram's mistake.
    """
    try:
        return compiled(text)(scope, functions)
    except FeelError as error:
        raise _failed(text, place, str(error)) from error
    except (ThroughTrainError, DBAPIError):
        raise
    except Exception as error:
        raise _failed(text, place, str(error) or type(error).__name__) from error


def _failed(text: str, place: Place, said: str) -> StepFailed:
    return StepFailed(
        place=place,
        reason=f"{text!r}: {said}",
        advice="Mend the expression in the diagram and deploy it again.",
        cause="expression",
    )
