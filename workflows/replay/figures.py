"""The figures of a played year: computed by the statistics' own query, kept beside the reports'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models.processes import Process
from models.queries.statistics import Figures, Filter, Statistics, statistics
from models.replays import ReplayedFigures
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.replay.playing import Refused, last_moment
from workflows.replay.rows import Year
from workflows.worktime import local_day

TOLD = (
    "sessions",
    "companies",
    "cases",
    "on_site_companies",
    "on_site_cases",
    "closed",
    "closed_on_site",
    "solved",
    "confirmed",
)
"""The figures that a replay tells and that reports are held against."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a replay gave: the figures of the whole and of each period, and what was refused."""

    year: Year
    figures: Figures
    periods: Mapping[str, Figures]
    refused: tuple[Refused, ...]

    @property
    def ok(self) -> bool:
        """True if every act was done."""
        return not self.refused

    def as_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        counts = self.figures.as_json()
        return {name: counts[name] for name in TOLD}

    def text(self) -> str:
        """Return the figures beside the reported ones, for people."""
        lines = [f"{self.year.title} ({self.year.name})"]
        reported = {one.period: one for one in self.year.reported}
        known = reported.get(self.year.period)
        for name, count in self.as_json().items():
            said = known.figures.get(name) if known else None
            beside = "" if said is None else f"   reported {said}{_mark(said, count)}"
            lines.append(f"  {name.replace('_', ' '):20}{count:6}{beside}")
        for one in self.refused:
            where = f"acts.csv line {one.line}" if one.line else "its submission"
            lines.append(f"  refused: case {one.case}, {where} ({one.what}): {one.reason}")
        return "\n".join(lines)


def _mark(said: int, count: int) -> str:
    return "" if said == count else f" (differs by {count - said:+d})"


def figures_of(city: City, year: Year, now: datetime) -> tuple[Figures, dict[str, Figures]]:
    """Return the figures of a played year as of its last day, and those of its periods."""
    today = local_day(last_moment(year, now))
    with city.database.reading() as session:
        process_id = session.scalar(select(Process.id).where(Process.key == year.process))
        wanted = Filter(scope=SYSTEM.scope, today=today, process_id=process_id)
        months = statistics(session, wanted, "month")
        quarters = statistics(session, wanted, "quarter")
        years = statistics(session, wanted, "year")
    periods = dict(_periods(months, quarters, years))
    if year.period:
        periods[year.period] = months.whole
    return months.whole, periods


def _periods(
    months: Statistics, quarters: Statistics, years: Statistics
) -> Iterator[tuple[str, Figures]]:
    for started_on, figures in months.by_step.items():
        yield f"{started_on:%Y-%m}", figures
    for started_on, figures in quarters.by_step.items():
        yield quarter_name(started_on), figures
    for started_on, figures in years.by_step.items():
        yield f"{started_on:%Y}", figures


def quarter_name(day: date) -> str:
    """Return the name of a day's quarter, such as 2019-Q1."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def keep(city: City, outcome: Outcome, *, now: datetime) -> None:
    """Store the figures of a replay beside the reported ones, in place of an earlier replay's."""
    said = {one.period: one for one in outcome.year.reported}
    rows = [
        {
            "name": outcome.year.name,
            "period": period,
            "figures": figures.as_json(),
            "reported": _report(outcome.year, said.get(period)),
            "played_at": now,
        }
        for period, figures in outcome.periods.items()
    ]
    with city.database.transaction() as session:
        session.execute(delete(ReplayedFigures).where(ReplayedFigures.name == outcome.year.name))
        session.execute(insert(ReplayedFigures), rows)


def _report(year: Year, said: Any) -> dict[str, Any]:
    if said is None:
        return {}
    return {
        "title": year.title,
        "title_en": year.title_en,
        "sentence": said.sentence,
        "source": said.source,
        "figures": dict(said.figures),
    }


def is_kept(session: Session, name: str) -> bool:
    """Tell whether the figures of a year are stored."""
    found = select(ReplayedFigures.id).where(ReplayedFigures.name == name).limit(1)
    return session.scalar(found) is not None
