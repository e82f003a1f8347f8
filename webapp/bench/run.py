"""The run: all measurements one after the other on a scratch database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models.database import Database
from webapp.bench.browser import measure_http
from webapp.bench.chaos import measure_chaos
from webapp.bench.figures import Figure
from webapp.bench.language import measure_language
from webapp.bench.moving import measure_moving
from webapp.bench.states import measure_bundle
from webapp.bench.steps import measure_age, measure_steps
from webapp.bench.town import Town, build
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
    database: Database,
    size: Size,
    progress: Callable[[str], None] = lambda _: None,
    *,
    only: str = "",
) -> list[Figure]:
    """Measure on an empty, migrated database with fsync on: everything, or what `only` names.

    `only` is a piece of the name of one or several parts, such as "HTTP".
    """
    town = build(database)
    figures: list[Figure] = []
    for name, part in _parts(town, size):
        if only.lower() in name.lower():
            progress(name)
            figures += part()
    return figures


Part = tuple[str, Callable[[], list[Figure]]]


def _parts(town: Town, size: Size) -> list[Part]:
    """Return what is measured, in its order, by names that people read meanwhile."""
    database = town.city.database
    url = database.url.render_as_string(hide_password=False)
    parts: list[Part] = [
        ("the language", lambda: measure_language(series=size.sample)),
        ("steps in process", lambda: measure_steps(town, rounds=size.rounds)),
        (
            "a case that goes round",
            lambda: measure_age(town, late_round=size.late_round, sample=size.sample),
        ),
        ("steps over HTTP", lambda: measure_http(town, closed=size.closed, seconds=size.seconds)),
        ("deadlines", lambda: measure_deadlines(town, count=size.deadlines)),
        (
            "the inbox and supervision",
            lambda: measure_inbox(town, few=1000, many=size.open_tasks, asks=size.asks),
        ),
    ]
    for folder in shipped_bundles():
        states = partial(measure_bundle, url, folder, most=size.scenarios)
        parts.append((f"states of {folder.name}", states))
    if size.moved:
        moving = partial(measure_moving, town, MOVING, cases=size.moved)
        parts.append((f"{size.moved:,} running cases moved", moving))
    if size.kills:
        parts.append((f"{size.kills} kills under load", partial(_chaos, size.kills)))
    return parts


def _chaos(kills: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="tt-") as home:
        # The database server runs as somebody without rights of ours.
        Path(home).chmod(0o755)
        return measure_chaos(Path(home), kills=kills)
