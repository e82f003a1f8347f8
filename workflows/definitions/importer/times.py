"""Times of other products: ISO 8601 as it is, cron by its period, Python's and JUEL's as FEEL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.definitions.messages import Message
from workflows.definitions.places import is_literal

_CRON = re.compile(r"^(?:\S+\s+){4,6}\S+$")
_STEP = re.compile(r"^(?:\*|\d+)/(\d{1,4})$")
_DELTA = re.compile(r"^(?:datetime\.)?timedelta\(([^()]*)\)$")
_PART = re.compile(r"^\s*(weeks|days|hours|minutes|seconds)\s*=\s*(\d{1,6})\s*$")
_LETTERS = {"days": "D", "hours": "H", "minutes": "M", "seconds": "S"}
_SHORT = re.compile(r"^(R\d*/)PT(\d{1,2})(?:\.\d+)?S$")


@dataclass(frozen=True)
class Time:
    """A time as it is written here; `guess` says what is not quite the same."""

    text: str
    guess: Message | None = None


def literal(text: str, kind: str) -> Time | None:
    """Return a literal time of a timer (`timeDate`, `timeDuration`, `timeCycle`), None if none."""
    plain = text.strip().strip("\"'").strip()
    short = _SHORT.match(plain)
    if kind == "timeCycle" and short and int(short.group(2)) < 60:
        return Time(f"{short.group(1)}PT1M", Message("a cycle lasts at least one minute here"))
    if is_literal(plain):
        if kind == "timeCycle" and plain.startswith("P"):
            return Time(f"R/{plain}", Message("a cycle is written with R/ before its period"))
        return Time(plain)
    delta = _timedelta(plain)
    if delta:
        return Time(f"R/{delta}" if kind == "timeCycle" else delta)
    if kind == "timeCycle" and _CRON.match(plain):
        return _cron(plain)
    return None


def _timedelta(text: str) -> str:
    found = _DELTA.match(text)
    if found is None:
        return ""
    sums = dict.fromkeys(_LETTERS, 0)
    for part in found.group(1).split(","):
        one = _PART.match(part)
        if one is None:
            return ""
        name, count = one.group(1), int(one.group(2))
        sums["days" if name == "weeks" else name] += count * (7 if name == "weeks" else 1)
    clock = "".join(f"{sums[one]}{_LETTERS[one]}" for one in list(sums)[1:] if sums[one])
    days = f"{sums['days']}D" if sums["days"] else ""
    return f"P{days}{'T' + clock if clock else ''}" if days or clock else ""


def _cron(text: str) -> Time:
    """Return the period of a cron expression: how often, though no longer when exactly."""
    fields = text.split()
    if len(fields) == 5:
        fields = ["0", *fields]
    _second, minute, hour, day, month, weekday = fields[:6]
    guess = Message(
        "cron “%(text)s” says at which hour; here the period counts from when the step begins",
        text=text,
    )
    for field, letter in ((minute, "M"), (hour, "H")):
        step = _STEP.match(field)
        if step and int(step.group(1)) > 0:
            return Time(f"R/PT{int(step.group(1))}{letter}", guess)
    step = _STEP.match(day)
    if step and int(step.group(1)) > 0:
        return Time(f"R/P{int(step.group(1))}D", guess)
    if minute == "*":
        return Time("R/PT1M", guess)
    if hour == "*":
        return Time("R/PT1H", guess)
    if month not in ("*", "?"):
        return Time("R/P1Y", guess)
    if day not in ("*", "?"):
        return Time("R/P1M", guess)
    return Time("R/P7D" if weekday not in ("*", "?") else "R/P1D", guess)
