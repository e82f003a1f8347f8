"""The library: deployed versions, compiled once per process and kept at hand."""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.database import Database
from models.processes import Process, ProcessFile, ProcessVersion
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.errors import NotFound

KEPT = 64
"""Versions kept compiled; the least recently used one goes first."""


class Library:
    """Compiled definitions by version id, safe in several threads.

    A version never changes once it is deployed, so nothing here is ever stale; which
    version is the current one is asked of the database each time.
    """

    def __init__(self, database: Database, *, kept: int = KEPT) -> None:
        self._database = database
        self._kept = kept
        self._definitions: OrderedDict[int, Definition] = OrderedDict()
        self._lock = threading.Lock()
        self._compiling: dict[int, threading.Lock] = {}

    def version(self, version_id: int) -> Definition:
        """Return a deployed version; NotFound if there is none of that id."""
        found = self._at_hand(version_id)
        if found is not None:
            return found
        with self._lock:
            compiling = self._compiling.setdefault(version_id, threading.Lock())
        try:
            with compiling:
                # Another thread may have compiled it while this one waited.
                return self._at_hand(version_id) or self._keep(
                    version_id, self._compile(version_id)
                )
        finally:
            with self._lock:
                self._compiling.pop(version_id, None)

    def current(self, process_key: str, session: Session) -> Definition:
        """Return the version that new cases of a process start with; NotFound if none."""
        version_id = session.scalar(select(Process.version_id).where(Process.key == process_key))
        if version_id is None:
            raise NotFound
        return self.version(version_id)

    def all_current(self, session: Session) -> tuple[Definition, ...]:
        """Return the version that new cases start with, of every deployed process."""
        ids = session.scalars(
            select(Process.version_id).where(Process.version_id.is_not(None)).order_by(Process.id)
        )
        return tuple(self.version(version_id) for version_id in ids if version_id is not None)

    def _at_hand(self, version_id: int) -> Definition | None:
        with self._lock:
            found = self._definitions.get(version_id)
            if found is not None:
                self._definitions.move_to_end(version_id)
            return found

    def _keep(self, version_id: int, definition: Definition) -> Definition:
        with self._lock:
            self._definitions[version_id] = definition
            while len(self._definitions) > self._kept:
                self._definitions.popitem(last=False)
        return definition

    def _compile(self, version_id: int) -> Definition:
        # A session of its own: the caller's may be in the middle of a step.
        with self._database.reading() as session:
            version = session.get(ProcessVersion, version_id)
            if version is None:
                raise NotFound
            rows = session.execute(
                select(ProcessFile.path, ProcessFile.content).where(
                    ProcessFile.version_id == version_id
                )
            )
            files = {path: bytes(content) for path, content in rows}
        return Definition.compile(
            Bundle.from_files(files),
            process_id=version.process_id,
            version_id=version_id,
            number=version.number,
        )
