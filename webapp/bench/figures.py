"""Figures: what was measured, what it is held against, and how it is written down."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from time import perf_counter
from typing import Any

LIBRARIES = ("SpiffWorkflow", "SQLAlchemy", "psycopg", "Flask", "granian")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure.

    `reference` is another figure of the same run in the same unit and `ratio` value / reference;
    `reach` says in words what is aimed at, `spread` the interquartile range, both None or ''
    where they make no sense.
    """

    work: str
    value: float
    unit: str
    reference: float | None = None
    reference_work: str = ""
    ratio: float | None = None
    reach: str = ""
    spread: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the figure for `--json`."""
        return {
            "work": self.work,
            "value": round(self.value, 3),
            "unit": self.unit,
            "reference": None if self.reference is None else round(self.reference, 3),
            "reference_work": self.reference_work,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "reach": self.reach,
            "spread": self.spread,
        }


def against(
    work: str,
    value: Sequence[float],
    reference: Sequence[float],
    *,
    unit: str,
    reference_work: str,
    reach: str,
) -> Figure:
    """Return the medians of two series of the same run and their ratio."""
    mine, theirs = statistics.median(value), statistics.median(reference)
    return Figure(
        work=work,
        value=mine,
        unit=unit,
        reference=theirs,
        reference_work=reference_work,
        ratio=mine / theirs if theirs else None,
        reach=reach,
        spread=spread(value),
    )


def spread(values: Sequence[float]) -> str:
    """Return the interquartile range in words."""
    if len(values) < 4:
        return ""
    low, _, high = statistics.quantiles(values, n=4)
    return f"{low:.2f} to {high:.2f}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long something took."""
    started = perf_counter()
    work()
    return (perf_counter() - started) * 1000


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table with machine and versions above it."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Machines differ and are noisy: trust the ratios, which compare "
        "two figures of the same run. Values are medians unless the line says otherwise.",
        "",
        f"Measured on {datetime.now(UTC).date()} with {machine()}.",
        "",
        "| work | value | unit | beside it | ratio | reach | middle half |",
        "|---|---:|---|---|---:|---|---|",
    ]
    for one in figures:
        beside = "" if one.reference is None else f"{one.reference:.2f} ({one.reference_work})"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        lines.append(
            f"| {one.work} | {one.value:.2f} | {one.unit} | {beside} | {ratio} "
            f"| {one.reach} | {one.spread} |"
        )
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Return processors, Python and the libraries that the figures depend on."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), "
        f"Python {platform.python_version()}, {versions}"
    )
