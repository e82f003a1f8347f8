"""The one door to PostgreSQL: connections, and the one function that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from models.pipeline import READER, Pipeline, rows_of, watch

__all__ = ["LOCK_TIMEOUT_MS", "Database", "Pipeline", "driver_url", "rows_of"]

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
        watch(engine)
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
        with Session(self._reader, autoflush=False, info={READER: self.engine}) as session:
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
