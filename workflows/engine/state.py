"""The state of a case as bytes: its tokens, what they carry, and nothing of the diagrams.

A token's values are written as what differs from those of its parent, to the letter and in their
order. Types that JSON does not know are tagged; contexts whose names look like a tag are written
as pairs. Compressors are not shared between threads.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import zstandard

from workflows.engine.limits import check_size, failed
from workflows.engine.snapshot import Limits
from workflows.engine.tokens import COMPLETED, FINISHED, WAITING, Branch, Called, Run, Token
from workflows.engine.values import same
from workflows.feel import Range, YearsMonths

VERSION = 1
_MARK = "$"
_LEVEL = 3


class Unstorable(TypeError):
    """A value is of a type that cannot be kept in a state."""


class Unreadable(ValueError):
    """Bytes are not a state of this specification."""


# --- values -------------------------------------------------------------------------------------

_PLAIN = frozenset({str, bool, type(None)})


def frozen(value: Any) -> Any:
    """Return a value in JSON's types, with tags; Unstorable for what cannot be kept."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        if all(type(key) is str and key[:1] != _MARK for key in value):
            return {key: frozen(item) for key, item in value.items()}
        return {"$c": [[frozen(key), frozen(item)] for key, item in value.items()]}
    if kind is list:
        return [frozen(item) for item in value]
    if kind is int:
        return value if -(2**63) <= value < 2**64 else {"$i": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$f": repr(value)}
    write = _WRITERS.get(kind)
    if write is None:
        raise Unstorable(f"a value of the type {kind.__name__} cannot be kept")
    return write(value)


def thawed(value: Any) -> Any:
    """Return what `frozen` was given."""
    kind = type(value)
    if kind is dict:
        if len(value) == 1:
            tag = next(iter(value))
            if tag[:1] == _MARK:
                return _READERS[tag](value[tag])
        return {key: thawed(item) for key, item in value.items()}
    if kind is list:
        return [thawed(item) for item in value]
    return value


def _write_moment(tag: str) -> Callable[[Any], Any]:
    """Return the writer of date-times or times: with the zone's name where it has one."""

    def write(value: datetime | time) -> Any:
        zone = value.tzinfo
        text = value.replace(tzinfo=None).isoformat() if zone else value.isoformat()
        if zone is None:
            return {tag: text}
        if isinstance(zone, ZoneInfo) and zone.key:
            return {tag: [text, zone.key, value.fold]}
        offset = zone.utcoffset(None) if isinstance(zone, timezone) else value.utcoffset()
        if offset is None or not isinstance(zone, timezone):
            raise Unstorable(f"a time in the zone {zone} cannot be kept")
        return {tag: [text, _span(offset)]}

    return write


def _read_moment(kind: type[datetime] | type[time]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is str:
            return kind.fromisoformat(value)
        bare = kind.fromisoformat(value[0])
        if len(value) == 3:
            return bare.replace(tzinfo=ZoneInfo(value[1]), fold=value[2])
        offset = _interval(value[1])
        return bare.replace(tzinfo=timezone(offset) if offset else UTC)

    return read


def _span(value: timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


def _interval(value: list[int]) -> timedelta:
    return timedelta(days=value[0], seconds=value[1], microseconds=value[2])


def _range(value: list[Any]) -> Range:
    return Range(thawed(value[0]), thawed(value[1]), *value[2:])


_WRITERS: dict[type, Callable[[Any], Any]] = {
    Decimal: lambda value: {"$d": str(value)},
    datetime: _write_moment("$dt"),
    date: lambda value: {"$da": value.isoformat()},
    time: _write_moment("$ti"),
    timedelta: lambda value: {"$td": _span(value)},
    YearsMonths: lambda value: {"$ym": value.months},
    UUID: lambda value: {"$u": value.hex},
    tuple: lambda value: {"$t": [frozen(item) for item in value]},
    Range: lambda value: {
        "$r": [
            frozen(value.low),
            frozen(value.high),
            value.low_closed,
            value.high_closed,
            *((value.operator,) if value.operator else ()),
        ]
    },
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "$c": lambda value: {thawed(key): thawed(item) for key, item in value},
    "$i": int,
    "$f": float,
    "$d": Decimal,
    "$dt": _read_moment(datetime),
    "$da": date.fromisoformat,
    "$ti": _read_moment(time),
    "$td": _interval,
    "$ym": YearsMonths,
    "$u": lambda value: UUID(hex=value),
    "$t": lambda value: tuple(thawed(item) for item in value),
    "$r": _range,
}


# --- bytes --------------------------------------------------------------------------------------


class _Codecs(threading.local):
    """Each thread's own compressor: sharing one crashes the process."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=_LEVEL).compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_codecs = _Codecs()


def encode(run: Run, limits: Limits) -> bytes:
    """Return a compacted run as bytes; StepFailed when it carries too much or the wrong thing."""
    if run.completed:
        token = run.last_task
        body: dict[str, Any] = {"v": VERSION, "end": _kept(token, dict(run.data))}
        return _packed(run, body, limits)
    numbers: dict[UUID, tuple[int, int]] = {}
    branches = [
        _branch_rows(branch, number, numbers) for number, branch in enumerate(run.branches())
    ]
    newest = numbers.get(run.newest.id) if run.newest is not None else None
    return _packed(run, {"v": VERSION, "b": branches, "n": newest}, limits)


def _packed(run: Run, body: Mapping[str, Any], limits: Limits) -> bytes:
    try:
        packed = orjson.dumps(body)
    except orjson.JSONEncodeError as error:
        raise failed(
            run.last_done,
            f"its values cannot be kept: {error}",
            "Look for texts with broken characters and for contexts nested very deeply.",
            "expression",
        ) from error
    _check_sizes(run, packed, limits)
    return _codecs.pack(packed)


def _check_sizes(run: Run, packed: bytes, limits: Limits) -> None:
    """Look at single tokens only when all of them together are too large."""
    if len(packed) <= limits.data_bytes:
        return
    if run.completed:
        check_size(run.last_task or run.task_tree, len(packed), limits)
    for branch in run.branches():
        for token in branch.live_tokens():
            check_size(token, len(orjson.dumps(_kept(token, token.data))), limits)


def _kept(token: Token | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in JSON's types; StepFailed names the one that cannot be kept."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        try:
            found[key] = frozen(value)
        except Unstorable as error:
            raise failed(
                token,
                f"{key}: {error}",
                "Keep numbers, texts, dates, lists and contexts only.",
                "expression",
            ) from error
    return found


def _branch_rows(branch: Branch, number: int, numbers: dict[UUID, tuple[int, int]]) -> list[Any]:
    rows: list[Any] = []
    for token in branch.tasks.values():
        numbers[token.id] = (number, len(rows))
        rows.append(_row(token, numbers))
    caller = numbers[branch.caller.id] if isinstance(branch, Called) else None
    return [branch.spec.name, caller, rows]


def _row(token: Token, numbers: Mapping[UUID, tuple[int, int]]) -> list[Any]:
    parent = token.parent
    above: Mapping[str, Any] = {} if parent is None else parent.data
    data = token.data
    changed = {
        key: value for key, value in data.items() if key not in above or not same(above[key], value)
    }
    removed = [key for key in above if key not in data]
    order = [key for key in above if key in data]
    order += [key for key in changed if key not in above]
    # Finished tokens are never asked for by their id.
    row: list[Any] = [
        0 if token._state & FINISHED else token.id.hex,
        -1 if parent is None else numbers[parent.id][1],
        token._state,
        token.task_spec.name,
        _kept(token, changed) if changed else 0,
        removed or 0,
        0 if order == list(data) else list(data),
        _kept(token, token.internal_data) if token.internal_data else 0,
    ]
    while row[-1] == 0:
        row.pop()
    return row


def decode(data: bytes, run: Run) -> None:
    """Fill an empty run from bytes; Unreadable when they do not fit its specification."""
    try:
        body = orjson.loads(_codecs.unpack(data))
        if body["v"] != VERSION:
            raise Unreadable(f"it was written in the form {body['v']}")
        if "end" in body:
            _restore_end(run, body["end"])
        else:
            _restore(run, body)
    except (zstandard.ZstdError, orjson.JSONDecodeError, KeyError, IndexError, TypeError) as error:
        raise Unreadable(f"it is no state of these diagrams ({error!r})") from error


def _restore_end(run: Run, values: Mapping[str, Any]) -> None:
    run.task_tree = Token(run, run.spec.start)
    run.task_tree._state = COMPLETED
    run.completed = True
    run.data = {key: thawed(value) for key, value in values.items()}


def _restore(run: Run, body: Mapping[str, Any]) -> None:
    placed: list[list[Token]] = []
    for name, caller, rows in body["b"]:
        if caller is None:
            branch: Branch = run
            if name != run.spec.name:
                raise Unreadable(f"it is a state of the process {name}")
        else:
            holder = placed[caller[0]][caller[1]]
            branch = Called(run.subprocess_specs[name], holder)
            run.subprocesses[holder.id] = branch
        placed.append(_restore_branch(branch, rows))
    newest = body["n"]
    run.newest = None if newest is None else placed[newest[0]][newest[1]]


def _restore_branch(branch: Branch, rows: list[list[Any]]) -> list[Token]:
    tokens: list[Token] = []
    specs = branch.spec.task_specs
    for row in rows:
        hexed, above, state, name, changed, removed, order, inner = (*row, 0, 0, 0, 0)[:8]
        parent = tokens[above] if above >= 0 else None
        token = Token(branch, specs[name], parent, state, UUID(hex=hexed) if hexed else None)
        data = {} if parent is None else dict(parent.data)
        if changed:
            data.update({key: thawed(value) for key, value in changed.items()})
        for key in removed or ():
            del data[key]
        token.data = {key: data[key] for key in order} if order else data
        if inner:
            token.internal_data = {key: thawed(value) for key, value in inner.items()}
        if state == WAITING:
            branch.waiting[token.id] = token
        tokens.append(token)
    branch.task_tree = tokens[0]
    return tokens
