"""When an act of a recorded year happened: on a date, or so many working days from today."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workflows.errors import DefinitionRefused, Place
from workflows.worktime import ZONE, Calendar, end_of

OPENS, CLOSES = time(8, 40), time(17, 20)
"""Between these people do what they do on a day of which only the beginning has passed."""
SHORTEST_DAY = timedelta(minutes=20)
_NEARLY_NOW = timedelta(minutes=2)

_WRITTEN = re.compile(
    r"(?:(?P<on>\d{4}-\d\d-\d\d)|(?P<anchor>today|session)(?P<days>[+-]\d+)?)"
    r" (?P<at>\d\d:\d\d(?::\d\d)?)"
)


@dataclass(frozen=True, kw_only=True)
class Almanac:
    """What the moments of all cases stand on: the time, the calendar, the sessions' days."""

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

    def moments(self, written: Sequence[str], session_on: date | None) -> list[datetime]:
        """Return the times of a case's acts in order.

        A date stands as it is. `today-3 10:30` and `session+2 09:00` count working days from
        today and from the day of the case's session; what would lie in the future happens today,
        before now, in the same order.
        """
        found: list[datetime] = []
        for text in written:
            moment = self._moment(text, session_on)
            if found and moment < found[-1] and not text[:1].isdigit():
                moment = found[-1] + timedelta(seconds=1)
            found.append(moment)
        return found

    def _moment(self, text: str, session_on: date | None) -> datetime:
        match = _WRITTEN.fullmatch(text)
        if match is None or (match["anchor"] == "session" and session_on is None):
            raise DefinitionRefused(
                place=Place(file="acts.csv", element=text),
                reason="this is no time of a recorded year",
                advice="Write 2019-01-25 09:30, today-3 09:30 or (with a session) session+2 09:30.",
            )
        at = time.fromisoformat(match["at"])
        if match["on"]:
            return end_of(date.fromisoformat(match["on"]), at)
        anchor = session_on if match["anchor"] == "session" else None
        ordinal = self.calendar.ordinal(anchor or self.today) + int(match["days"] or 0)
        day = self.calendar.workday(ordinal)
        return end_of(day, at) if day < self.today else self._today_at(at)

    def _today_at(self, at: time) -> datetime:
        """Lay a time of day into the part of today that has passed."""
        first = end_of(self.today, OPENS)
        last = min(end_of(self.today, CLOSES), self.now - _NEARLY_NOW)
        day = (end_of(self.today, CLOSES) - first).total_seconds()
        share = (end_of(self.today, at) - first).total_seconds() / day
        return first + (last - first) * min(max(share, 0.0), 1.0)
