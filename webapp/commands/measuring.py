"""Commands that look whether all is well: the invariants of a city."""

from __future__ import annotations

import json

import click

from webapp.settings import Settings
from workflows import verify as invariants
from workflows.city import City


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def verify(as_json: bool) -> int:
    """Check every case of the city against the invariants."""
    with Settings.read().database() as database:
        found = invariants.verify(City(database))
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for broken in found.broken:
            click.echo(f"{broken.case}: {broken.invariant}: {broken.found}")
        click.echo(f"{found.cases} cases looked at, {len(found.broken)} broken invariants.")
    return 1 if found.broken else 0


COMMANDS = (verify,)
