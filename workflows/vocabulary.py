"""The domain's words in FEEL: working days, sessions, counters, duties and the case's facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import CaseCount
from models.people import Person, Position
from models.queries.links import count_open, linked_numbers
from models.receptions import Reception
from models.units import Duty, Unit
from models.work import Deadline
from workflows.city import City
from workflows.feel import FeelError
from workflows.operations.context import CaseChanges, CaseOfStep
from workflows.worktime import Calendar, Computed, as_instant, local_day


def _days(n: object) -> int:
    """Return a number of days; who mends the process reads what it was instead of one."""
    if isinstance(n, Decimal | int) and not isinstance(n, bool):
        return int(n)
    what = "nothing: the value it is read from is not there" if n is None else repr(n)
    raise FeelError(f"The number of days is {what}.")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A domain function as the studio and the check show it."""

    name: str
    signature: str
    meaning: str


WORDS: tuple[Word, ...] = (
    Word(
        name="workdays",
        signature="workdays(n)",
        meaning="the end of the n-th working day after this step, by the calendar of the place",
    ),
    Word(
        name="workdays_after",
        signature="workdays_after(from, n)",
        meaning="the end of the n-th working day after a date or time",
    ),
    Word(
        name="workdays_between",
        signature="workdays_between(a, b)",
        meaning="the number of working days after a, up to and including b",
    ),
    Word(
        name="calendar_days",
        signature="calendar_days(n)",
        meaning="the end of the n-th calendar day after this step",
    ),
    Word(
        name="next_session_on",
        signature="next_session_on()",
        meaning="the date of the next planned reception of the case's place, or of the city; "
        "null if none is planned",
    ),
    Word(
        name="session_on",
        signature="session_on(id)",
        meaning="the date of a reception, null if it does not exist",
    ),
    Word(
        name="fact",
        signature='fact("key")',
        meaning="a value of this step's form, or the newest earlier value of the case",
    ),
    Word(
        name="count_of",
        signature='count_of("what")',
        meaning="how often something was counted for this case (returns, redos, extensions)",
    ),
    Word(
        name="duty",
        signature="duty(category, place)",
        meaning="the unit that the list of duties names, null if none",
    ),
    Word(
        name="units_of",
        signature="units_of(kind)",
        meaning="the keys of the active units of a kind",
    ),
    Word(
        name="sections_of",
        signature="sections_of(unit)",
        meaning="the keys of a unit's sections, an empty list if it has none",
    ),
    Word(
        name="office",
        signature="office(role, place)",
        meaning="the unit that holds a role closest to a place; with null for place, the city's",
    ),
    Word(
        name="head_of",
        signature="head_of(unit)",
        meaning="the login of the head of a unit or section, null if it has none",
    ),
    Word(
        name="lead_unit",
        signature="lead_unit()",
        meaning="the key of the case's lead unit, null before it is forwarded",
    ),
    Word(
        name="place_kind",
        signature="place_kind()",
        meaning='the level that the case is handled on: "city", "county" or "town"',
    ),
    Word(
        name="deadline_of",
        signature='deadline_of("task")',
        meaning="the due time that a task of this case has or had last, extensions and pauses "
        "included; null if it never had one",
    ),
    Word(
        name="elapsed_workdays",
        signature="elapsed_workdays()",
        meaning="the working days since the case was submitted; no pause stops them",
    ),
    Word(
        name="open_links",
        signature='open_links("kind")',
        meaning="how many cases linked to this one by that kind are still open, or about to be "
        "begun; the case that opened this one does not count",
    ),
    Word(
        name="linked",
        signature='linked("kind")',
        meaning="the numbers of the cases linked to this one by that kind, the oldest first; "
        "without the case that opened this one",
    ),
    Word(name="now", signature="now()", meaning="the step's time"),
    Word(name="today", signature="today()", meaning="the step's date in Asia/Shanghai"),
)

NAMES: frozenset[str] = frozenset(word.name for word in WORDS)


