"""Runs the scenarios of a bundle and says what did not hold and what nobody looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path as FilePath
from typing import Any

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
from workflows.play.scenario import DEMO_CITY, OWN_CITY, Scenario, ScenarioStep
from workflows.prepared import shipped_bundles
from workflows.simulate.borrowed import NoCity
from workflows.simulate.checks import Unmet
from workflows.simulate.coverage import Coverage
from workflows.simulate.expectations import look
from workflows.simulate.report import Failed, Instead, Report
from workflows.simulate.scratch import SEEDED_AT, scene, scratch_city

PROBLEMS = (ThroughTrainError, CannotPlay, UnknownRole)
"""What a step of a scenario may raise; anything else is a fault of ours."""


def run_command(
    database_url: str, folder: FilePath, names: Sequence[str] = (), *, own: str = ""
) -> Report:
    """Run the scenarios (all, or those named) of a bundle in a folder; see `run`."""
    return run(database_url, Bundle.from_folder(folder), names, own=own)


def run(
    database_url: str,
    bundle: Bundle,
    names: Sequence[str] = (),
    watch: Callable[[int, int], None] | None = None,
    *,
    own: str = "",
) -> Report:
    """Play a bundle's scenarios through the real actions in a schema that is thrown away.

    `watch` is told before each scenario how many of how many are done. `own` is the schema of
    the city whose units those scenarios are played in that say `city = "own"`.

    Raises DefinitionRefused when the bundle, or a scenario, cannot be read or does not exist,
    NoCity when a city of its own is asked for and there is none.
    A bundle that the check refuses gives a report with its findings and no scenario played.
    """
    scenarios = [Scenario.parse(name, data) for name, data in _named(bundle, names)]
    cities = [kind for kind in (DEMO_CITY, OWN_CITY) if any(s.city == kind for s in scenarios)]
    watched, coverage = _watched(scenarios, watch), Coverage()
    report = Report(scenarios=0)
    for kind in cities or [DEMO_CITY]:
        chosen = [one for one in scenarios if one.city == kind]
        if kind == OWN_CITY and not own:
            raise NoCity
        with scratch_city(database_url, own if kind == OWN_CITY else "") as city:
            try:
                others = _beside(bundle, scenarios) if kind == DEMO_CITY else ()
                for one in (bundle, *others):
                    deploy(city, SYSTEM, one.files, now=SEEDED_AT, reason="simulation")
            except DeploymentRefused as refused:
                return Report(scenarios=0, failed=list(_findings(refused)))
            report = play_all(city, bundle, watched(chosen), coverage=coverage, before=report)
    return report


def _watched(
    scenarios: Sequence[Scenario], watch: Callable[[int, int], None] | None
) -> Callable[[Iterable[Scenario]], Iterator[Scenario]]:
    """Return what gives scenarios on and tells before each how many are done."""
    done = count()

    def give(chosen: Iterable[Scenario]) -> Iterator[Scenario]:
        for scenario in chosen:
            number = next(done)
            if watch is not None:
                watch(number, len(scenarios))
            yield scenario

    return give


def _beside(bundle: Bundle, scenarios: Iterable[Scenario]) -> Iterator[Bundle]:
    """Yield the shipped bundles that the scenarios submit cases of, or the diagrams name."""
    named = {step.process for scenario in scenarios for step in scenario.steps}
    drawn = b"\n".join(bundle.diagrams.values())
    for folder in shipped_bundles():
        key = folder.name
        if key != bundle.key and (key in named or key.encode() in drawn):
            yield Bundle.from_folder(folder)


def play_all(
    city: City,
    bundle: Bundle,
    scenarios: Iterable[Scenario],
    *,
    coverage: Coverage | None = None,
    before: Report | None = None,
) -> Report:
    """Play scenarios one after the other in a city where the bundle is deployed.

    `coverage` and `before` are what earlier ones of the same bundle gave, played elsewhere.
    """
    coverage = Coverage() if coverage is None else coverage
    failed: list[Failed] = list(before.failed) if before else []
    cast = Cast(city)
    played = before.scenarios if before else 0
    for scenario in scenarios:
        played += 1
        failed += play_scenario(city, bundle.key, scenario, cast, coverage)
        cast.dismiss()
    with city.database.reading() as session:
        definition = city.library.current(bundle.key, session)
    return Report(
        scenarios=played,
        failed=failed,
        uncovered_flows=coverage.uncovered_flows(bundle),
        uncovered_rules=coverage.uncovered_rules(definition),
        trails=coverage.trails,
    )


def play_scenario(
    city: City, process_key: str, scenario: Scenario, cast: Cast, coverage: Coverage
) -> list[Failed]:
    """Play one scenario; it ends early at a step that cannot be done as it says.

    A step whose expectations do not hold is reported, covers nothing, and the play goes on; nor
    does one cover anything that leaves unsaid what people wait for.
    """
    failed: list[Failed] = []
    with scene(city, scenario) as sessions:
        player = Player(city, process_key, scenario, cast, sessions=sessions)
        for step in (scenario.start, *scenario.steps):
            before = _revisions(player)
            try:
                _do(player, step)
            except _NotAsSaid as problem:
                return [*failed, problem.failed]
            failed += _looked_at(player, step, before, coverage)
    return failed


class _NotAsSaid(Exception):
    """A step was refused, or was not refused, against what the scenario says."""

    def __init__(self, player: Player, step: ScenarioStep, expected: str, found: str) -> None:
        standing = player.open_items(step.case)
        at = step.do or step.task or (standing[0].element if standing else "")
        self.failed = _failed(player.scenario.name, step, expected=expected, found=found, at=at)
        super().__init__(found)


def _do(player: Player, step: ScenarioStep) -> None:
    refusal = step.expect.get("refused")
    expected = "the step is done" if refusal is None else f"refused: {refusal}"
    try:
        player.move_to(step)
    except PROBLEMS as error:
        raise _NotAsSaid(player, step, expected, _words(error)) from error
    before = _revisions(player) if refusal is not None else {}
    try:
        player.do(step)
    except PROBLEMS as error:
        words = _words(error)
        if refusal is None or str(refusal) not in words:
            raise _NotAsSaid(player, step, expected, words) from error
        if _revisions(player) != before:
            raise _NotAsSaid(player, step, "nothing changed", "a step was written") from error
    else:
        if refusal is not None:
            raise _NotAsSaid(player, step, expected, "done")


def _looked_at(
    player: Player, step: ScenarioStep, before: Mapping[str, int], coverage: Coverage
) -> Iterator[Failed]:
    """Compare where the cases stand with what is expected, and note what that covers."""
    others: Mapping[str, Any] = step.expect.get("cases", {})
    with player.city.database.reading() as session:
        for name in others.keys() - player.known.ids.keys():
            yield _failed(player.scenario.name, step, expected=f"a case {name}", found="none")
        names, ids = player.names, {real: name for name, real in player.known.ids.items()}
        for name, case_id in player.known.ids.items():
            expect = step.expect if name == step.case else others.get(name)
            seen = look(session, case_id, expect or {}, now=player.now, names=names, cases=ids)
            for problem in seen.unmet:
                yield _unmet(player.scenario.name, step, name, problem)
            unsaid = list(seen.unsaid) if expect is not None else [f"cases.{name}"]
            unsaid += [f"the true {problem.what}" for problem in seen.unmet]
            where = f"{player.scenario.name}, step {step.number} ({step.what})"
            coverage.note(
                session,
                case_id,
                before.get(name, 0),
                scenario=player.scenario.name,
                where=where,
                unsaid=unsaid,
            )


def _unmet(scenario: str, step: ScenarioStep, case: str, problem: Unmet) -> Failed:
    what = problem.what if case == step.case else f"{case}: {problem.what}"
    expected = f"{what}: {problem.expected}"
    at = problem.element or step.do or step.task
    failed = _failed(scenario, step, expected=expected, found=problem.found, at=at)
    if problem.true is None:
        return failed
    of = "" if case == step.case else case
    true = Instead(case=of, key=problem.key, row=problem.row, values=problem.true)
    return replace(failed, true=true)


def _failed(
    scenario: str, step: ScenarioStep, *, expected: str, found: str, at: str = ""
) -> Failed:
    return Failed(
        scenario=scenario,
        step=step.number,
        element=step.what,
        expected=expected,
        found=found,
        at=at,
    )


def _revisions(player: Player) -> dict[str, int]:
    """Return how many steps each known case has had, by the case's name."""
    ids = player.known.ids
    with player.city.database.reading() as session:
        rows = session.execute(select(Case.id, Case.revision).where(Case.id.in_(ids.values())))
        found = dict(rows.all())
    return {name: found[case_id] for name, case_id in ids.items()}


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
