"""Runs a replay: on a schema that is thrown away, or a year of the city's own on its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

from models.database import Database
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.demo.city import seed_sessions
from workflows.errors import DefinitionRefused, Place
from workflows.prepared import shipped_bundles
from workflows.replay.figures import Outcome, figures_of, is_kept, keep
from workflows.replay.playing import Refused, close_sessions, hold_sessions, last_moment, play
from workflows.replay.rows import CaseRow, Year, names, read
from workflows.simulate.scratch import SEEDED_AT, scratch_city


def replay(
    database_url: str, year: Year, *, now: datetime | None = None, processes: int = 1
) -> Outcome:
    """Play a year in a new schema of that database, drop the schema, and return the figures.

    `now` ends a year that has no last day of its own; `processes` share the cases among them.
    Raises DefinitionRefused where the shipped processes do not hold the one that the year's cases
    run through.
    """
    with scratch_city(database_url) as city:
        _deploy(city, year)
        return _replay_in(city, year, now or datetime.now(UTC), processes)


def _replay_in(city: City, year: Year, now: datetime, processes: int) -> Outcome:
    """Play a year in a city that has units, people and processes, and no case yet."""
    if year.until is None:
        with city.database.transaction() as session:
            seed_sessions(session, now)
    end = last_moment(year, now)
    hold_sessions(city, year.sessions)
    if processes > 1:
        refused = _play_in_shares(city, year, end, processes)
    else:
        refused = play(city, year, now=end).refused
    close_sessions(city, end)
    figures, periods = figures_of(city, year, now)
    return Outcome(year=year, figures=figures, periods=periods, refused=refused)


def _play_in_shares(city: City, year: Year, end: datetime, processes: int) -> tuple[Refused, ...]:
    """Share the cases among processes, those of one session (or place) together."""
    url = city.database.url.render_as_string(hide_password=False)
    groups = sorted({_group(row) for row in year.cases})
    shares = [
        year.without(cases=frozenset(row.case for row in year.cases if _group(row) not in mine))
        for mine in (groups[first::processes] for first in range(processes))
    ]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_play_share, url, city.database.schema, one, end) for one in shares]
        return tuple(one for share in waiting for one in share.result())


def _group(row: CaseRow) -> str:
    return row.session or row.values.get("place", "")


def _play_share(url: str, schema: str, year: Year, end: datetime) -> tuple[Refused, ...]:
    database = Database(url, schema=schema, pool_size=2, patient=False)
    try:
        return play(City(database), year, now=end).refused
    finally:
        database.close()


def keep_reported(city: City, *, now: datetime) -> list[Outcome]:
    """Play the recorded years of which something was reported, where that is not done yet.

    Their figures are kept in the city; return what came of those that were played now.
    """
    url = city.database.url.render_as_string(hide_password=False)
    played = []
    for year in map(read, names()):
        with city.database.reading() as session:
            done = not year.reported or is_kept(session, year.name)
        if not done:
            outcome = replay(url, year, now=now)
            keep(city, outcome, now=now)
            played.append(outcome)
    return played


def _deploy(city: City, year: Year) -> None:
    known = {folder.name: folder for folder in shipped_bundles()}
    if year.process not in known:
        raise DefinitionRefused(
            place=Place(file="reported.toml", element="process"),
            reason=f"there is no process {year.process!r}",
            advice=f"Known are: {', '.join(known)}.",
        )
    for folder in known.values():
        deploy(city, SYSTEM, files_of_folder(folder), now=SEEDED_AT, reason="replay")
