"""Lights: the lamp of a deadline, computed from its due and warning times when it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workflows.worktime import Calendar

Colour = Literal["green", "yellow", "red", "grey"]

SHAPES: dict[Colour, str] = {"green": "■", "yellow": "▲", "red": "●", "grey": "‖"}
"""Each colour has a shape too, for those who cannot tell the colours apart, and for print."""


@dataclass(frozen=True, kw_only=True)
class Light:
    """A lamp: colour, shape and the working days beside it.

    `days` are the working days left, negative when overdue; of a grey lamp (the clock stands
    still) those that were left when it was paused. `provisional`: the calendar of the due day is
    not published yet.
    """

    colour: Colour
    shape: str
    days: int
    provisional: bool = False

    def words(self, locale: str = "zh") -> str:
        """Return what stands beside the lamp: 剩 9 个工作日, 已超期 2 个工作日."""
        return _english(self) if locale.startswith("en") else _chinese(self)


def colour(
    due_at: datetime, warn_at: datetime | None, paused_at: datetime | None, now: datetime
) -> Colour:
    """Return the colour of a deadline as of `now` (all aware)."""
    if paused_at is not None:
        return "grey"
    if now > due_at:
        return "red"
    return "yellow" if warn_at is not None and now >= warn_at else "green"


def light(
    due_at: datetime,
    warn_at: datetime | None,
    paused_at: datetime | None,
    now: datetime,
    calendar: Calendar,
) -> Light:
    """Return the lamp of a deadline as of `now`, its days counted in `calendar`."""
    found = colour(due_at, warn_at, paused_at, now)
    return Light(
        colour=found,
        shape=SHAPES[found],
        days=calendar.between(now if paused_at is None else paused_at, due_at),
        provisional=calendar.is_provisional_at(due_at),
    )


def _chinese(light: Light) -> str:
    if light.colour == "grey":
        left = f"余 {light.days} 个工作日" if light.days >= 0 else f"已超期 {-light.days} 个工作日"
        return f"暂停计时，{left}"
    if light.colour == "red":
        return f"已超期 {-light.days} 个工作日" if light.days else "已超期"
    return f"剩 {light.days} 个工作日" if light.days else "今日到期"


def _english(light: Light) -> str:
    count = abs(light.days)
    days = f"{count} working day" + ("" if count == 1 else "s")
    if light.colour == "grey":
        return f"clock stopped, {days} " + ("left" if light.days >= 0 else "overdue")
    if light.colour == "red":
        return f"{days} overdue" if light.days else "overdue"
    return f"{days} left" if light.days else "due today"
