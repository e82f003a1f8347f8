"""The run: all measurements one after the other on a scratch database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.database import Database
from webapp.bench.browser import measure_http
from webapp.bench.chaos import measure_chaos
from webapp.bench.figures import Figure
from webapp.bench.language import measure_language
from webapp.bench.moving import measure_moving
from webapp.bench.states import measure_bundle
from webapp.bench.steps import measure_age, measure_steps
from webapp.bench.town import build
from webapp.bench.waiting import measure_deadlines, measure_inbox
from workflows.prepared import shipped_bundles

MOVING = max(shipped_bundles(), key=lambda folder: len(list(folder.glob("scenarios/*"))))
"""The bundle whose cases are moved: the one with the most scenarios."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is measured."""

    rounds: int
    late_round: int
    sample: int
    closed: int
    seconds: float
    deadlines: int
    open_tasks: int
    asks: int
    kills: int
    moved: int
    """Running cases that are moved to another version; 0 leaves it out."""
    scenarios: int | None
    """Scenarios of each shipped bundle that are played; None for all."""


FULL = Size(
    rounds=200,
    late_round=1000,
    sample=60,
    closed=800,
    seconds=15.0,
    deadlines=10_000,
    open_tasks=100_000,
    asks=150,
    kills=20,
    moved=1000,
    scenarios=None,
)
QUICK = Size(
    rounds=40,
    late_round=120,
    sample=20,
    closed=160,
    seconds=2.5,
    deadlines=1_000,
    open_tasks=10_000,
    asks=40,
    kills=0,
    moved=0,
    scenarios=5,
)


def measure(
    database: Database, size: Size, progress: Callable[[str], None] = lambda _: None
) -> list[Figure]:
    """Measure everything on an empty, migrated database with fsync on."""
    town = build(database)
    figures: list[Figure] = []
    parts: list[tuple[str, Callable[[], list[Figure]]]] = [
        ("the language", lambda: measure_language(series=size.sample)),
        ("steps in process", lambda: measure_steps(town, rounds=size.rounds)),
        (
            "a case that goes round",
            lambda: measure_age(town, late_round=size.late_round, sample=size.sample),
        ),
        ("steps over HTTP", lambda: measure_http(town, closed=size.closed, seconds=size.seconds)),
        ("deadlines", lambda: measure_deadlines(town, count=size.deadlines)),
        (
            "the inbox",
            lambda: measure_inbox(town, few=1000, many=size.open_tasks, asks=size.asks),
        ),
    ]
    for name, part in parts:
        progress(name)
        figures += part()
    url = database.url.render_as_string(hide_password=False)
    for folder in shipped_bundles():
        progress(f"states of {folder.name}")
        figures += measure_bundle(url, folder, most=size.scenarios)
    if size.moved:
        progress(f"{size.moved:,} running cases moved")
        figures += measure_moving(town, MOVING, cases=size.moved)
    if size.kills:
        progress(f"{size.kills} kills under load")
        with tempfile.TemporaryDirectory(prefix="tt-") as home:
            # The database server runs as somebody without rights of ours.
            Path(home).chmod(0o755)
            figures += measure_chaos(Path(home), kills=size.kills)
    return figures
