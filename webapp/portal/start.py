"""A process's start form, for the person who asks, and what is known of their company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.queries.booking import CompanyRow, read_company
from models.queries.drafts import read_draft
from webapp.context import city, now, reading, viewer
from webapp.portal.drafts import Booking
from workflows import options
from workflows.actions.cases import may_start
from workflows.actions.companies import DETAILS
from workflows.actions.drafts import keep_draft
from workflows.actor import Actor
from workflows.definitions.cleaning import Cleaned
from workflows.definitions.definition import Definition
from workflows.definitions.fields import Options
from workflows.definitions.forms import Form
from workflows.errors import NotAllowed, NotFound
from workflows.worktime import local_day

VISITOR = Actor(name="")
"""Somebody without an account, who may start what companies may start."""


class Start:
    """A process's start form, for the person who asks."""

    def __init__(self, key: str) -> None:
        found = viewer()
        self.key = key
        self.actor = found.actor if found is not None else VISITOR
        with reading() as session:
            self.definition: Definition = city().library.current(key, session)
            if not self.definition.bundle.start_form:
                raise NotFound
            if not may_start(self.definition, self.actor):
                raise NotAllowed
            self.form: Form = self.definition.form(self.definition.bundle.start_form)
            self.options: Options = options.for_form(
                city(), session, self.form, case=None, actor=self.actor
            )

    def clean(self, raw: Mapping[str, list[str]]) -> Cleaned:
        """Return the entries typed, with their errors."""
        return self.form.clean(raw, options=self.options, context={}, today=local_day(now()))


def known_company(start: Start) -> dict[str, Any]:
    """Return what is known of who begins, by field of the start form: staff begin at home."""
    found = viewer()
    if found is None:
        return {}
    if found.is_staff:
        return _of_staff(start)
    with reading() as session:
        company = read_company(session, found.id)
        details = read_draft(session, DETAILS, person_id=found.id)
    columns = start.definition.bundle.case_columns
    known = {**_of_company(company), **(details.values if details else {})}
    return {columns[name]: value for name, value in known.items() if name in columns and value}


def _of_staff(start: Start) -> dict[str, Any]:
    place = start.definition.bundle.case_columns.get("place")
    counties = (city().unit_of(post.unit_id).county_id for post in start.actor.posts)
    county = next((one for one in counties if one is not None), None)
    return {place: city().unit_of(county).key} if place and county is not None else {}


def _of_company(company: CompanyRow | None) -> dict[str, Any]:
    if company is None:
        return {}
    return {
        "enterprise": company.name,
        "credit_code": company.credit_code,
        "contact": company.contact,
        "phone": company.phone,
        "place": company.place,
    }


def remember_company(start: Start, booking: Booking) -> None:
    """Keep what a signed-in company said of itself, for its next booking."""
    found = viewer()
    if found is None or found.is_staff:
        return
    columns = start.definition.bundle.case_columns
    said = {
        name: booking.raw[columns[name]][0]
        for name in ("credit_code", "contact", "phone", "place")
        if booking.raw.get(columns.get(name, ""))
    }
    with reading() as session:
        before = read_draft(session, DETAILS, person_id=found.id)
    keep_draft(city(), before.id if before else None, DETAILS, said, person_id=found.id, now=now())
