"""A play, written down as a scenario's file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from models.plays import PlayAct
from workflows.play.scenario import OWN_CITY, PlannedSession
from workflows.plays.expecting import DAYS
from workflows.worktime import ZONE

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_FIRST = ("at", "do", "action", "by")


@dataclass(frozen=True, kw_only=True)
class Written:
    """One act with what held after it, both as JSON."""

    step: Mapping[str, Any]
    expect: Mapping[str, Any]


def scenario_file(
    acts: Sequence[Written], *, title: str, about: str, sessions: Sequence[PlannedSession]
) -> str:
    """Return the acts as a scenario's file; the first one is the start."""
    lines = [f"title = {_value(title)}"]
    if about:
        lines.append(f"about = {_value(about)}")
    lines += [f"city = {_value(OWN_CITY)}", ""]
    for one in sessions:
        lines.append("[[receptions]]")
        lines += [f"{field.name} = {_value(getattr(one, field.name))}" for field in fields(one)]
        lines.append("")
    for number, act in enumerate(acts):
        lines += _act(act, "start" if number == 0 else "steps", number > 0)
    return "\n".join(lines)


def telling(acts: Sequence[PlayAct]) -> list[PlayAct]:
    """Return acts without those that only moved the clock and after which nothing was different.

    The time of what is done next says the same.
    """
    kept: list[PlayAct] = []
    for act in acts:
        idle = act.step.get("action") == "advance" and not act.told.get("fired")
        if not (idle and kept and act.expect == kept[-1].expect):
            kept.append(act)
    return kept


def needed_sessions(
    acts: Sequence[Written], sessions: Sequence[PlannedSession], until: date
) -> list[PlannedSession]:
    """Return the sessions that a play has to do with: those named in it, and those by its end."""
    named = {text[1:] for act in acts for text in _texts(act.step) if text.startswith("@")}
    return [one for one in sessions if one.id in named or one.held_on <= until]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _act(act: Written, table: str, many: bool) -> Iterator[str]:
    row = dict(act.step)
    values, at = dict(row.pop("values", {})), datetime.fromisoformat(row.pop("at"))
    yield f"[[{table}]]" if many else f"[{table}]"
    yield f"at = {_value(at)}"
    outcome = values.pop("outcome", None)
    for key in sorted(row, key=lambda key: (key not in _FIRST, key)):
        if row[key] not in ("", None):
            yield f"{key} = {_value(row[key])}"
    if outcome is not None:
        yield f"outcome = {_value(outcome)}"
    if values:
        yield f"[{table}.values]"
        yield from (f"{_key(key)} = {_value(one)}" for key, one in values.items())
    yield f"[{table}.expect]"
    yield from (f"{_key(key)} = {_value(one)}" for key, one in _typed(act.expect).items())
    yield ""


def _typed(expect: Mapping[str, Any]) -> dict[str, Any]:
    """Return expectations with days as days."""
    found = {key: _days(one) if key in DAYS else one for key, one in expect.items()}
    if "cases" in found:
        found["cases"] = {name: _typed(one) for name, one in found["cases"].items()}
    return found


def _days(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _days(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_days(one) for one in value]
    return date.fromisoformat(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    """Return a value as TOML; a time is written in Asia/Shanghai."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(ZONE).replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return str(value) if isinstance(value, (int, float)) else _text(str(value))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
