"""The command that plays recorded years again and says what figures they give."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import click

from webapp.lending import city_database
from webapp.settings import Settings
from workflows.city import City
from workflows.replay import rows
from workflows.replay.figures import keep as keep_figures
from workflows.replay.run import replay as play_again
from workflows.supervisor import Progress

MOST = 4
"""Processes that play at the same time."""


@click.command()
@click.argument("name", metavar="NAME", type=click.Choice(rows.names()))
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--keep", is_flag=True, help="Store the figures for the statistics page.")
def replay(name: str, as_json: bool, keep: bool) -> int:
    """Play a recorded year again, act by act, and count what became of its cases.

    It is played beside the city's own cases and thrown away; exit status 1 says that an act was
    refused.
    """
    year, now = rows.read(name), datetime.now(UTC)
    with city_database(Settings.read()) as database:
        url = database.url.render_as_string(hide_password=False)
        with Progress().step(f"Playing {len(year.cases)} cases"):
            outcome = play_again(url, year, now=now, processes=min(os.cpu_count() or 1, MOST))
        if keep:
            keep_figures(City(database), outcome, now=now)
    if as_json:
        click.echo(json.dumps(outcome.as_json()))
        for one in outcome.refused:
            click.echo(f"case {one.case}, line {one.line} ({one.what}): {one.reason}", err=True)
    else:
        click.echo(outcome.text())
    return 0 if outcome.ok else 1