class Vocabulary:
    """The domain functions bound to one case and one step.

    `computed` remembers how each due time was arrived at, so that the deadline can say so.
    Nothing is read from the database before a function that needs it is called.
    """

    def __init__(
        self,
        city: City,
        session: Session,
        *,
        case: CaseOfStep,
        changes: CaseChanges,
        facts: Mapping[str, Any],
        now: datetime,
    ) -> None:
        self._city = city
        self._session = session
        self._case = case
        self._case_id = case.id
        self._changes = changes
        self._facts = facts
        self._now = now
        self.computed: dict[datetime, Computed] = {}

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Return all functions by the name that FEEL calls them with."""
        return {
            "workdays": self._workdays,
            "workdays_after": self._workdays_after,
            "workdays_between": self._workdays_between,
            "calendar_days": self._calendar_days,
            "next_session_on": self._next_session_on,
            "session_on": self._session_on,
            "fact": self._fact,
            "count_of": self._count_of,
            "duty": self._duty,
            "units_of": self._units_of,
            "sections_of": self._sections_of,
            "office": self._office,
            "head_of": self._head_of,
            "lead_unit": self._lead_unit,
            "place_kind": self._place_kind,
            "deadline_of": self._deadline_of,
            "elapsed_workdays": self._elapsed_workdays,
            "open_links": self._open_links,
            "linked": self._linked,
            "now": lambda: self._now,
            "today": self._today,
        }

    @property
    def _place_id(self) -> int:
        return self._changes.place_id or self._case.place_id

    @property
    def _county_id(self) -> int | None:
        """The county of the place; the place's own id for a county, None for the city."""
        return self._city.unit_of(self._place_id).county_id

    @property
    def _calendar(self) -> Calendar:
        return self._city.calendar(self._place_id)

    def _remember(self, computed: Computed) -> datetime:
        self.computed[computed.due_at] = computed
        return computed.due_at

    def _workdays(self, n: Decimal) -> datetime:
        return self._remember(self._calendar.add(self._now, _days(n)))

    def _workdays_after(self, start: date | datetime, n: Decimal) -> datetime:
        return self._remember(self._calendar.add(as_instant(start), _days(n)))

    def _workdays_between(self, a: date | datetime, b: date | datetime) -> Decimal:
        return Decimal(self._calendar.between(as_instant(a), as_instant(b)))

    def _calendar_days(self, n: Decimal) -> datetime:
        return self._remember(self._calendar.add_calendar_days(self._now, _days(n)))

    def _next_session_on(self) -> date | None:
        today = self._today()
        places = select(Unit.id).where(Unit.kind == "city")
        own = Reception.place_id.in_((self._place_id, self._county_id))
        return self._session.scalar(
            select(Reception.held_on)
            .where(
                Reception.state == "planned",
                Reception.held_on > today,
                own | Reception.place_id.in_(places),
            )
            .order_by(own.desc(), Reception.held_on)
            .limit(1)
        )

    def _session_on(self, session_id: str | Decimal) -> date | None:
        return self._session.scalar(
            select(Reception.held_on).where(Reception.id == int(session_id))
        )

    def _fact(self, key: str) -> Any:
        return self._facts.get(key)

    def _count_of(self, what: str) -> Decimal:
        found = self._session.scalar(
            select(CaseCount.count).where(
                CaseCount.case_id == self._case_id, CaseCount.what == what
            )
        )
        return Decimal(found or 0)

    def _duty(self, category: str, place: str | None) -> str | None:
        unit = self._city.unit(place) if place else None
        here = [unit.id, unit.county_id] if unit else []
        return self._session.scalar(
            select(Unit.key)
            .join(Duty, Duty.unit_id == Unit.id)
            .where(
                Duty.active,
                Unit.active,
                Duty.category == category,
                Duty.place_id.is_(None) | Duty.place_id.in_(here),
            )
            .order_by(
                (Duty.place_id == (unit.id if unit else 0)).desc().nulls_last(),
                Duty.place_id.nulls_last(),
                Duty.id,
            )
            .limit(1)
        )

    def _units_of(self, kind: str) -> list[str]:
        return [u.key for u in self._city.directory().all() if u.active and u.kind == kind]

    def _sections_of(self, unit: str | None) -> list[str]:
        found = self._city.unit(unit) if unit else None
        below = self._city.directory().children(found.id) if found else ()
        return [section.key for section in below if section.kind == "section"]

    def _office(self, role: str, place: str | None) -> str | None:
        units = self._city.directory()
        here = units.named(place) if place else None
        if place is None:
            here = next((unit for unit in units.all() if unit.kind == "city"), None)
        found = units.nearest(role, here.id) if here is not None else None
        return found.key if found is not None else None

    def _head_of(self, unit: str | None) -> str | None:
        found = self._city.unit(unit) if unit else None
        if found is None:
            return None
        return self._session.scalar(
            select(Person.login)
            .join(Position, Position.person_id == Person.id)
            .where(Position.unit_id == found.id, Position.role == "head", Person.active)
            .order_by(Person.id)
            .limit(1)
        )

    def _lead_unit(self) -> str | None:
        unit_id = self._changes.lead_unit_id or self._case.lead_unit_id
        return self._city.unit_of(unit_id).key if unit_id is not None else None

    def _place_kind(self) -> str:
        return self._city.unit_of(self._place_id).kind

    def _deadline_of(self, task: str) -> datetime | None:
        asked = [move.until for move in self._changes.moves if move.element == task]
        if asked:
            return asked[-1]
        return self._session.scalar(
            select(Deadline.due_at)
            .where(
                Deadline.case_id == self._case_id,
                Deadline.kind == "due",
                Deadline.element == task,
            )
            .order_by(Deadline.id.desc())
            .limit(1)
        )

    def _elapsed_workdays(self) -> Decimal:
        return Decimal(self._calendar.between(self._case.submitted_at, self._now))

    def _open_links(self, kind: str) -> Decimal:
        asked = [row["link_kind"] for row in self._changes.deliveries if row["kind"] == "start"]
        begun = count_open(self._session, self._case_id, kind)
        return Decimal(begun + asked.count(kind))

    def _linked(self, kind: str) -> list[str]:
        return linked_numbers(self._session, self._case_id, kind)

    def _today(self) -> date:
        return local_day(self._now)
