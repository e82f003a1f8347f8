"""A scenario: who does what when in one case, and what must hold after each step."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn

from workflows.errors import DefinitionRefused, Place
from workflows.play.known import OWN
from workflows.worktime import ZONE, Calendar, end_of, local_day

ACTIONS = ("advance", "submit", "pause", "resume", "extend", "recall")
EXPECTATIONS = frozenset(
    {
        "open",
        "due",
        "warn",
        "light",
        "sentence",
        "stage",
        "state",
        "result",
        "lead",
        "counts",
        "scores",
        "agenda",
        "timers",
        "public",
        "refused",
        "links",
        "letters",
        "waits",
        "cases",
    }
)
USUAL_TIME = time(10)
"""The time of day of a step that only says after how many working days it comes."""

_STEP_KEYS = {
    "at",
    "after_workdays",
    "after",
    "time",
    "do",
    "action",
    "by",
    "outcome",
    "values",
    "expect",
    "instance",
    "task",
    "until",
    "workdays",
    "reason",
    "channel",
    "case",
    "process",
}
_TOP_KEYS = {"title", "about", "city", "receptions", "duties", "start", "steps"}
_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a step happens: at a time, or so long after the step before it."""

    at: datetime | None = None
    workdays: int | None = None
    at_time: time = USUAL_TIME
    after: timedelta | None = None

    def resolve(self, previous: datetime, calendar: Calendar) -> datetime:
        """Return the time (UTC) of a step that follows one at `previous`."""
        if self.at is not None:
            return self.at
        if self.after is not None:
            return previous + self.after
        if self.workdays is not None:
            day = local_day(calendar.add(previous, self.workdays).due_at)
            return max(end_of(day, self.at_time), previous)
        return previous


@dataclass(frozen=True, kw_only=True)
class PlannedSession:
    """A reception that exists before the start; `id` is what `@id` in values stands for."""

    id: str
    place: str
    title: str
    held_on: date
    slots: int = 12
    leader: str = ""


@dataclass(frozen=True, kw_only=True)
class PlannedDuty:
    """A row that replaces the city's duty for a category and place."""

    category: str
    place: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class ScenarioStep:
    """One thing done: a task (`do`) or an action; `number` 0 is the start.

    `case` is the name of the case to which it is done (see `known`), and which is looked at
    afterwards; `process` that of a case to be submitted, where it is another than the scenario's.
    """

    number: int
    when: Moment
    by: str = ""
    do: str = ""
    action: str = ""
    instance: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    task: str = ""
    until: date | None = None
    workdays: int | None = None
    reason: str = ""
    channel: str = "online"
    case: str = OWN
    process: str = ""

    @property
    def what(self) -> str:
        """What the step does, for reports."""
        return self.do or self.action or "start"


OWN_CITY, DEMO_CITY = "own", "demo"
"""Where a scenario is played: in the units and duties of the city itself, or in the demo's."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One case from its submission on; `city` is `own` or `demo`."""

    name: str
    title: str
    about: str = ""
    city: str = DEMO_CITY
    sessions: tuple[PlannedSession, ...] = ()
    duties: tuple[PlannedDuty, ...] = ()
    start: ScenarioStep
    steps: tuple[ScenarioStep, ...] = ()

    @classmethod
    def of(cls, name: str, start: ScenarioStep) -> Scenario:
        """Return the scenario that is not written yet: it has only begun."""
        return cls(name=name, title=name, start=start)

    @classmethod
    def parse(cls, name: str, data: bytes) -> Scenario:
        """Read a scenario; raise DefinitionRefused with the place, the reason and the mend."""
        return _Reader(name).read(data)


def read_step(number: int, row: Mapping[str, Any]) -> ScenarioStep:
    """Return one step as it stands in a scenario's file; number 0 is the start."""
    return _Reader("play").step(number, row)


