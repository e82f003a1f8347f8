"""The demo sign-ins: what the sign-in page and the first start's printout offer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from workflows.demo import plan


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """An account to try the product with; `about` says in Chinese what to look at."""

    login: str
    password: str
    role: str
    name: str
    unit: str
    title: str
    about: str


def password() -> str:
    """Return the password of all demo accounts."""
    found: str = plan.document()["sign_ins"]["password"]
    return found


@cache
def demo_sign_ins() -> tuple[SignIn, ...]:
    """Return the accounts to offer, one for each kind of reader."""
    people = {person.login: person for person in plan.people()}
    units = {unit.key: unit.name for unit in plan.units()}
    found = []
    for account in plan.document()["sign_ins"]["accounts"]:
        if "enterprise" in account:
            unit, _, name = plan.enterprises()[account["enterprise"]]
            title = account["title"]
        else:
            person = people[account["login"]]
            name, unit, title = person.name, units[person.unit], person.title
        found.append(
            SignIn(
                login=account["login"],
                password=password(),
                role=account["role"],
                name=name,
                unit=unit,
                title=title,
                about=account["about"],
            )
        )
    return tuple(found)
