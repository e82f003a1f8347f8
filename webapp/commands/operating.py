"""Commands for whoever runs the product: start it, migrate, back up, bring back."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from models import backup as backups
from models.database import Database
from webapp.settings import Settings
from workflows.city import City
from workflows.demo import demo_sign_ins, play_cases, seed_city
from workflows.setup import prepare
from workflows.supervisor import House, Plan, Program, Progress
from workflows.supervisor.house import Report
from workflows.worker import run_worker

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, help="Port to listen on.")


@click.command()
@HOST
@PORT
@click.option(
    "--demo/--no-demo",
    default=None,
    help="Lay the demo city at the first start (the default on the embedded database).",
)
def run(host: str, port: int, demo: bool | None) -> None:
    """Run everything: database, pages and worker, until Ctrl-C."""
    settings = Settings.read()
    with_demo = settings.database_url is None if demo is None else demo

    def prepare_city(url: str, report: Report) -> None:
        database = Database(url, schema=settings.schema, pool_size=1)
        city, now = City(database), datetime.now(UTC)
        prepare(city, now=now, report=report)
        if with_demo and seed_city(city, now):
            report("people and companies")
        database.close()

    settings.secret_key()
    House(
        Plan(
            home=settings.home,
            host=host,
            port=port,
            database_url=settings.database_url,
            prepare=prepare_city,
            programs=lambda url: _programs(settings, url, host, port, with_demo),
            welcome=_welcome(host, port, with_demo),
        )
    ).run()


@click.command()
@HOST
@PORT
@click.option("--processes", default=1, show_default=True, help="How many processes serve.")
def web(host: str, port: int, processes: int) -> None:
    """Serve the pages on the database that DATABASE_URL names."""
    settings = Settings.read()
    settings.require_server()
    command = _web_command(settings, host, port, processes)
    os.execv(command[0], command)


@click.command()
def worker() -> None:
    """Release what is due, on the database that DATABASE_URL names."""
    settings = Settings.read()
    database = Database(settings.require_server(), schema=settings.schema, pool_size=2)
    run_worker(City(database))
    database.close()


@click.command()
def migrate() -> None:
    """Bring tables, calendar and shipped processes up to date."""
    progress = Progress()
    with (
        Settings.read().database() as database,
        progress.step("Bringing the city up to date") as report,
    ):
        prepare(City(database), now=datetime.now(UTC), report=report)


@click.command()
@click.option("--cases/--no-cases", default=True, help="Also play the demo's cases.")
def demo(cases: bool) -> None:
    """Lay the demo city into an empty database and play its cases; goes on where it was cut off."""
    with Settings.read().database() as database:
        city, now = City(database), datetime.now(UTC)
        prepare(city, now=now, report=lambda _text: None)
        laid = seed_city(city, now)
        click.echo("The demo city is laid." if laid else "There is a city already.")
        if cases:
            played = play_cases(city, now, _say_how_far)
            click.echo(f"{played} cases played.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole city, attachments included, to FILE."""
    with Settings.read().database() as database:
        size = backups.back_up(database, file)
    click.echo(f"{file}: {size:,} bytes. Keep it safe: it holds personal data.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Replace a city that has cases.")
def restore(file: Path, replace: bool) -> None:
    """Bring the city back from FILE, all or nothing. Stop web and workers first."""
    with Settings.read().database() as database:
        backups.restore(database, file, replace=replace)
    click.echo(f"The city is as it was in {file}.")


def _say_how_far(done: int, total: int) -> None:
    click.echo(f"case {done} of {total}", err=True)


def _programs(settings: Settings, url: str, host: str, port: int, with_demo: bool) -> list[Program]:
    environment = {"DATABASE_URL": url, "THROUGHTRAIN_HOME": str(settings.home)}
    web_command = tuple(_web_command(settings, host, port, processes=1))
    worker_command = (sys.executable, "-m", "webapp", "worker")
    programs = [
        Program(name="web", command=web_command, environment=environment),
        Program(name="worker", command=worker_command, environment=environment),
    ]
    if with_demo:
        # Played while the pages are in use already; a second start finds them played.
        play = (sys.executable, "-m", "webapp", "demo")
        programs.append(Program(name="demo", command=play, environment=environment, lasting=False))
    return programs


def _web_command(settings: Settings, host: str, port: int, processes: int) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--http": "1",
        "--workers": processes,
        "--blocking-threads": settings.threads,
        "--blocking-threads-idle-timeout": 600,
        "--respawn-interval": 0.2,
        "--workers-kill-timeout": 3,
        "--log-level": "warning",
    }
    named = [part for pair in options.items() for part in map(str, pair)]
    flags = ["--no-ws", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *named, *flags, "webapp.wsgi:application"]


def _welcome(host: str, port: int, with_demo: bool) -> str:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    lines = ["", f"The through-train is ready: http://{shown}:{port}"]
    if with_demo:
        lines += ["", "Its cases are being played in the background at the first start."]
        lines += ["", f"Sign in to try it (password for all: {demo_sign_ins()[0].password})"]
        for one in demo_sign_ins():
            lines.append(f"  {one.login:<14} {one.unit} · {one.title} · {one.name}: {one.about}")
    return "\n".join([*lines, "", "Stop with Ctrl-C."])


COMMANDS = (run, web, worker, migrate, demo, backup, restore)