class _Reader:
    """Reads one scenario file; every refusal names the file and the step."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._where = "start"

    def read(self, data: bytes) -> Scenario:
        try:
            table = tomllib.loads(data.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._refuse(f"it is no TOML: {error}", "Write it as UTF-8 TOML.")
        self._known(table, _TOP_KEYS)
        if "start" not in table:
            self._refuse(
                "[start] is missing", "Say when the case is submitted, by whom, with what."
            )
        return Scenario(
            name=self._name,
            title=str(table.get("title", self._name)),
            about=str(table.get("about", "")),
            city=self._city(table.get("city", DEMO_CITY)),
            sessions=tuple(self._session(row) for row in table.get("receptions", [])),
            duties=tuple(self._duty(row) for row in table.get("duties", [])),
            start=self.step(0, table["start"]),
            steps=tuple(
                self.step(number, row) for number, row in enumerate(table.get("steps", []), 1)
            ),
        )

    def _city(self, named: Any) -> str:
        if named not in (OWN_CITY, DEMO_CITY):
            self._refuse(
                f"there is no city called {named!r}",
                f'Write city = "{OWN_CITY}" or "{DEMO_CITY}", or leave it out.',
            )
        return str(named)

    def _session(self, row: Mapping[str, Any]) -> PlannedSession:
        self._where = f"reception {row.get('id')}"
        self._known(row, set(PlannedSession.__dataclass_fields__))
        self._needed(row, "id", "place", "held_on")
        return PlannedSession(**{"title": f"现场接待日 {row['held_on']}", **row})

    def _duty(self, row: Mapping[str, Any]) -> PlannedDuty:
        self._where = f"duty {row.get('category')}"
        self._known(row, set(PlannedDuty.__dataclass_fields__))
        self._needed(row, "category", "place", "unit")
        return PlannedDuty(**row)

    def step(self, number: int, row: Mapping[str, Any]) -> ScenarioStep:
        self._where = f"step {number}" if number else "start"
        self._known(row, _STEP_KEYS)
        self._expected(row.get("expect", {}))
        action = row.get("action", "")
        if number and not row.get("do") and action not in ACTIONS:
            self._refuse(
                f"it names no task to do, and {action!r} is no action",
                f"Write do = a task's element id, or action = one of {', '.join(ACTIONS)}.",
            )
        if action != "advance":
            self._needed(row, "by")
        values = dict(row.get("values", {}))
        if "outcome" in row:
            values["outcome"] = row["outcome"]
        plain = {key: row[key] for key in ("by", "do", "instance", "task", "reason", "channel",
                                           "until", "workdays", "case", "process")
                 if key in row}  # fmt: skip
        return ScenarioStep(
            number=number,
            when=self._moment(number, row),
            action=action,
            values=values,
            expect=row.get("expect", {}),
            **plain,
        )

    def _expected(self, row: Mapping[str, Any]) -> None:
        self._known(row, set(EXPECTATIONS))
        for others in row.get("cases", {}).values():
            self._known(others, set(EXPECTATIONS) - {"cases", "refused"})

    def _moment(self, number: int, row: Mapping[str, Any]) -> Moment:
        if "at" in row:
            return Moment(at=self._instant(row["at"]))
        if number == 0:
            self._refuse("`at` is missing", "Write at = 2026-03-02T09:00:00 (local time).")
        if "after_workdays" in row:
            at_time = row.get("time", USUAL_TIME)
            if isinstance(at_time, str):
                at_time = time.fromisoformat(at_time)
            return Moment(workdays=int(row["after_workdays"]), at_time=at_time)
        if "after" in row:
            return Moment(after=self._duration(str(row["after"])))
        return Moment()

    def _instant(self, value: Any) -> datetime:
        if not isinstance(value, datetime):
            self._refuse(f"{value!r} is no date and time", "Write at = 2026-03-02T09:00:00.")
        return value if value.tzinfo else value.replace(tzinfo=ZONE)

    def _duration(self, text: str) -> timedelta:
        found = _DURATION.match(text)
        if found is None:
            self._refuse(f"{text!r} is no duration", 'Write after = "PT2H" or "P3D".')
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def _known(self, row: Mapping[str, Any], known: set[str]) -> None:
        for key in row:
            if key not in known:
                self._refuse(f"nothing is called {key}", f"Known are: {', '.join(sorted(known))}.")

    def _needed(self, row: Mapping[str, Any], *keys: str) -> None:
        for key in keys:
            if key not in row:
                self._refuse(f"`{key}` is missing", f"Add {key}.")

    def _refuse(self, reason: str, advice: str) -> NoReturn:
        raise DefinitionRefused(
            place=Place(file=f"scenarios/{self._name}.toml", element=self._where),
            reason=reason,
            advice=advice,
        )


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """Return values with each `@name` replaced by what it stands for.

    That is a session's id, or a case's number.
    """
    if isinstance(value, str) and value.startswith("@") and value[1:] in names:
        return names[value[1:]]
    if isinstance(value, Mapping):
        return {key: filled(one, names) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [filled(one, names) for one in value]
    return value
