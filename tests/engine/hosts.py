"""A host for the engine's tests: its clock is moved by hand, its operations are noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from workflows.engine.snapshot import Decided, Due, Limits
from workflows.feel import YearsMonths

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class TestHost:
    """Counts calls; operations and decisions are functions given by the test."""

    __test__ = False

    now: datetime = MONDAY
    limits: Limits = field(default_factory=Limits)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    operations: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    decisions: Mapping[str, Callable[[Mapping[str, Any]], Decided]] = field(default_factory=dict)
    calls: list[tuple[str, Mapping[str, Any], str]] = field(default_factory=list)

    def call(self, operation: str, parameters: Mapping[str, Any], element: str) -> Any:
        self.calls.append((operation, parameters, element))
        return self.operations[operation](**parameters)

    def decide(self, decision: str, scope: Mapping[str, Any]) -> Decided:
        return self.decisions[decision](scope)

    def due(self, value: Any, expression: str) -> Due:
        if isinstance(value, datetime):
            return Due(at=value.astimezone(UTC))
        if isinstance(value, date):
            return Due(at=datetime.combine(value, time(15, 59, 59), UTC), how={"rule": "date"})
        if isinstance(value, timedelta):
            return Due(at=self.now + value)
        if isinstance(value, YearsMonths):
            return Due(at=self.now + timedelta(days=30 * value.months))
        raise TypeError(f"{value!r} is no time")

    def later(self, **span: float) -> TestHost:
        """The same host with its clock moved on."""
        self.now += timedelta(**span)
        return self
