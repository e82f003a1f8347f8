"""Values as the server reads them: the text form of each parameter of a fixed statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import ARRAY, JSON, Boolean, LargeBinary, Numeric
from sqlalchemy.types import TypeEngine

Writer = Callable[[Any], bytes | None]


def writer_for(type_: TypeEngine[Any]) -> Writer:
    """Return what writes the values of a column or parameter of this type."""
    if isinstance(type_, JSON):
        return _json
    if isinstance(type_, ARRAY):
        return _array
    return _plain


def oid_of(type_: TypeEngine[Any]) -> int:
    """Return PostgreSQL's number of a type whose parameters are written without a cast, else 0."""
    return next((oid for kind, oid in _NOT_CAST.items() if isinstance(type_, kind)), 0)


_NOT_CAST: dict[type, int] = {Boolean: 16, LargeBinary: 17, Numeric: 1700}


def _json(value: Any) -> bytes | None:
    return None if value is None else orjson.dumps(value)


def _array(value: Any) -> bytes | None:
    if value is None:
        return None
    return b"{%s}" % b",".join(_element(one) for one in value)


def _element(value: Any) -> bytes:
    written = _plain(value)
    if written is None:
        return b"NULL"
    if isinstance(value, str):
        return b'"%s"' % written.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return written


def _plain(value: Any) -> bytes | None:
    if value is None:
        return None
    write = _WRITERS.get(type(value))
    if write is None:
        write = next((one for kind, one in _WRITERS.items() if isinstance(value, kind)), None)
    if write is None:
        raise psycopg.ProgrammingError(f"a {type(value).__name__} cannot be bound")
    return write(value)


def _text(value: str) -> bytes:
    if "\0" in value:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return value.encode()


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    str: _text,
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    datetime: lambda value: value.isoformat().encode(),
    date: lambda value: value.isoformat().encode(),
    time: lambda value: value.isoformat().encode(),
    UUID: lambda value: value.hex.encode(),
    bytes: lambda value: b"\\x" + value.hex().encode(),
    Decimal: lambda value: str(value).encode(),
    float: lambda value: repr(value).encode(),
}
