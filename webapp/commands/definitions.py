"""Commands for whoever draws processes: check a bundle, deploy it, play its scenarios."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from webapp.lending import city_database, server_url
from webapp.settings import Settings
from workflows.actions.deployment import deploy as deploy_bundle
from workflows.actions.deployment import findings_of
from workflows.actions.recording import record_text
from workflows.actions.second_person import require_second_person
from workflows.actor import SYSTEM
from workflows.apart import inspect_path_bounded
from workflows.city import City
from workflows.definitions.bundle import Bundle, files_of_folder
from workflows.definitions.check import Language, exit_status, report
from workflows.errors import DeploymentRefused
from workflows.prepared import shipped_bundles
from workflows.simulate import run as play_scenarios
from workflows.simulate import run_command
from workflows.trials import play_trial
from workflows.worktime import ZONE

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")

LANGUAGE = click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    help="Language of the sentences; without it that of the environment's LANG.",
)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@AS_JSON
@LANGUAGE
def check(path: Path, as_json: bool, language: Language | None) -> int:
    """Check a bundle's folder or one of its files by the rules of deployment."""
    findings = inspect_path_bounded(_folder(path))
    click.echo(report(findings, as_json=as_json, language=language or spoken_by_the_environment()))
    return exit_status(findings)


def spoken_by_the_environment() -> Language:
    """Return the language that the environment asks for, English unless it is Chinese."""
    asked = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "zh" if asked.lower().startswith("zh") else "en"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--reason", default="deployed from the command line", help="Why, for the record.")
@click.option(
    "--from",
    "first_day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day from which new cases begin with it; without it at once.",
)
def deploy(folder: Path, reason: str, first_day: datetime | None) -> int:
    """Check the bundle in FOLDER, play its scenarios and make it the version for new cases.

    A scenario that does not hold blocks the deployment.
    """
    takes_effect_at = first_day.replace(tzinfo=ZONE).astimezone(UTC) if first_day else None
    files = files_of_folder(_folder(folder))
    with city_database(Settings.read()) as database:
        played = play_scenarios(
            database.url.render_as_string(hide_password=False),
            Bundle.from_files(files),
            own=database.schema,
        )
        if not played.ok:
            click.echo(played.text())
            return 1
        try:
            deployed = deploy_bundle(
                City(database),
                SYSTEM,
                files,
                now=datetime.now(UTC),
                reason=reason,
                takes_effect_at=takes_effect_at,
            )
        except DeploymentRefused as refused:
            click.echo(report(findings_of(refused), language=spoken_by_the_environment()))
            return 1
    state = "deployed" if deployed.new else "is there already"
    if first_day and deployed.takes_effect_at:
        state = f"takes effect on {first_day:%Y-%m-%d}"
    click.echo(f"{deployed.process_key} version {deployed.number} {state}.")
    return 0


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@click.argument("scenarios", nargs=-1)
@AS_JSON
def simulate(bundle: Path, scenarios: tuple[str, ...], as_json: bool) -> int:
    """Play the scenarios of BUNDLE (all, or those named) with a moved clock, and throw it away."""
    settings = Settings.read()
    with server_url(settings) as url:
        played = run_command(url, _folder(bundle), scenarios, own=settings.schema)
    if as_json:
        click.echo(json.dumps(played.as_json(), ensure_ascii=False))
    else:
        click.echo(played.text())
    return 0 if played.ok else 1


@click.command("second-person")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option("--reason", required=True, help="Why, for the record.")
def second_person(state: str, reason: str) -> int:
    """Let a second process admin approve each version, or let each deploy alone again."""
    with city_database(Settings.read()) as database:
        require_second_person(
            City(database), SYSTEM, state == "on", now=datetime.now(UTC), reason=reason
        )
    click.echo(f"A second person approves each version: {state}.")
    return 0


@click.command()
@click.argument("number")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", default="", help="File name of the scenario; without it the number.")
@click.option("--title", default="", help="What it proves, in words.")
def scenario(number: str, folder: Path, name: str, title: str) -> int:
    """Play the real case NUMBER with the bundle in FOLDER and keep it there as a scenario.

    Personal data is masked, people are named by their posts. Exit status 1 says that the bundle
    does not let all of it happen: the scenario ends before that act.
    """
    place = _folder(folder) / "scenarios" / f"{name or number.lower()}.toml"
    if place.exists():
        raise click.ClickException(f"There is a file {place} already.")
    with city_database(Settings.read()) as database:
        text, stopped = record_text(
            City(database),
            SYSTEM,
            number,
            Bundle.from_folder(_folder(folder)),
            title=title or number,
            now=datetime.now(UTC),
        )
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, encoding="utf-8")
    click.echo(f"{place}: read it before you share it; free text may tell who is meant.")
    if stopped:
        click.echo(f"It ends early: {stopped}", err=True)
    return 1 if stopped else 0


@click.command(hidden=True)
@click.argument("trial_id", type=int)
def trial(trial_id: int) -> None:
    """Play the scenarios of a draft's trial; the studio starts this beside the pages."""
    os.nice(10)
    with city_database(Settings.read()) as database:
        play_trial(database, trial_id)


def _folder(bundle: Path) -> Path:
    """Return the bundle's folder; the key of a shipped process will do for its folder."""
    shipped = {folder.name: folder for folder in shipped_bundles()}
    return bundle if bundle.exists() else shipped.get(str(bundle), bundle)
