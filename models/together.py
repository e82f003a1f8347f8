"""Several actions in one transaction: all of them are kept, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models.database import Database


class Together(Database):
    """A database on which actions may be done together; outside `all_or_none` it is the plain one.

    Inside, each action's transaction is a savepoint of the one that holds them all, and reads see
    what the actions before have written. For one thread.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(
            database.url.render_as_string(hide_password=False), schema=database.schema, pool_size=2
        )
        self._held: Connection | None = None

    @contextmanager
    def all_or_none(self, *, keep: bool = True) -> Iterator[None]:
        """Keep what is done inside when it ends well and `keep` is true; else take it all back."""
        with self.engine.connect() as connection, connection.begin() as outer:
            self._held = connection
            try:
                yield
            finally:
                self._held = None
            if not keep:
                outer.rollback()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session as the plain database does, or one on a savepoint."""
        if self._held is None:
            with super().transaction() as session:
                yield session
            return
        with self._savepoint(self._held) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reads, which sees what was written together so far."""
        if self._held is None:
            with super().reading() as session:
                yield session
            return
        with self._savepoint(self._held) as session:
            yield session

    @contextmanager
    def _savepoint(self, connection: Connection) -> Iterator[Session]:
        held = Session(
            connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            autoflush=False,
        )
        with held as session, session.begin():
            yield session
