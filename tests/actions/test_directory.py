"""A city enters its own units, people, duties and sessions, and a case can be worked in it."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy import func, select

from models.database import Database
from models.tables import Person, Position, Reception, Unit
from tests.actions import errand
from tests.actions.conftest import MONDAY
from workflows import calendars
from workflows.actions.accounts import sign_in
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.directory import DirectoryRefused, enter
from workflows.actor import SYSTEM, Actor
from workflows.city import City

FILE = """
[[units]]
key = "city"
name = "某市"
kind = "city"
[[units]]
key = "east"
name = "城东县"
kind = "county"
parent = "city"
[[units]]
key = "east_office"
name = "城东县直通车办"
kind = "department"
parent = "east"
[[people]]
login = "zhang"
name = "张三"
posts = ["dispatcher@east_office", "supervisor@east_office"]
[[duties]]
category = "road"
place = "east"
unit = "east_office"
source = "三定方案"
[[sessions]]
place = "east"
title = "四月接待日"
held_on = 2026-04-03
slots = 6
"""


def test_an_empty_city_becomes_one_that_works(database: Database) -> None:
    city = City(database)
    with database.transaction() as session:
        calendars.seed(session, MONDAY)
    entered = enter(city, SYSTEM, tomllib.loads(FILE), now=MONDAY)
    assert (entered.units, entered.people, entered.duties, entered.sessions) == (3, 1, 1, 1)
    assert sign_in(city, "zhang", entered.passwords["zhang"], now=MONDAY).person_id
    deploy(city, SYSTEM, errand.files(), now=MONDAY, reason="test")
    entries = {"title": ["积水"], "company": ["晨星公司"], "place": ["east"]}
    submitted = submit(city, Actor(name="公众"), errand.KEY, entries, now=MONDAY)
    assert submitted.number == "E20260001"
    with database.reading() as session:
        office = session.scalars(select(Unit).where(Unit.key == "east_office")).one()
        east = session.scalar(select(Unit.id).where(Unit.key == "east"))
    assert office.county_id == east


def test_entering_it_again_changes_what_differs_and_doubles_nothing(database: Database) -> None:
    city = City(database)
    tables = tomllib.loads(FILE)
    enter(city, SYSTEM, tables, now=MONDAY)
    tables["people"][0]["posts"] = ["dispatcher@east_office"]
    tables["sessions"][0]["slots"] = 9
    tables["units"][1]["name"] = "城东区"
    again = enter(city, SYSTEM, tables, now=MONDAY)
    assert again.passwords == {}
    with database.reading() as session:
        assert session.scalars(select(Position.role)).all() == ["dispatcher"]
        assert session.scalars(select(Reception.slots)).all() == [9]
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        names = set(session.scalars(select(Unit.name)))
    assert names == {"某市", "城东区", "城东县直通车办"}


def test_every_error_is_named_and_nothing_is_entered(database: Database) -> None:
    city = City(database)
    tables = tomllib.loads(FILE)
    tables["units"][2]["parent"] = "west"
    tables["people"][0]["posts"] = ["king@east_office", "handler@west"]
    tables["duties"][0]["unit"] = "nowhere"
    tables["sessions"][0]["held_on"] = "soon"
    with pytest.raises(DirectoryRefused) as caught:
        enter(city, SYSTEM, tables, now=MONDAY)
    for part in ("'west'", "'king'", "'nowhere'", "held_on"):
        assert part in str(caught.value)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 0
