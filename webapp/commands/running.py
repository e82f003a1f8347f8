"""Commands that start processes: everything at once on a laptop, or one kind on a server."""

from __future__ import annotations

import os
import sys

import click

from models.database import Database
from webapp.settings import Settings
from workflows.demo.accounts import demo_sign_ins
from workflows.prepared import is_prepared
from workflows.supervisor import House, Plan, Program

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, help="Port to listen on.")
OURSELVES = (sys.executable, "-m", "webapp")


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
    settings.secret_key()
    House(
        Plan(
            home=settings.home,
            host=host,
            port=port,
            database_url=settings.database_url,
            preparation=lambda url: _preparation(settings, url, with_demo),
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


def _preparation(settings: Settings, url: str, with_demo: bool) -> Program | None:
    """Return what must run before the pages, None where the city is prepared already."""
    database = Database(url, schema=settings.schema, pool_size=1)
    try:
        if is_prepared(database, with_units=with_demo):
            return None
    finally:
        database.close()
    command = (*OURSELVES, "migrate", *(["--demo"] if with_demo else []))
    return Program(name="migrate", command=command, environment=_environment(settings, url))


def _programs(settings: Settings, url: str, host: str, port: int, with_demo: bool) -> list[Program]:
    environment = _environment(settings, url)
    web_command = tuple(_web_command(settings, host, port, processes=1))
    programs = [
        Program(name="web", command=web_command, environment=environment),
        Program(name="worker", command=(*OURSELVES, "worker"), environment=environment),
    ]
    if with_demo:
        # Played while the pages are in use already; a second start finds them played.
        play = (*OURSELVES, "demo")
        programs.append(Program(name="demo", command=play, environment=environment, lasting=False))
    return programs


def _environment(settings: Settings, url: str) -> dict[str, str]:
    return {"DATABASE_URL": url, "THROUGHTRAIN_HOME": str(settings.home)}


def _web_command(settings: Settings, host: str, port: int, processes: int) -> list[str]:
    options = {
        "--host": host,
        "--port": port,
        "--processes": processes,
        "--threads": settings.threads,
    }
    named = [part for pair in options.items() for part in map(str, pair)]
    return [sys.executable, "-m", "webapp.serving", *named]


def _welcome(host: str, port: int, with_demo: bool) -> str:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    lines = ["", f"The through-train is ready: http://{shown}:{port}"]
    if with_demo:
        offered = demo_sign_ins()
        lines += ["", f"Sign in to try it (password for all: {offered[0].password})"]
        for one in offered:
            lines.append(f"  {one.login:<15} {one.unit} · {one.title} · {one.name}: {one.about}")
        lines += ["", "At the first start its cases go on being played for a while."]
    return "\n".join([*lines, "", "Stop with Ctrl-C."])
