"""Fixed statements, sent to PostgreSQL together: prepared once, bound by name, one round trip.

The driver's own pipeline talks to the server once for each statement and gives the interpreter
away each time. Here a step's statements are put into one buffer and sent as one, with the BEGIN
before the first and the COMMIT behind the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import psycopg
from psycopg import generators
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement

from models.binding import Writer, oid_of, writer_for

Rows = list[tuple[Any, ...]]

_dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_LINK = "throughtrain.link"
READER = "throughtrain.reader"
"""Under this name a session that only reads keeps the engine whose connections it may borrow."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fixed:
    """A statement as the server prepares it, and how its values are written."""

    text: bytes
    types: tuple[int, ...]
    """The parameters' types, 0 where the statement itself says it."""
    writers: tuple[tuple[str, Writer], ...]
    constants: dict[str, Any]

    def bind(self, values: dict[str, Any]) -> list[bytes | None]:
        """Return the parameters in the server's text form, in their order."""
        constants = self.constants
        return [
            write(values[name] if name in values else constants[name])
            for name, write in self.writers
        ]


@lru_cache(maxsize=512)
def fixed(statement: ClauseElement) -> Fixed:
    """Return a statement compiled; it must be built once, at import, what varies is bound."""
    compiled: Any = statement.compile(dialect=_dialect)
    binds = {name: compiled.binds[name] for name in compiled.positiontup or ()}
    return Fixed(
        text=str(compiled).encode(),
        types=tuple(oid_of(bind.type) for bind in binds.values()),
        writers=tuple((name, writer_for(bind.type)) for name, bind in binds.items()),
        constants={name: bind.value for name, bind in binds.items() if not bind.required},
    )


@dataclass(kw_only=True)
class Link:
    """One connection to the server: what is prepared on it, what is to be sent."""

    driver: psycopg.Connection[Any]
    prepared: dict[Fixed, bytes] = field(default_factory=dict)
    doubted: set[bytes] = field(default_factory=set)
    """Names that a rollback may have taken away: the driver then drops all that is prepared."""
    left: list[tuple[Fixed, list[bytes | None]]] = field(default_factory=list)
    """Statements that go out with the next ones, at the latest with the commit."""

    def __post_init__(self) -> None:
        self.transformer = Transformer(self.driver)

    def doubt(self) -> None:
        """Note that what was prepared may be gone, and that what was left is not wanted."""
        self.left = []
        self.doubted.update(self.prepared.values())

    def send(
        self,
        queue: Sequence[tuple[Fixed, list[bytes | None]]] = (),
        *,
        commit: bool = False,
        alone: bool = False,
    ) -> list[Rows]:
        """Send what was left and `queue`; return the rows of each statement of `queue`.

        They are part of a transaction, which begins with them if none has begun; `alone` is for
        reads that are none.
        """
        left, self.left = self.left, []
        if not left and not queue and not commit:
            return []
        idle = self.driver.pgconn.transaction_status == TransactionStatus.IDLE
        begin = idle and not alone and not self.driver.autocommit
        with _known_errors(self.driver):
            try:
                found: list[Rows] = self.driver.wait(
                    self._talk([*left, *queue], begin=begin, commit=commit)
                )
            except BaseException:
                self.doubt()
                raise
        return found[len(left) :]

    def _talk(
        self, queue: Sequence[tuple[Fixed, list[bytes | None]]], *, begin: bool, commit: bool
    ) -> Any:
        pgconn = self.driver.pgconn
        pgconn.enter_pipeline_mode()
        try:
            wanted: list[bool] = []
            """Of each result: does it hold rows that somebody reads?"""
            if begin:
                pgconn.send_query_params(b"BEGIN", None)
                wanted.append(False)
            for statement, values in queue:
                wanted += [False] * self._prepare(statement)
                pgconn.send_query_prepared(self.prepared[statement], values)
                wanted.append(True)
            if commit:
                pgconn.send_query_params(b"COMMIT", None)
                wanted.append(False)
            pgconn.pipeline_sync()
            yield from generators.send(pgconn)
            answers = []
            for is_read in (*wanted, False):
                (answer,) = yield from generators.fetch_many(pgconn)
                answers.append((is_read, answer))
        finally:
            if pgconn.status != ConnStatus.BAD:
                pgconn.exit_pipeline_mode()
        return [self._rows(answer) for is_read, answer in _whole(answers) if is_read]

    def _prepare(self, statement: Fixed) -> int:
        """Prepare a statement that is not yet known on this connection; count the answers."""
        name = self.prepared.get(statement)
        if name is not None and name not in self.doubted:
            return 0
        sent = 1
        if name is None:
            name = b"throughtrain_%d" % len(self.prepared)
            self.prepared[statement] = name
        else:
            self.driver.pgconn.send_close_prepared(name)
            self.doubted.discard(name)
            sent = 2
        self.driver.pgconn.send_prepare(name, statement.text, statement.types)
        return sent

    def _rows(self, answer: Any) -> Rows:
        if answer.status != ExecStatus.TUPLES_OK or not answer.ntuples:
            return []
        self.transformer.set_pgresult(answer)
        return self.transformer.load_rows(0, answer.ntuples, tuple)


