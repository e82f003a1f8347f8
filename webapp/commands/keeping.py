"""Commands that work on a city's database: migrate, work, back up, bring back, lay the demo."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click

from models import backup as backups
from models.database import Database
from webapp.lending import city_database
from webapp.settings import Settings
from workflows.actions.directory import enter
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.demo.cases import is_demo, play_cases
from workflows.demo.city import seed_city
from workflows.replay.run import keep_reported
from workflows.setup import prepare
from workflows.supervisor import Progress
from workflows.worker import run_worker


@click.command()
def worker() -> None:
    """Release what is due, on the database that DATABASE_URL names."""
    settings = Settings.read()
    database = Database(
        settings.require_server(), schema=settings.schema, pool_size=2, patient=False
    )
    run_worker(City(database))
    database.close()


@click.command()
@click.option("--demo", is_flag=True, help="Also lay the demo city, if there is no city yet.")
def migrate(demo: bool) -> None:
    """Bring tables, calendar and shipped processes up to date."""
    progress = Progress()
    with (
        city_database(Settings.read()) as database,
        progress.step("Preparing the city") as report,
    ):
        city, now = City(database), datetime.now(UTC)
        prepare(city, now=now, report=report)
        if demo and seed_city(city, now):
            report("people and companies")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def directory(file: Path) -> None:
    """Enter units, people, duties and sessions from FILE (TOML); again, to change what differs."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is no TOML file in UTF-8: {error}") from error
    with city_database(Settings.read()) as database:
        entered = enter(City(database), SYSTEM, tables, now=datetime.now(UTC))
    click.echo(
        f"{entered.units} units, {entered.people} people, {entered.duties} duties and "
        f"{entered.sessions} sessions entered."
    )
    for login, password in entered.passwords.items():
        click.echo(f"  {login}: {password}")
    if entered.passwords:
        click.echo("Hand these passwords over; they are shown only now.")


@click.command()
@click.option("--cases/--no-cases", default=True, help="Also play the demo's cases.")
@click.option("--years/--no-years", default=True, help="Then play the recorded years.")
def demo(cases: bool, years: bool) -> None:
    """Lay the demo city into an empty database and play its cases; goes on where it was cut off."""
    with city_database(Settings.read()) as database:
        city, now = City(database), datetime.now(UTC)
        prepare(city, now=now, report=lambda _text: None)
        laid = seed_city(city, now)
        click.echo("The demo city is laid." if laid else "There is a city already.")
        if cases:
            played = play_cases(city, now, _say_how_far)
            click.echo(f"{played} cases played.")
        for outcome in keep_reported(city, now=now) if cases and years and is_demo(city) else ():
            click.echo(outcome.text())


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole city, attachments included, to FILE."""
    with city_database(Settings.read()) as database:
        size = backups.back_up(database, file)
    click.echo(f"{file}: {size:,} bytes. Keep it safe: it holds personal data.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Replace a city that has cases.")
def restore(file: Path, replace: bool) -> None:
    """Bring the city back from FILE, all or nothing. Stop web and workers first."""
    with city_database(Settings.read()) as database:
        backups.restore(database, file, replace=replace)
    click.echo(f"The city is as it was in {file}.")


def _say_how_far(done: int, total: int) -> None:
    click.echo(f"case {done} of {total}", err=True)
