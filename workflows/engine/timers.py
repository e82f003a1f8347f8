"""Timers that never look at the clock: they fire when the step that is made releases them.

When the token comes to a timer its expression is evaluated once and the host says when that is.
Ordinary durations, dates and cycles are read as they are written; anything else is FEEL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    TimerEventDefinition,
)

from workflows.engine.limits import failed
from workflows.engine.tokens import Token
from workflows.feel import Expression, FeelError, YearsMonths, compile_expression

SHORTEST_CYCLE = timedelta(minutes=1)

_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_WEEKS = re.compile(r"(-?)P(\d+)W")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?")
_CYCLE = re.compile(r"R(\d*)/(?:([^/]+)/)?([^/]+)")


class NotATime(ValueError):
    """A text stands for no time, or for a cycle that would never rest."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often (None: without end), from when (None: one interval from now), how far apart."""

    times: int | None
    first: Any
    every: timedelta | YearsMonths


def is_literal(text: str) -> bool:
    """Whether a text is a duration, a date or a cycle as it stands, not an expression."""
    text = text.strip()
    found = (pattern.fullmatch(text) for pattern in (_DURATION, _WEEKS, _DATE, _CYCLE))
    return any(found)


def literal(text: str) -> Any:
    """Return the time, duration or Cycle that a literal stands for; NotATime when it is none."""
    text = text.strip()
    cycle = _CYCLE.fullmatch(text)
    if cycle:
        return _cycle(text, *cycle.groups())
    weeks = _WEEKS.fullmatch(text)
    if weeks:
        text = f"{weeks.group(1)}P{int(weeks.group(2)) * 7}D"
    try:
        value = _quoted(text)({})
    except FeelError as error:
        raise NotATime(f"{text} is no duration and no date") from error
    if value is None:
        raise NotATime(
            f"{text} is no duration and no date; one of years and months cannot also have days"
        )
    return value


def _quoted(text: str) -> Expression:
    return compile_expression(f'@"{text}"')


def _cycle(text: str, times: str, first: str | None, every: str) -> Cycle:
    interval = literal(every)
    if isinstance(interval, YearsMonths):
        too_short = interval.months < 1
    else:
        too_short = not isinstance(interval, timedelta) or interval < SHORTEST_CYCLE
    if too_short:
        raise NotATime(f"the cycle {text} has no interval of a minute or more")
    if times and int(times) < 1:
        raise NotATime(f"the cycle {text} never fires")
    start = None if first is None else literal(first)
    if isinstance(start, timedelta | YearsMonths | Cycle):
        raise NotATime(f"the cycle {text} has to begin with a date or with its interval")
    return Cycle(int(times) if times else None, start, interval)


def check_literal(text: str, *, cycle: bool) -> None:
    """NotATime when a literal cannot be used for this kind of timer."""
    if isinstance(literal(text), Cycle) is not cycle:
        raise NotATime(f"{text} is {'no' if cycle else 'a'} cycle")


class _Due:
    """What one-time and repeated timers have in common."""

    expression: str
    cycles: bool

    def enter(self, token: Token) -> bool:
        """Compute when the timer is due and wait; nothing fires on the way in."""
        value = self._value(token)
        times: int | None = 1
        every: Any = None
        if isinstance(value, Cycle):
            times, every = value.times, value.every
            value = value.every if value.first is None else value.first
        self._arm(token, value)
        token.internal_data.update(left=times, every=every)
        return False

    def fire(self, token: Token) -> None:
        """Let the timer happen once; a cycle on the side of an activity is armed again."""
        left, every = token.internal_data["left"], token.internal_data["every"]
        again = every is not None and token.task_spec.repeats and (left is None or left > 1)
        if not again:
            token._ready()
            return
        token.internal_data["left"] = None if left is None else left - 1
        self._arm(token, every)
        token.task_spec.branch_off(token, {})

    def receive(self, token: Token) -> None:
        """Time brings no values."""

    def _arm(self, token: Token, value: Any) -> None:
        due = token.workflow.script_engine.due(token, value, self.expression)
        token.internal_data.update(due_at=due.at, how=dict(due.how))

    def _value(self, token: Token) -> Any:
        text = self.expression
        value: Any = text if is_literal(text) else None
        try:
            if value is None:
                value = token.workflow.script_engine.evaluate(token, text)
            if isinstance(value, str):
                value = literal(value)
            if isinstance(value, Cycle) is not self.cycles:
                raise NotATime(f"{text} is {'no' if self.cycles else 'a'} cycle")
        except NotATime as error:
            raise failed(token, str(error), "Mend the timer in the diagram.", "time") from error
        if value is None:
            raise failed(
                token, f"the timer's {text} is null", "Mend the timer in the diagram.", "time"
            )
        return value


class Timer(_Due, TimerEventDefinition):
    """A date or a duration."""

    cycles = False


class CycleTimer(_Due, CycleTimerEventDefinition):
    """An interval that comes again."""

    cycles = True