def _whole(answers: list[tuple[bool, Any]]) -> list[tuple[bool, Any]]:
    """Return the answers; raise the first that is an error."""
    for _, answer in answers:
        if answer.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(answer)
    return answers


class Pipeline:
    """Statements of one step, sent to the server together instead of one by one.

    The statements must be fixed (built once, at import): what varies is bound by name. Only so
    can they be kept, and a step costs no SQL compilation. `flush` sends what was queued and
    returns the rows of each statement; `leave` leaves it to the transaction, which sends it before
    any other statement, at the latest with its COMMIT.
    """

    def __init__(self, session: Session) -> None:
        self._link = _link_of(session.connection())
        self._queue: list[tuple[Fixed, list[bytes | None]]] = []

    def add(self, statement: ClauseElement, values: dict[str, Any] | None = None) -> None:
        """Queue a statement with its bound values."""
        compiled = fixed(statement)
        self._queue.append((compiled, compiled.bind(values or {})))

    def add_rows(self, statement: ClauseElement, rows: Sequence[dict[str, Any]]) -> None:
        """Queue one statement for each row (they travel together)."""
        for row in rows:
            self.add(statement, row)

    def flush(self) -> list[Rows]:
        """Send what was queued in one round trip and return each statement's rows."""
        queue, self._queue = self._queue, []
        return self._link.send(queue)

    def leave(self) -> None:
        """Let what was queued travel with the next statement or the commit; its rows are lost."""
        queue, self._queue = self._queue, []
        self._link.left += queue


def rows_of(session: Session, statement: ClauseElement, values: dict[str, Any]) -> Rows:
    """Return the rows of one fixed statement, prepared on the server, without a row's ceremony.

    For reads on the way of every request; everything else is well served by the session. A
    session that has no connection yet and only reads borrows one for this statement.
    """
    compiled = fixed(statement)
    queue = [(compiled, compiled.bind(values))]
    reader: Engine | None = session.info.get(READER)
    if reader is None or session.in_transaction():
        (rows,) = _link_of(session.connection()).send(queue)
        return rows
    borrowed = reader.raw_connection()
    try:
        (rows,) = _link_of(borrowed).send(queue, alone=True)
    finally:
        borrowed.close()
    return rows


def watch(engine: Engine) -> None:
    """Let what was left travel before other statements and with the commit of a connection."""

    @event.listens_for(engine, "before_cursor_execute")
    def _first(connection: Connection, *_rest: Any) -> None:
        link = connection.info.get(_LINK)
        if link is not None and link.left:
            link.send()

    @event.listens_for(engine, "commit")
    def _last(connection: Connection) -> None:
        link = connection.info.get(_LINK)
        if link is None or not link.left:
            return
        try:
            link.send(commit=True)
        except DBAPIError:
            # For the session a commit that failed has ended the transaction.
            if not link.driver.closed:
                link.driver.rollback()
            raise

    @event.listens_for(engine, "rollback")
    @event.listens_for(engine, "rollback_savepoint")
    def _back(connection: Connection, *_rest: Any) -> None:
        if connection.invalidated:
            return  # the server went away, and what was prepared there with it
        link = connection.info.get(_LINK)
        if link is not None:
            link.doubt()


def _link_of(connection: Connection | PoolProxiedConnection) -> Link:
    """Return the link of a connection, made when it is first asked for."""
    kept = connection.info.get(_LINK)
    pooled = connection.connection if isinstance(connection, Connection) else connection
    driver = cast("psycopg.Connection[Any]", pooled.dbapi_connection)
    if kept is None or kept.driver is not driver:
        kept = connection.info[_LINK] = Link(driver=driver)
    return cast("Link", kept)


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
