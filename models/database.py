"""The one door to PostgreSQL: connections, the one function that commits, pipelined statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import orjson
import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement

LOCK_TIMEOUT_MS = 2000
"""How long a step waits for another step of the same case before it says that it is busy."""


class Database:
    """One city's tables on one PostgreSQL server.

    `url` is a SQLAlchemy or libpq URL. `schema` is the city's schema. `pool_size` is the number
    of connections kept, equal to the number of threads of the process. With `patient` a commit
    waits until it is on disk, as it must where somebody is told that it is done. The clock need
    not: what a crash takes from it, it does again, and it takes whole transactions only.
    """

    def __init__(
        self, url: str, *, schema: str = "public", pool_size: int = 8, patient: bool = True
    ) -> None:
        self.url = driver_url(url)
        self.schema = schema
        self._patient = patient
        self.engine = self._engine(pool_size)
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def _engine(self, pool_size: int) -> Engine:
        engine = create_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=2,
            pool_timeout=10,
            pool_use_lifo=True,
            pool_pre_ping=False,
            connect_args={
                "connect_timeout": 5,
                "options": f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT_MS} "
                f"-c search_path={self.schema} "
                f"-c synchronous_commit={'on' if self._patient else 'off'}",
            },
            json_serializer=_to_json,
            json_deserializer=orjson.loads,
        )
        event.listen(engine, "handle_error", _drop_dead_connections)
        return engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose work is committed on return and rolled back when it raises."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            try:
                yield session
            except BaseException:
                session.rollback()
                raise
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reads; each statement stands alone, nothing is ever committed."""
        with Session(self._reader, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Close all connections of this process."""
        self.engine.dispose()


def driver_url(url: str) -> URL:
    """Return `url` for psycopg 3, whatever scheme (`postgres://`, `postgresql://`) it came with."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg")


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _drop_dead_connections(context: Any) -> None:
    """Empty the pool when the server went away, so that the next request connects anew."""
    if isinstance(context.original_exception, psycopg.OperationalError):
        driver = context.connection.connection.dbapi_connection if context.connection else None
        if driver is None or driver.closed:
            context.is_disconnect = True


# ------------------------------------------------------------------------------ pipelining

_dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_dialect._json_serializer = _to_json
_dialect._json_deserializer = orjson.loads


@lru_cache(maxsize=512)
def _compiled_text(statement: ClauseElement) -> tuple[str, Any]:
    compiled = statement.compile(dialect=_dialect)
    return str(compiled), compiled


class Pipeline:
    """Statements of one step, sent to the server together instead of one by one.

    The statements must be fixed (built once, at import): what varies is bound by name. Only so
    can their text be kept, and a step costs no SQL compilation. `flush` sends what was queued and
    returns the rows of each statement that gives rows.
    """

    def __init__(self, session: Session) -> None:
        driver = session.connection().connection.dbapi_connection
        self._connection = cast("psycopg.Connection[Any]", driver)
        self._queue: list[tuple[str, dict[str, Any]]] = []

    def add(self, statement: ClauseElement, values: dict[str, Any] | None = None) -> None:
        """Queue a statement with its bound values."""
        text, compiled = _compiled_text(statement)
        self._queue.append((text, _bind(compiled, values or {})))

    def add_rows(self, statement: ClauseElement, rows: Sequence[dict[str, Any]]) -> None:
        """Queue one statement for each row (they travel together)."""
        for row in rows:
            self.add(statement, row)

    def flush(self) -> list[list[tuple[Any, ...]]]:
        """Send what was queued in one round trip and return each statement's rows."""
        queue, self._queue = self._queue, []
        if not queue:
            return []
        cursors = []
        with _known_errors(self._connection), self._connection.pipeline():
            for text, values in queue:
                cursors.append(self._connection.execute(cast("Any", text), values, prepare=True))
        return [c.fetchall() if c.description else [] for c in cursors]


def rows_of(
    session: Session, statement: ClauseElement, values: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """Return the rows of one fixed statement, prepared on the server, without a row's ceremony.

    For reads on the way of every request; everything else is well served by the session.
    """
    text, compiled = _compiled_text(statement)
    driver = session.connection().connection.dbapi_connection
    connection = cast("psycopg.Connection[Any]", driver)
    with _known_errors(connection):
        bound = _bind(compiled, values)
        return connection.execute(cast("Any", text), bound, prepare=True).fetchall()


@contextmanager
def _known_errors(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Raise the driver's errors as the session's statements do: callers know one family only."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(
            None,
            None,
            error,
            psycopg.Error,
            connection_invalidated=connection.closed,
            dialect=_dialect,
        ) from error


def _bind(compiled: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters in the driver's types (JSON through the dialect's serializer)."""
    parameters = compiled.construct_params(values)
    for name, processor in compiled._bind_processors.items():
        if name in parameters and parameters[name] is not None:
            parameters[name] = processor(parameters[name])
    return cast("dict[str, Any]", parameters)
