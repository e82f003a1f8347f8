"""States: what the cases of a shipped bundle weigh after each step of its scenarios."""

from __future__ import annotations

import statistics
from pathlib import Path

from sqlalchemy import select

from models.cases import Step
from webapp.bench.figures import Figure, percentile
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.bundle import Bundle
from workflows.play.scenario import Scenario
from workflows.simulate.run import play_all
from workflows.simulate.scratch import SEEDED_AT, scratch_city


def measure_bundle(database_url: str, folder: Path, *, most: int | None) -> list[Figure]:
    """Play a bundle's scenarios on a scratch schema and weigh every state they pass."""
    bundle = Bundle.from_folder(folder)
    scenarios = [Scenario.parse(name, data) for name, data in bundle.scenarios.items()][:most]
    with scratch_city(database_url) as city:
        deploy(city, SYSTEM, bundle.files, now=SEEDED_AT, reason="bench")
        play_all(city, bundle, scenarios)
        with city.database.reading() as session:
            sizes = [len(state) for state in session.scalars(select(Step.state))]
    return [
        Figure(
            work=f"state of a case of {bundle.key}, median of {len(sizes)} steps",
            value=statistics.median(sizes),
            unit="bytes",
            reach="at most 4,096",
            spread=f"p95 {percentile(sizes, 0.95):,.0f}",
        )
    ]
