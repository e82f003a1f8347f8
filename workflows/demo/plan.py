"""The plan of the demo city: what `city.toml` and `enterprises.toml` say, as frozen values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from workflows.demo.names import invented_names

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class PlannedUnit:
    """A unit, its parent and county by key, and its posts as (role, title of the holder)."""

    key: str
    name: str
    name_en: str
    kind: str
    parent: str | None
    county: str | None
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class PlannedPerson:
    """Somebody who holds a post; `login` is the demo account's or made from unit and role."""

    login: str
    name: str
    unit: str
    role: str
    title: str


@dataclass(frozen=True, kw_only=True)
class PlannedDuty:
    """Who answers for a category; `place` is None where one unit answers for all places."""

    category: str
    place: str | None
    unit: str
    source: str


@cache
def document() -> Mapping[str, Any]:
    """Return `city.toml`."""
    return tomllib.loads((FOLDER / "city.toml").read_text(encoding="utf-8"))


@cache
def enterprises() -> tuple[tuple[str, str, str], ...]:
    """Return (name, place, contact) of the companies."""
    text = (FOLDER / "enterprises.toml").read_text(encoding="utf-8")
    return tuple(tuple(row) for row in tomllib.loads(text)["enterprises"])


@cache
def units() -> tuple[PlannedUnit, ...]:
    """Return all units, parents before children."""
    return tuple(_units())


def _units() -> Iterator[PlannedUnit]:
    plan = document()
    city = plan["city"]
    yield _unit(city, kind="city", posts=plan["leaders"]["city"])
    for department in plan["departments"]:
        yield _unit(department, parent=city["key"])
    for county in plan["counties"]:
        key = county["key"]
        leaders = plan["leaders"]["county"]
        yield _unit(county, kind="county", parent=city["key"], county=key, posts=leaders)
        for department in (plan["county_office"], *plan["county_departments"]):
            own = {
                **department,
                "key": f"{key}_{department['key']}",
                "name": county["name"] + department["name"],
                "name_en": f"{county['name_en']} {department['name_en']}",
            }
            yield _unit(own, parent=key, county=key)
    # Last, so that names and telephones of the units above stay what they are.
    yield from _sections(plan)
    yield from _towns(plan)


def _sections(plan: Mapping[str, Any]) -> Iterator[PlannedUnit]:
    counties = {county["key"]: county for county in plan["counties"]}
    names = {row["key"]: row for row in plan["departments"]}
    for key, county in counties.items():
        for row in plan["county_departments"]:
            names[f"{key}_{row['key']}"] = {
                "name": county["name"] + row["name"],
                "name_en": f"{county['name_en']} {row['name_en']}",
                "county": key,
            }
    for group in plan["sections"]:
        for department in group["departments"]:
            above = names[department]
            for row in group["rows"]:
                own = {
                    "key": f"{department}_{row['key']}",
                    "name": above["name"] + row["name"],
                    "name_en": f"{above['name_en']} {row['name_en']}",
                }
                yield _unit(
                    own,
                    kind="section",
                    parent=department,
                    county=above.get("county"),
                    posts=plan["section_staff"]["staff"],
                )


def _towns(plan: Mapping[str, Any]) -> Iterator[PlannedUnit]:
    counties = {county["key"]: county for county in plan["counties"]}
    for group in plan["towns"]:
        county = counties[group["county"]]
        for row in group["rows"]:
            own = {
                "key": f"{county['key']}_{row['key']}",
                "name": county["name"] + row["name"],
                "name_en": f"{row['name_en']}, {county['name_en']}",
            }
            yield _unit(
                own,
                kind="town",
                parent=county["key"],
                county=county["key"],
                posts=plan["town_staff"]["staff"],
            )


def _unit(
    row: Mapping[str, Any],
    *,
    kind: str = "department",
    parent: str | None = None,
    county: str | None = None,
    posts: list[str] | None = None,
) -> PlannedUnit:
    staff = posts or row.get("staff") or document()["department_staff"]["staff"]
    return PlannedUnit(
        key=row["key"],
        name=row["name"],
        name_en=row["name_en"],
        kind=row.get("kind", kind),
        parent=parent,
        county=county,
        posts=tuple((role, title) for role, title in (post.split(":") for post in staff)),
    )


@cache
def people() -> tuple[PlannedPerson, ...]:
    """Return everybody who holds a post, with invented names."""
    posts = [(unit.key, role, title) for unit in units() for role, title in unit.posts]
    posts += [(row["unit"], row["role"], row["title"]) for row in document()["more_posts"]]
    short = {
        (account["unit"], account["role"]): account["login"]
        for account in document()["sign_ins"]["accounts"]
        if "unit" in account
    }
    seen: dict[str, int] = {}
    found = []
    for (unit, role, title), name in zip(posts, invented_names(len(posts)), strict=True):
        login = f"{unit}.{role}"
        seen[login] = seen.get(login, 0) + 1
        login = short.pop((unit, role), login + (str(seen[login]) if seen[login] > 1 else ""))
        found.append(PlannedPerson(login=login, name=name, unit=unit, role=role, title=title))
    return tuple(found)


@cache
def duties() -> tuple[PlannedDuty, ...]:
    """Return the list of duties, a row for each category and place."""
    return tuple(_duties())


def _duties() -> Iterator[PlannedDuty]:
    plan = document()
    for row in plan["duties"]:
        for category in row["categories"]:
            everywhere = "county" not in row
            place = None if everywhere else plan["city"]["key"]
            source = row["source"]
            yield PlannedDuty(category=category, place=place, unit=row["unit"], source=source)
            for county in () if everywhere else plan["counties"]:
                unit = f"{county['key']}_{row['county']}"
                place = county["key"]
                yield PlannedDuty(category=category, place=place, unit=unit, source=source)
