"""Fixed statements: values arrive as they were, and nothing is lost or sent twice."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    LargeBinary,
    Numeric,
    Text,
    Time,
    Uuid,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from models.database import Database, Pipeline, rows_of
from models.units import Unit

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
TYPES: dict[str, Any] = {
    "text": Text,
    "number": BigInteger,
    "truth": Boolean,
    "instant": DateTime(timezone=True),
    "day": Date,
    "hour": Time,
    "key": Uuid,
    "bytes": LargeBinary,
    "money": Numeric,
    "json": JSONB,
    "texts": ARRAY(Text),
    "numbers": ARRAY(BigInteger),
    "keys": ARRAY(Uuid),
}
ECHO = {name: select(bindparam("value", type_=type_)) for name, type_ in TYPES.items()}
KEY = UUID("0189d2b2-5b3c-7c11-9d5e-0123456789ab")
ADD = insert(Unit).values(
    key=bindparam("key"),
    name=bindparam("name"),
    name_en="",
    phone="",
    kind="department",
    position=0,
    active=True,
)
RENAME = update(Unit).where(Unit.key == bindparam("known")).values(name=bindparam("other"))
NAMES = select(Unit.name).where(Unit.key == bindparam("key"))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "积水\\n'\"{},$1"),
        ("text", ""),
        ("number", -(2**62)),
        ("truth", True),
        ("truth", False),
        ("instant", NOW),
        ("day", date(2026, 2, 28)),
        ("hour", time(14, 30)),
        ("key", KEY),
        ("bytes", bytes(range(256))),
        ("money", Decimal("12345678901234567890.12")),
        ("json", {"a": [1, None, "积水", {"$": True}], "b": 1.5}),
        ("json", []),
        ("texts", ["a,b", 'say "x"', "\\", "", "NULL", "积水 "]),
        ("texts", []),
        ("numbers", [1, 2**40, -1]),
        ("keys", [KEY, UUID(int=0)]),
    ],
)
def test_a_value_comes_back_as_it_was(database: Database, kind: str, value: Any) -> None:
    statement = ECHO[kind]
    with database.reading() as session:
        ((found,),) = rows_of(session, statement, {"value": value})
        assert found == value
        assert rows_of(session, statement, {"value": None}) == [(None,)]
        assert rows_of(session, statement, {"value": value}) == [(value,)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_any_texts_come_back_as_they_were(database: Database, texts: list[str]) -> None:
    with database.reading() as session:
        assert rows_of(session, ECHO["texts"], {"value": texts}) == [(texts,)]
        assert rows_of(session, ECHO["json"], {"value": texts}) == [(texts,)]


def test_a_zero_byte_is_refused_before_anything_is_sent(database: Database) -> None:
    with database.reading() as session, pytest.raises(Exception, match="NUL"):
        rows_of(session, ECHO["text"], {"value": "a\0b"})


def test_what_was_left_is_seen_by_the_next_statement_and_committed(database: Database) -> None:
    with database.transaction() as session:
        _leave(session, ADD, {"key": "one", "name": "first"})
        assert session.scalar(select(Unit.name).where(Unit.key == "one")) == "first"
        _leave(session, RENAME, {"known": "one", "other": "second"})
        assert rows_of(session, NAMES, {"key": "one"}) == [("second",)]
        _leave(session, RENAME, {"known": "one", "other": "third"})
    with database.reading() as session:
        assert rows_of(session, NAMES, {"key": "one"}) == [("third",)]


def test_what_was_left_is_gone_with_a_rollback(database: Database) -> None:
    def begun() -> None:
        with database.transaction() as session:
            _leave(session, ADD, {"key": "one", "name": "first"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begun()
    for _ in range(2):
        with database.transaction() as session:
            assert rows_of(session, NAMES, {"key": "one"}) == []


def test_an_error_in_what_was_left_undoes_the_transaction(database: Database) -> None:
    def add_twice() -> None:
        with database.transaction() as session:
            session.execute(text("create temporary table scrap (n int)"))
            _leave(session, ADD, {"key": "one", "name": "first"})
            _leave(session, ADD, {"key": "one", "name": "again"})

    with pytest.raises(IntegrityError):
        add_twice()
    with database.transaction() as session:
        assert rows_of(session, NAMES, {"key": "one"}) == []
        assert session.scalar(text("select to_regclass('scrap')")) is None
        _leave(session, ADD, {"key": "one", "name": "first"})
    with database.reading() as session:
        assert rows_of(session, NAMES, {"key": "one"}) == [("first",)]


def test_a_savepoint_takes_back_only_what_came_after_it(database: Database) -> None:
    def rename(session: Session) -> None:
        with session.begin_nested():
            _leave(session, RENAME, {"known": "one", "other": "second"})
            raise ZeroDivisionError

    with database.transaction() as session:
        _leave(session, ADD, {"key": "one", "name": "first"})
        with pytest.raises(ZeroDivisionError):
            rename(session)
        assert rows_of(session, NAMES, {"key": "one"}) == [("first",)]


def test_statements_are_known_again_after_the_driver_forgot_them(database: Database) -> None:
    """The driver drops all that is prepared when it rolls back and had prepared something."""

    def begun() -> None:
        with database.transaction() as session:
            for _ in range(8):
                session.scalar(text("select 1"))
            assert rows_of(session, ECHO["number"], {"value": 7}) == [(7,)]
            raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            begun()
    with database.transaction() as session:
        assert rows_of(session, ECHO["number"], {"value": 7}) == [(7,)]
        names = session.scalars(text("select name from pg_prepared_statements")).all()
    assert len(names) < 30


def test_a_refused_value_is_the_error_that_statements_raise(database: Database) -> None:
    with database.transaction() as session, pytest.raises(DataError):
        rows_of(session, ECHO["numbers"], {"value": ["x"]})
    with database.reading() as session:
        assert rows_of(session, ECHO["numbers"], {"value": [1]}) == [([1],)]


def _leave(session: Session, statement: Any, values: dict[str, Any]) -> None:
    pipeline = Pipeline(session)
    pipeline.add(statement, values)
    pipeline.leave()


@pytest.mark.parametrize("kind", ["transaction", "reading"])
def test_a_server_that_went_away_is_named_and_the_next_session_works(
    database: Database, kind: str
) -> None:
    def interrupted() -> None:
        with getattr(database, kind)() as session:
            rows_of(session, ECHO["number"], {"value": 1})
            session.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(OperationalError):
        interrupted()
    with database.transaction() as session:
        assert rows_of(session, ECHO["number"], {"value": 2}) == [(2,)]
