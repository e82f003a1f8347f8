"""Companies' own accounts: registering one, and following a case by its number and code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from models.cases import Case
from models.enterprises import Enterprise
from models.people import Draft, Person
from workflows.actions.accounts import SHORTEST_PASSWORD, hash_password
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.messages import Message
from workflows.errors import InvalidEntries, NotAllowed
from workflows.lookup import Held

DETAILS = "company details"
"""Purpose of the draft that keeps what a contact said of the company, for the next booking."""
CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
LONGEST = 100
TAKEN = Message("This account name is taken; choose another one.")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a contact types to get an account; the credit code may be empty."""

    company: str
    credit_code: str
    contact: str
    phone: str
    login: str
    password: str


def register(city: City, entries: Registration, *, now: datetime) -> int:
    """Make an account for a company's contact and return its person id.

    Nobody has checked yet that this person speaks for the company. The account therefore gets an
    enterprise of its own, and the credit code is kept for filling in forms only: it never opens
    what others have submitted under the same code. Cases from before are added one by one, each
    by its number and lookup code. Raises InvalidEntries.
    """
    errors = _errors(entries)
    if errors:
        raise InvalidEntries(errors)
    secret = hash_password(entries.password)
    with city.database.transaction() as session:
        enterprise_id = session.scalars(
            insert(Enterprise)
            .values(
                name=entries.company.strip(),
                contact=entries.contact.strip(),
                phone=entries.phone.strip(),
                created_at=now,
            )
            .returning(Enterprise.id)
        ).one()
        person_id: int | None = session.scalar(
            upsert(Person)
            .values(
                login=entries.login.strip(),
                name=entries.contact.strip(),
                phone=entries.phone.strip(),
                password_hash=secret,
                enterprise_id=enterprise_id,
            )
            .on_conflict_do_nothing(index_elements=[Person.login])
            .returning(Person.id)
        )
        if person_id is None:
            raise InvalidEntries({"login": TAKEN})
        session.execute(
            insert(Draft).values(
                id=uuid4(),
                person_id=person_id,
                purpose=DETAILS,
                values={"credit_code": entries.credit_code.strip().upper()},
                updated_at=now,
            )
        )
        return person_id


def attach(city: City, actor: Actor, held: Held) -> None:
    """Let an account follow the case whose code its person has typed.

    The account then sees this one case, nothing else of the company that brought it.
    """
    if actor.enterprise_id is None or actor.person_id is None:
        raise NotAllowed()
    with city.database.transaction() as session:
        session.execute(
            update(Case)
            .where(Case.id == held.case_id, Case.enterprise_id != actor.enterprise_id)
            .values(contact_id=actor.person_id)
        )


def _errors(entries: Registration) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("company", "contact", "phone", "login", "password"):
        if not getattr(entries, name).strip():
            found[name] = Message("Please fill in this field.")
        elif len(getattr(entries, name)) > LONGEST:
            found[name] = Message("This is too long.")
    code = entries.credit_code.strip().upper()
    if code and not CREDIT_CODE.fullmatch(code):
        found["credit_code"] = Message("A credit code has 18 digits and capital letters.")
    if "phone" not in found and not PHONE.fullmatch(entries.phone.strip()):
        found["phone"] = Message("Enter a phone number with its digits only.")
    if "login" not in found and not re.fullmatch(r"[\w.@+-]{4,60}", entries.login.strip()):
        found["login"] = Message("Use 4 to 60 letters, digits, dots or hyphens.")
    if "password" not in found and len(entries.password) < SHORTEST_PASSWORD:
        found["password"] = Message("The password needs at least 10 characters.")
    return found
