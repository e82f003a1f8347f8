"""The expression language: a warm condition and a warm decision table."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from webapp.bench.figures import Figure, against
from workflows.dmn import parse_decisions
from workflows.feel import compile_expression

_CONDITION = 'score < 60 and category in ("land", "works")'
_SCOPE = {"score": 45, "category": "works"}
_RULES = 10


def measure_language(*, series: int, calls: int = 500) -> list[Figure]:
    """Measure a condition and a table of ten rules beside plain Python that says the same."""
    condition = compile_expression(_CONDITION, names=_SCOPE)
    decisions = parse_decisions({"limits.dmn": _table()})
    scope = {"score": 95, "category": "works"}
    pairs = (
        (
            "a warm FEEL condition",
            lambda: condition(_SCOPE),
            lambda: _condition_in_python(_SCOPE),
            "at most 5 us",
        ),
        (
            f"a warm decision table of {_RULES} rules, the last one hit",
            lambda: decisions.evaluate("limits", scope),
            lambda: _table_in_python(scope),
            "at most 60 us",
        ),
    )
    figures = []
    for work, ours, theirs, reach in pairs:
        mine, plain = [], []
        for _ in range(series):
            mine.append(_microseconds(ours, calls))
            plain.append(_microseconds(theirs, calls))
        figures.append(
            against(
                work, mine, plain, unit="us", reference_work="the same in plain Python", reach=reach
            )
        )
    return figures


def _microseconds(work: Callable[[], object], calls: int) -> float:
    """Return how long one of many calls took."""
    started = perf_counter()
    for _ in range(calls):
        work()
    return (perf_counter() - started) * 1_000_000 / calls


def _condition_in_python(scope: dict[str, object]) -> bool:
    score, category = scope["score"], scope["category"]
    return isinstance(score, int) and score < 60 and category in ("land", "works")


def _table_in_python(scope: dict[str, object]) -> int | None:
    score, category = scope["score"], scope["category"]
    for low in range(_RULES):
        inside = isinstance(score, int) and low * 10 <= score < (low + 1) * 10
        if inside and category in ("land", "works"):
            return low
    return None


def _table() -> bytes:
    rules = "".join(
        f'<rule id="r{number}"><inputEntry><text>[{number * 10}..{number * 10 + 10})</text>'
        '</inputEntry><inputEntry><text>"land", "works"</text></inputEntry>'
        f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number in range(_RULES)
    )
    inputs = "".join(
        f'<input id="{name}"><inputExpression><text>{name}</text></inputExpression></input>'
        for name in ("score", "category")
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="bench"'
        ' namespace="urn:bench"><decision id="limits" name="limits"><variable name="limits"/>'
        f'<decisionTable hitPolicy="UNIQUE">{inputs}<output id="o" name="level"/>{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()
