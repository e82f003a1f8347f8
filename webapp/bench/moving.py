"""Running cases of a shipped bundle, cut off at all wait states, move to another version."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from sqlalchemy import func, select, update

from models.cases import Case
from models.moves import Move
from models.processes import Process
from models.queries.moves import read_move
from models.work import WorkItem
from webapp.bench.browser import open_arrivals, some_tasks, web_process
from webapp.bench.figures import Figure, percentile
from webapp.bench.town import Town
from webapp.bench.waiting import str_url
from workflows.actions.deployment import deploy
from workflows.actions.migration import Chosen, begin_back, begin_move, begin_preview
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.errors import ThroughTrainError
from workflows.play.cast import Cast
from workflows.play.player import CannotPlay, Player
from workflows.play.scenario import Scenario
from workflows.simulate.scratch import SEEDED_AT, scene, scratch_city
from workflows.verify import verify

_NAMED = re.compile(r'(<(?:\w+:)?userTask [^>]*\bname=")([^"]+)"')
A_SECOND = 20


def measure_moving(town: Town, folder: Path, *, cases: int) -> list[Figure]:
    """Move running cases there and back while a web process serves others."""
    bundle = Bundle.from_folder(folder)
    with scratch_city(str_url(town)) as city:
        deploy(city, SYSTEM, bundle.files, now=SEEDED_AT, reason="bench")
        states = fill(city, bundle, cases)
        deploy(city, SYSTEM, renamed(bundle.files), now=_now(), reason="bench")
        seconds: dict[str, float] = {}
        found: Counter[str] = Counter()
        preview = begin_preview(city, SYSTEM, bundle.key, now=_now())
        seconds["preview"] = _apart(city, preview)
        move = begin_move(city, SYSTEM, bundle.key, Chosen(whole=True), now=_now(), reason="bench")
        tasks = some_tasks(town, A_SECOND * 4)
        with web_process(str_url(town)) as (port, _):
            times: list[float] = []
            asking = threading.Thread(
                target=lambda: times.extend(open_arrivals(port, tasks, a_second=A_SECOND))
            )
            asking.start()
            seconds["move"] = _apart(city, move)
            asking.join()
        found.update(_counts(city, move))
        back = begin_back(city, SYSTEM, move, now=_now(), reason="bench")
        seconds["back"] = _apart(city, back)
        broken = len(verify(city).broken) + found.total() - found["moved"]
    return _figures(found.total(), states, seconds, times, broken)


def _figures(
    moved: int, states: int, seconds: dict[str, float], times: list[float], broken: int
) -> list[Figure]:
    named = f"{moved:,} running cases at {states} different wait states"
    return [
        Figure(
            work=f"{named} moved to another version, with the process' start",
            value=seconds["move"],
            unit="s",
            reach="1,000 in at most 20 s",
        ),
        Figure(work="their impact looked into before", value=seconds["preview"], unit="s"),
        Figure(work="the same cases moved back", value=seconds["back"], unit="s"),
        Figure(
            work=f"tasks over HTTP meanwhile, {A_SECOND} a second, p95",
            value=percentile(times, 0.95),
            unit="ms",
        ),
        Figure(
            work="of those cases not moved, or with a broken invariant afterwards",
            value=broken,
            unit="cases",
            reach="0",
        ),
    ]


def fill(city: City, bundle: Bundle, cases: int) -> int:
    """Play scenarios up to some step until so many cases run; return at how many wait states."""
    scenarios = [Scenario.parse(name, data) for name, data in bundle.scenarios.items()]
    dice, cast = Random(cases), Cast(city)
    for number in count():
        if number % 20 == 0 and _running(city, bundle.key) >= cases:
            break
        scenario = scenarios[number % len(scenarios)]
        # Its sessions are put away under its name.
        scenario = replace(scenario, name=f"{scenario.name}-{number}")
        _play(city, bundle.key, scenario, cast, dice.randint(0, len(scenario.steps)))
    with city.database.transaction() as session:
        session.execute(update(Case).values(held=False))
        standing = (
            select(func.string_agg(WorkItem.element, " "))
            .where(WorkItem.state == "open")
            .group_by(WorkItem.case_id)
        )
        return len(set(session.scalars(standing)))


def _play(city: City, key: str, scenario: Scenario, cast: Cast, steps: int) -> None:
    with scene(city, scenario) as sessions:
        player = Player(city, key, scenario, cast, sessions=sessions)
        try:
            for step in (scenario.start, *scenario.steps[:steps]):
                player.play(step)
        except (CannotPlay, ThroughTrainError):
            pass  # a step that is to be refused: the case stands where it stood
    cast.dismiss()


def renamed(files: Any) -> dict[str, bytes]:
    """Return a bundle in which every task of a person has another name."""
    return {
        path: _NAMED.sub(r'\1\2（新）"', data.decode()).encode() if path.endswith(".bpmn") else data
        for path, data in files.items()
    }


def _running(city: City, key: str) -> int:
    with city.database.reading() as session:
        ids = session.scalars(
            select(WorkItem.case_id)
            .join(Case, Case.id == WorkItem.case_id)
            .join(Process, Process.id == Case.process_id)
            .where(WorkItem.state == "open", Process.key == key)
            .distinct()
        )
        return len(ids.all())


def _apart(city: City, move_id: int) -> float:
    """Carry a move out in a process of its own, as the studio does; return the seconds."""
    environment = {
        **os.environ,
        "DATABASE_URL": city.database.url.render_as_string(hide_password=False),
        "THROUGHTRAIN_SCHEMA": city.database.schema,
    }
    started = perf_counter()
    command = [sys.executable, "-m", "webapp", "move", str(move_id)]
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True)
    took = perf_counter() - started
    with city.database.reading() as session:
        move = session.get_one(Move, move_id)
        if move.finished_at is None or "problem" in move.report:
            raise RuntimeError(f"the move did not finish: {move.report}")
    return took


def _counts(city: City, move_id: int) -> dict[str, int]:
    with city.database.reading() as session:
        row = read_move(session, move_id)
        return row.counts if row is not None else {}


def _now() -> datetime:
    return datetime.now(UTC)
