"""Stages of the processes in use: for filters, and as the line of stations of one case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from models.queries.booking import current_processes
from webapp.context import city, reading
from webapp.rendering.words import named

StationState = Literal["done", "skipped", "now", "ahead"]


@dataclass(frozen=True, kw_only=True)
class Station:
    """A stage on the line of one case."""

    label: str
    state: StationState


def stage_name(version_id: int, key: str) -> str:
    """Return what a stage is called in a deployed version; the key itself if it is unknown."""
    for stage in city().library.version(version_id).bundle.stages:
        if stage.key == key:
            return named(stage, "title")
    return key


def stations(version_id: int, current: str, *, ended: bool, seen: Collection[str]) -> list[Station]:
    """Return the stages of a version as seen from the current one; `seen` were really entered."""
    stages = city().library.version(version_id).bundle.stages
    keys = [stage.key for stage in stages]
    here = len(keys) if ended else keys.index(current) if current in keys else -1
    return [
        Station(label=named(stage, "title"), state=_state(number, here, stage.key in seen))
        for number, stage in enumerate(stages)
    ]


def _state(number: int, here: int, seen: bool) -> StationState:
    if number == here:
        return "now"
    if number > here:
        return "ahead"
    return "done" if seen else "skipped"


def all_stages() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each process in use with (key, name) of its stages, for a filter.

    What companies bring stands first. A key that two processes share stands under the first.
    """
    with reading() as session:
        processes = current_processes(session)
    bundles = [city().library.version(process.version_id).bundle for process in processes]
    bundles.sort(key=lambda one: "enterprise" not in one.started_by)
    seen: set[str] = set()
    groups = []
    for bundle in bundles:
        fresh = [stage for stage in bundle.stages if stage.key not in seen]
        seen.update(stage.key for stage in fresh)
        groups.append((named(bundle, "title"), [(one.key, named(one, "title")) for one in fresh]))
    return groups
