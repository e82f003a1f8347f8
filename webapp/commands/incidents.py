"""Commands for incidents: what could not be run to its end, and trying it again after a fix."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from models.queries.incidents import IncidentLine, Wanted, list_incidents, matching
from webapp.lending import city_database
from webapp.settings import Settings
from workflows import incidents as kinds
from workflows.actions.retrying import MOST, retry_all
from workflows.actor import SYSTEM
from workflows.city import City

LISTED = 200
PROCESS = click.option("--process", default="", help="Only those of the process of this key.")
ELEMENT = click.option("--element", default="", help="Only those at the element of this id.")
CAUSE = click.option(
    "--cause", default="", type=click.Choice(["", *kinds.CAUSES]), help="Only those of this cause."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@click.command()
@PROCESS
@ELEMENT
@CAUSE
@click.option("--all", "closed_too", is_flag=True, help="Also those that are closed.")
@AS_JSON
def incidents(process: str, element: str, cause: str, closed_too: bool, as_json: bool) -> int:
    """List open incidents, newest first: what could not be run to its end, where and why."""
    state = "all" if closed_too else "open"
    wanted = Wanted(process=process, element=element, cause=cause, state=state)
    with city_database(Settings.read()) as database, database.reading() as session:
        lines, more = list_incidents(session, SYSTEM.scope, wanted, limit=LISTED)
    if as_json:
        click.echo(json.dumps([_as_json(line) for line in lines], ensure_ascii=False))
    else:
        for line in lines:
            click.echo(_as_text(line))
        if more is not None:
            click.echo(f"Only the newest {LISTED} are listed.")
        click.echo(f"{len(lines)} incidents.")
    return 1 if any(line.resolved_at is None for line in lines) else 0


@click.command()
@click.argument("numbers", nargs=-1, type=int)
@PROCESS
@ELEMENT
@CAUSE
@click.option("--all", "everything", is_flag=True, help="All open ones that the options leave.")
@AS_JSON
def retry(
    numbers: tuple[int, ...],
    process: str,
    element: str,
    cause: str,
    everything: bool,
    as_json: bool,
) -> int:
    """Try incidents again: those of NUMBERS, or all that the options find with --all."""
    if not numbers and not everything:
        raise click.UsageError("Name incidents by their numbers, or say --all.")
    wanted = Wanted(process=process, element=element, cause=cause)
    with city_database(Settings.read()) as database:
        city, now = City(database), datetime.now(UTC)
        found = list(numbers)
        if everything:
            with database.reading() as session:
                found = matching(session, SYSTEM.scope, wanted, MOST)
        tried = retry_all(city, SYSTEM, found, now=now)
    if as_json:
        click.echo(json.dumps([vars(one) for one in tried], ensure_ascii=False))
    else:
        for one in tried:
            click.echo(
                f"{one.incident_id}: {one.outcome}{f' ({one.reason})' if one.reason else ''}"
            )
        click.echo(f"{len(tried)} of {len(found)} were open.")
    return 1 if any(one.outcome == "failed" for one in tried) else 0


def _as_text(line: IncidentLine) -> str:
    place = "/".join(part for part in (line.process, line.element) if part)
    name = f" ({line.name})" if line.name else ""
    closed = f" closed: {line.resolved_how}" if line.resolved_at else ""
    return (
        f"{line.id} {line.last_at:%Y-%m-%d %H:%M} {line.number or line.process_key} {place}{name} "
        f"[{line.cause or line.action}] x{line.count}: {line.reason}{closed}"
    )


def _as_json(line: IncidentLine) -> dict[str, Any]:
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else value
        if value is None or isinstance(value, str | int | bool)
        else str(value)
        for name, value in vars(line).items()
    }
