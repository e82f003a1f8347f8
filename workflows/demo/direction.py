"""Directing the demo cases: each planned case becomes a scenario with real dates and names."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from workflows.demo import plan
from workflows.demo.names import credit_code, mobile
from workflows.play.player import ANYBODY
from workflows.play.scenario import Moment, Scenario, ScenarioStep
from workflows.worktime import ZONE, Calendar, end_of

OPENS, CLOSES = time(8, 40), time(17, 20)
"""Between these the invented people do what they do."""
SHORTEST_DAY = timedelta(minutes=20)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the directing of all cases stands on: the time, the calendar, the sessions' days."""

    now: datetime
    calendar: Calendar
    sessions: Mapping[str, Sequence[tuple[date, int]]]
    """Place key -> its sessions as (day, id), in order."""

    @property
    def today(self) -> date:
        """The last day on which somebody may have worked before `now`."""
        local = self.now.astimezone(ZONE)
        began = datetime.combine(local.date(), OPENS, ZONE) + SHORTEST_DAY
        day = local.date() if local > began else local.date() - timedelta(days=1)
        return self.calendar.workday(self.calendar.ordinal(day))

    def session(self, place: str, number: int) -> tuple[date, int]:
        """Return a place's session: 0 is the next one after today, -1 the last one held."""
        held = self.sessions[place]
        coming = sum(day <= self.today for day, _ in held)
        return held[coming + number]


@dataclass(frozen=True, kw_only=True)
class Directed:
    """A demo case, ready to be played, and which company brings it."""

    scenario: Scenario
    company: int
    title: str
    session_id: int | None

    @property
    def starts_at(self) -> datetime:
        """When the case is submitted."""
        at = self.scenario.start.when.at
        if at is None:
            raise ValueError("a demo case starts at a time")
        return at


@cache
def _courses() -> Mapping[str, Any]:
    return tomllib.loads((plan.FOLDER / "courses.toml").read_text(encoding="utf-8"))


@cache
def _cases() -> tuple[Mapping[str, Any], ...]:
    text = (plan.FOLDER / "cases.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["cases"])


def process_key() -> str:
    """Return the process whose cases the demo plays."""
    found: str = _courses()["process"]
    return found


def directed(setting: Setting) -> list[Directed]:
    """Return all demo cases in the order in which they were submitted; always the same ones."""
    cases = [_direct(number, case, setting) for number, case in enumerate(_cases())]
    return sorted(cases, key=lambda case: (case.starts_at, case.title))


def _direct(number: int, case: Mapping[str, Any], setting: Setting) -> Directed:
    name, place, contact = plan.enterprises()[case["company"]]
    department = case.get("department") or _duty(case["category"], place)
    day, session_id = setting.session(place, case["session"]) if "session" in case else (None, None)
    office = _office(place)
    course = _played(case)
    days = _days(course, case, setting, day)
    words = {
        **_courses()["words"],
        **{key: value for key, value in case.items() if isinstance(value, str)},
        "company": name,
        "credit_code": credit_code(case["company"]),
        "contact": contact,
        "phone": mobile(5000 + case["company"]),
        "place": place,
        "department": department,
        "handler": _holder(department, "handler").login,
        "handler_name": _holder(department, "handler").name,
        "head": _holder(department, "head").name,
        "leader": _holder(place, "leader").name,
        "session": str(session_id),
    }
    steps = []
    moments = _moments(days, setting, random.Random(number))
    for index, (row, moment) in enumerate(zip(course, moments, strict=True)):
        deadline = setting.calendar.workday(
            setting.calendar.ordinal(moment.astimezone(ZONE).date()) + case.get("deadline", 30)
        )
        values = _filled(row.get("values", {}), words, deadline)
        if "outcome" in row:
            values["outcome"] = row["outcome"]
        steps.append(
            ScenarioStep(
                number=index,
                when=Moment(at=moment),
                by=_by(row, office),
                do="" if "action" in row else row["do"],
                action=row.get("action", ""),
                reason=row.get("reason", ""),
                values=values,
            )
        )
    scenario = Scenario(
        name=f"demo {number}", title=case["title"], start=steps[0], steps=tuple(steps[1:])
    )
    return Directed(
        scenario=scenario, company=case["company"], title=case["title"], session_id=session_id
    )


def _played(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows of a case's course, up to where it stands."""
    start = {**_courses()["start"], "do": "", "by": "enterprise"}
    rows = [start, *_courses()["courses"][case["course"]]]
    until = case.get("until")
    if until is None:
        return rows
    if until == "start":
        return rows[:1]
    last = next(index for index, row in enumerate(rows) if row["do"] == until)
    return rows[: last + 1]


def _days(
    course: Sequence[Mapping[str, Any]],
    case: Mapping[str, Any],
    setting: Setting,
    session_day: date | None,
) -> list[date]:
    """Return the working day of each step, laid around the session or back from today.

    Steps that would lie in the future are left out by the caller's clock: the last days are cut
    to today.
    """
    calendar = setting.calendar
    gaps = [row.get("gap", 1) for row in course]
    at_session = [index for index, row in enumerate(course) if row.get("at_session")]
    if at_session and session_day is not None:
        anchor, ordinal = at_session[-1], calendar.ordinal(session_day)
    else:
        anchor, ordinal = len(course) - 1, calendar.ordinal(setting.today) - case["ago"]
    ordinals = [
        ordinal - sum(gaps[index + 1 : anchor + 1]) + sum(gaps[anchor + 1 : index + 1])
        for index in range(len(course))
    ]
    return [min(calendar.workday(one), setting.today) for one in ordinals]


def _moments(days: Sequence[date], setting: Setting, chance: random.Random) -> list[datetime]:
    """Return a time for each day, in working hours, in order, and before now."""
    moments = []
    for day in sorted(set(days)):
        count = days.count(day)
        first, last = end_of(day, OPENS), end_of(day, CLOSES)
        last = min(last, setting.now - timedelta(minutes=2))
        span = (last - first).total_seconds()
        moments += [first + timedelta(seconds=int(chance.random() * span)) for _ in range(count)]
    return sorted(moments)


def _filled(value: Any, words: Mapping[str, str], deadline: date) -> Any:
    """Replace `$word` by the case's word, in nested values too; `$deadline` by the day."""
    if isinstance(value, str) and value.startswith("$"):
        return deadline if value == "$deadline" else words[value[1:]]
    if isinstance(value, dict):
        return {key: _filled(one, words, deadline) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words, deadline) for one in value]
    return value


def _duty(category: str, place: str) -> str:
    for duty in plan.duties():
        if duty.category == category and duty.place in (None, place):
            return duty.unit
    raise ValueError(f"no unit answers for {category} in {place}; name a department")


def _by(row: Mapping[str, Any], office: str) -> str:
    by = row.get("by", ANYBODY)
    return by if by in (ANYBODY, "enterprise") else f"{by}@{office}"


def _office(place: str) -> str:
    office: str = plan.document()["county_office"]["key"]
    return office if place == plan.document()["city"]["key"] else f"{place}_{office}"


def _holder(unit: str, role: str) -> plan.PlannedPerson:
    return next(person for person in plan.people() if (person.unit, person.role) == (unit, role))
