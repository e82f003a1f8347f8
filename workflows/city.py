"""A city: its database, its deployed definitions, and what it keeps in memory for some seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from sqlalchemy.orm import Session

from models.database import Database
from workflows.calendars import load as load_calendar
from workflows.definitions.library import Library
from workflows.directory import Directory, UnitRow, read_directory
from workflows.worktime import Calendar

T = TypeVar("T")

FRESH_SECONDS = 20.0
"""How long units and calendars are kept before they are read again."""


class _Kept(Generic[T]):
    """A value that is read again when it is older than `FRESH_SECONDS`."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._value: T | None = None
        self._until = 0.0

    def get(self) -> T:
        value = self._value
        if value is not None and time.monotonic() <= self._until:
            return value
        with self._lock:  # one thread reads, those that waited for it take what it has read
            if self._value is None or time.monotonic() > self._until:
                self._renew()
            return cast("T", self._value)

    def renew(self) -> T:
        with self._lock:
            return self._renew()

    def _renew(self) -> T:
        self._value = value = self._read()
        self._until = time.monotonic() + FRESH_SECONDS
        return value


class City:
    """What one city (one schema) runs on; every action takes it first."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.library = Library(database)
        self._directory = _Kept(self._read_directory)
        self._calendars: dict[int | None, _Kept[Calendar]] = {}

    def directory(self) -> Directory:
        """Return the units and roles, at most `FRESH_SECONDS` old."""
        return self._directory.get()

    def unit_keys(self) -> frozenset[str]:
        """Return the keys of all units, read afresh."""
        return self._directory.renew().keys

    def unit(self, key: str) -> UnitRow | None:
        """Return a unit by key, reading again before saying that there is none."""
        return self.directory().named(key) or self._directory.renew().named(key)

    def unit_of(self, unit_id: int) -> UnitRow:
        """Return a unit by id, reading again where it is newer than what is kept."""
        try:
            return self.directory().unit(unit_id)
        except KeyError:
            return self._directory.renew().unit(unit_id)

    def calendar(self, place_id: int | None) -> Calendar:
        """Return the working-day calendar of a county, or the city's where it has no own.

        A town keeps its county's calendar.
        """
        if place_id is not None:
            place_id = self._county_of(place_id)
        kept = self._calendars.get(place_id)
        if kept is None:
            kept = _Kept(lambda: self._read_calendar(place_id))
            self._calendars[place_id] = kept
        return kept.get()

    def _county_of(self, place_id: int) -> int:
        unit = self.unit_of(place_id)
        return unit.county_id if unit.kind == "town" and unit.county_id else place_id

    def forget(self) -> None:
        """Drop what is kept, after units, positions or calendars were changed here."""
        self._directory = _Kept(self._read_directory)
        self._calendars = {}

    def _read_directory(self) -> Directory:
        return self._reading(read_directory)

    def _read_calendar(self, place_id: int | None) -> Calendar:
        return self._reading(lambda session: load_calendar(session, place_id))

    def _reading(self, read: Callable[[Session], T]) -> T:
        with self.database.reading() as session:
            return read(session)
