"""Units that are new, were dissolved or took over from each other."""

from __future__ import annotations

from sqlalchemy import insert

from models.tables import Unit
from tests.actions.conftest import Town
from workflows.directory import Directory, UnitRow


def row(number: int, *, active: bool = False, successor: int | None = None) -> UnitRow:
    return UnitRow(
        id=number,
        key=f"u{number}",
        name="",
        name_en="",
        kind="department",
        parent_id=None,
        county_id=None,
        successor_id=successor,
        active=active,
    )


def test_units_that_took_over_from_each_other_are_no_unit() -> None:
    found = Directory([row(1, successor=2), row(2, successor=1)], [])
    assert found.named("u1") is None


def test_the_nearest_holder_is_in_a_unit_that_works() -> None:
    found = Directory([row(1), row(2, active=True)], [(1, "clerk")])
    assert found.nearest("clerk", 1) is None


def test_a_unit_entered_elsewhere_is_read_when_it_is_asked_for(town: Town) -> None:
    town.city.directory()
    with town.city.database.transaction() as session:
        values = {"key": "new", "name": "新单位", "kind": "department"}
        fresh = session.scalars(insert(Unit).returning(Unit.id), [values]).one()
    assert town.city.unit_of(fresh).name == "新单位"
