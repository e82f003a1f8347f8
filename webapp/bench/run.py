"""The run: all measurements one after the other on a scratch database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.database import Database
from webapp.bench.browser import measure_http
from webapp.bench.figures import Figure
from webapp.bench.steps import measure_age, measure_states, measure_steps
from webapp.bench.town import build
from webapp.bench.waiting import measure_deadlines, measure_inbox


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


FULL = Size(
    rounds=300,
    late_round=1000,
    sample=60,
    closed=1200,
    seconds=20.0,
    deadlines=10_000,
    open_tasks=100_000,
    asks=200,
)
QUICK = Size(
    rounds=100,
    late_round=200,
    sample=30,
    closed=300,
    seconds=4.0,
    deadlines=1_000,
    open_tasks=10_000,
    asks=60,
)


def measure(
    database: Database, size: Size, progress: Callable[[str], None] = lambda _: None
) -> list[Figure]:
    """Measure everything on an empty, migrated database with fsync on."""
    town = build(database)
    figures: list[Figure] = []
    parts: list[tuple[str, Callable[[], list[Figure]]]] = [
        ("steps in process", lambda: measure_steps(town, rounds=size.rounds)),
        (
            "a case that goes round",
            lambda: measure_age(town, late_round=size.late_round, sample=size.sample),
        ),
        ("steps over HTTP", lambda: measure_http(town, closed=size.closed, seconds=size.seconds)),
        ("states", lambda: measure_states(town)),
        ("deadlines", lambda: measure_deadlines(town, count=size.deadlines)),
        (
            "the inbox",
            lambda: measure_inbox(town, few=1000, many=size.open_tasks, asks=size.asks),
        ),
    ]
    for name, part in parts:
        progress(name)
        figures += part()
    return figures
