"""Who sees which case: a utility and a temporary team, only what they are party to."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from models.people import Person, Position
from models.tables import CaseUnit, Unit
from tests.pages.reader import Reader
from tests.pages.town import HASH, MONDAY, Town


def hire(town: Town, kind: str) -> int:
    """Enter a unit of this kind at the city's level with one handler; return its id."""
    with town.city.database.transaction() as session:
        top = session.scalars(select(Unit.id).where(Unit.key == "city")).one()
        row = {"key": kind, "name": f"{kind}公司", "kind": kind, "parent_id": top}
        unit = session.scalars(insert(Unit).returning(Unit.id), [row]).one()
        values = {"login": kind, "name": "某", "password_hash": HASH}
        person = session.scalars(insert(Person).returning(Person.id), [values]).one()
        session.execute(insert(Position).values(person_id=person, unit_id=unit, role="handler"))
    return unit


@pytest.mark.parametrize("kind", ["utility", "team"])
def test_who_is_no_authority_sees_own_cases_only(town: Town, kind: str) -> None:
    unit = hire(town, kind)
    mine, other = town.submit("门口的电杆"), town.submit("拖欠的账款")
    with town.city.database.transaction() as session:
        session.execute(
            insert(CaseUnit).values(case_id=mine.case_id, unit_id=unit, since_at=MONDAY)
        )
    reader = Reader(town.app).sign_in(kind)
    reader.get(f"/cases/{mine.case_id}")
    reader.get(f"/cases/{other.case_id}", status=404)
    words = reader.get("/cases").words
    assert "门口的电杆" in words
    assert "拖欠的账款" not in words
    assert "拖欠的账款" not in reader.get("/supervision/?view=all").words


def test_a_department_of_the_city_sees_all(town: Town) -> None:
    hire(town, "department")
    case = town.submit()
    Reader(town.app).sign_in("department").get(f"/cases/{case.case_id}")
