"""The city's units and who holds which role where, as one frozen picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import Person, Position
from models.units import Unit


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """A unit as the directory knows it."""

    id: int
    key: str
    name: str
    name_en: str
    kind: str
    parent_id: int | None
    county_id: int | None
    successor_id: int | None
    active: bool


class Directory:
    """Looks units up by id and key, and finds the unit that holds a role near a place."""

    def __init__(self, units: Iterable[UnitRow], holders: Iterable[tuple[int, str]]) -> None:
        self._by_id = {unit.id: unit for unit in units}
        self._by_key = {unit.key: unit for unit in self._by_id.values()}
        self._holders = frozenset(holders)
        self._children: dict[int | None, list[UnitRow]] = {}
        for unit in self._by_id.values():
            self._children.setdefault(unit.parent_id, []).append(unit)

    def unit(self, unit_id: int) -> UnitRow:
        """Return the unit with this id; KeyError when the picture does not hold it."""
        return self._by_id[unit_id]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all units, of those too that others have taken over."""
        return frozenset(self._by_key)

    def named(self, key: str) -> UnitRow | None:
        """Return the unit with this key, or the one that took over from it; None if unknown."""
        unit = self._by_key.get(key)
        seen: set[int] = set()
        while unit is not None and not unit.active and unit.successor_id is not None:
            if unit.id in seen:
                return None  # two that took over from each other
            seen.add(unit.id)
            unit = self._by_id.get(unit.successor_id)
        return unit

    def above(self, unit_id: int) -> tuple[UnitRow, ...]:
        """Return a unit and those that it lies below, the nearest first."""
        found: list[UnitRow] = []
        here = self._by_id.get(unit_id)
        while here is not None and here not in found:
            found.append(here)
            here = self._by_id.get(here.parent_id) if here.parent_id is not None else None
        return tuple(found)

    def children(self, unit_id: int | None) -> tuple[UnitRow, ...]:
        """Return the active units directly below one."""
        return tuple(unit for unit in self._children.get(unit_id, ()) if unit.active)

    def nearest(self, role: str, place_id: int) -> UnitRow | None:
        """Return the unit that holds `role` closest to a place: itself, below it, then above."""
        here: UnitRow | None = self._by_id.get(place_id)
        while here is not None:
            for unit in (here, *self.children(here.id)):
                if unit.active and (unit.id, role) in self._holders:
                    return unit
            here = self._by_id.get(here.parent_id) if here.parent_id is not None else None
        return None

    def holds(self, unit_id: int, role: str) -> bool:
        """True if anybody holds the role in the unit."""
        return (unit_id, role) in self._holders

    def all(self) -> tuple[UnitRow, ...]:
        """Return all units, abolished ones too."""
        return tuple(self._by_id.values())


def read_directory(session: Session) -> Directory:
    """Read the whole directory: a few hundred rows, kept by the city for some seconds."""
    columns = (
        Unit.id,
        Unit.key,
        Unit.name,
        Unit.name_en,
        Unit.kind,
        Unit.parent_id,
        Unit.county_id,
        Unit.successor_id,
        Unit.active,
    )
    rows = session.execute(select(*columns).order_by(Unit.position, Unit.id)).mappings()
    units = [UnitRow(**row) for row in rows]
    holders = session.execute(
        select(Position.unit_id, Position.role)
        .join(Person, Person.id == Position.person_id)
        .where(Person.active)
        .distinct()
    )
    return Directory(units, [(unit_id, role) for unit_id, role in holders])
