"""Runs the scenarios of a bundle and says what did not hold and what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path as FilePath

from sqlalchemy import select

from models.cases import Case
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.errors import (
    DefinitionRefused,
    DeploymentRefused,
    InvalidEntries,
    Place,
    ThroughTrainError,
)
from workflows.play.cast import Cast, UnknownRole
from workflows.play.player import CannotPlay, Player
from workflows.play.scenario import Scenario, ScenarioStep
from workflows.simulate.coverage import Coverage
from workflows.simulate.expectations import unmet
from workflows.simulate.report import Failed, Report
from workflows.simulate.scratch import SEEDED_AT, scene, scratch_city


def run_command(database_url: str, folder: FilePath, names: Sequence[str] = ()) -> Report:
    """Run the scenarios (all, or those named) of a bundle in a folder; see `run`."""
    return run(database_url, Bundle.from_folder(folder), names)


def run(database_url: str, bundle: Bundle, names: Sequence[str] = ()) -> Report:
    """Play a bundle's scenarios through the real actions in a schema that is thrown away.

    Raises DefinitionRefused when the bundle, or a scenario, cannot be read or does not exist.
    A bundle that the check refuses gives a report with its findings and no scenario played.
    """
    scenarios = [Scenario.parse(name, data) for name, data in _named(bundle, names)]
    with scratch_city(database_url) as city:
        try:
            deploy(city, SYSTEM, bundle.files, now=SEEDED_AT, reason="simulation")
        except DeploymentRefused as refused:
            return Report(scenarios=0, failed=list(_findings(refused)))
        return play_all(city, bundle, scenarios)


def play_all(city: City, bundle: Bundle, scenarios: Iterable[Scenario]) -> Report:
    """Play scenarios one after the other in a city where the bundle is deployed."""
    failed: list[Failed] = []
    coverage = Coverage()
    cast = Cast(city)
    count = 0
    for scenario in scenarios:
        count += 1
        failed += play_scenario(city, bundle.key, scenario, cast, coverage)
        cast.dismiss()
    with city.database.reading() as session:
        definition = city.library.current(bundle.key, session)
    return Report(
        scenarios=count,
        failed=failed,
        uncovered_flows=coverage.uncovered_flows(bundle),
        uncovered_rules=coverage.uncovered_rules(definition),
    )


def play_scenario(
    city: City, process_key: str, scenario: Scenario, cast: Cast, coverage: Coverage
) -> list[Failed]:
    """Play one scenario; it ends at the first step at which something does not hold."""
    with scene(city, scenario) as sessions:
        player = Player(city, process_key, scenario, cast, sessions=sessions)
        for step in (scenario.start, *scenario.steps):
            before = _revision(player)
            failed = list(_play_step(player, step))
            if failed:
                return failed
            if step.expect and player.case_id is not None:
                with city.database.reading() as session:
                    coverage.note(session, player.case_id, before)
    return []


def _play_step(player: Player, step: ScenarioStep) -> Iterator[Failed]:
    expected_refusal = step.expect.get("refused")
    name = player.scenario.name
    try:
        then = player.move_to(step)
        before = _revision(player)
        player.do(step)
    except (ThroughTrainError, CannotPlay, UnknownRole) as error:
        words = _words(error)
        wanted = expected_refusal or "the step is done"
        if expected_refusal is None or str(expected_refusal) not in words:
            yield _failed(name, step, expected=str(wanted), found=words)
            return
        if _revision(player) != before:
            yield _failed(name, step, expected="nothing changed", found="a step was written")
            return
    else:
        if expected_refusal is not None:
            yield _failed(name, step, expected=f"refused: {expected_refusal}", found="done")
            return
    if player.case_id is None:
        return
    yield from _compare(player, step, then)


def _compare(player: Player, step: ScenarioStep, now: datetime) -> Iterator[Failed]:
    if player.case_id is None:
        return
    with player.city.database.reading() as session:
        problems = unmet(session, player.case_id, step.expect, now=now, sessions=player.sessions)
    for problem in problems:
        expected = f"{problem.what}: {problem.expected}"
        yield _failed(player.scenario.name, step, expected=expected, found=problem.found)


def _failed(scenario: str, step: ScenarioStep, *, expected: str, found: str) -> Failed:
    return Failed(
        scenario=scenario, step=step.number, element=step.what, expected=expected, found=found
    )


def _revision(player: Player) -> int:
    if player.case_id is None:
        return 0
    with player.city.database.reading() as session:
        return session.scalar(select(Case.revision).where(Case.id == player.case_id)) or 0


def _words(error: Exception) -> str:
    """Return what an error says, with the fields that it is about."""
    if isinstance(error, InvalidEntries):
        fields = "; ".join(f"{key}: {message}" for key, message in error.errors.items())
        return f"{error} ({fields})"
    return str(error)


def _findings(refused: DeploymentRefused) -> Iterator[Failed]:
    for finding in refused.findings:
        yield Failed(scenario="", step=0, element="check", expected="no errors", found=str(finding))


def _named(bundle: Bundle, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    known: Mapping[str, bytes] = bundle.scenarios
    for name in names or sorted(known):
        if name not in known:
            raise DefinitionRefused(
                place=Place(file=f"scenarios/{name}.toml"),
                reason="there is no such scenario",
                advice=f"Known are: {', '.join(sorted(known)) or 'none'}.",
            )
        yield name, known[name]
