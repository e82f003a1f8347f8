"""Commands that look whether all is well: invariants kept, speed reached."""

from __future__ import annotations

import json
from pathlib import Path

import click

from webapp.bench.figures import table
from webapp.bench.run import FULL, QUICK, measure
from webapp.lending import city_database, scratch_database
from webapp.settings import Settings
from workflows import verify as invariants
from workflows.city import City
from workflows.supervisor import Progress


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def verify(as_json: bool) -> int:
    """Check every case of the city against the invariants."""
    with city_database(Settings.read()) as database:
        found = invariants.verify(City(database))
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for broken in found.broken:
            click.echo(f"{broken.case}: {broken.invariant}: {broken.found}")
        click.echo(f"{found.cases} cases looked at, {len(found.broken)} broken invariants.")
    return 1 if found.broken else 0


@click.command()
@click.option("--quick", is_flag=True, help="Smaller sizes, done within a minute.")
@click.option("--write", type=click.Path(path_type=Path), help="Also write the table to a file.")
@click.option("--only", default="", metavar="WORDS", help="Parts whose name holds these words.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def bench(quick: bool, write: Path | None, only: str, as_json: bool) -> None:
    """Measure on a scratch database, each figure beside its reference."""
    progress = Progress()
    with scratch_database(Settings.read(), pool_size=8) as database:
        figures = measure(database, QUICK if quick else FULL, progress.say, only=only)
    if write is not None:
        write.write_text(table(figures), encoding="utf-8")
    if as_json:
        click.echo(json.dumps([one.as_json() for one in figures], ensure_ascii=False))
    else:
        click.echo(table(figures))
