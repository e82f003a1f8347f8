"""Kills under load: web, worker and database die at random, and every case must stay whole."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from uuid import UUID

import psutil
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from models.database import Database
from models.embedded import EmbeddedServer
from models.work import WorkItem
from webapp.bench.browser import Client
from webapp.bench.figures import Figure
from webapp.bench.steps import REMARK
from webapp.bench.town import START, Town, build
from workflows.actions.tasks import complete
from workflows.city import City
from workflows.verify import verify

START_SECONDS = 60.0
BACK_SECONDS = 20.0
VICTIMS = ("web", "database", "worker")


@dataclass
class Torment:
    """What a run of kills did and found."""

    kills: list[str] = field(default_factory=list)
    completed: int = 0
    refused: int = 0
    cases: int = 0
    broken: list[str] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)
    slowest_return: float = 0.0
    """Seconds until a page was served again after a kill, at most."""


def torment(home: Path, *, kills: int, cases: int, seed: int = 1) -> Torment:
    """Run the whole house in `home`, work on it, kill its parts, and look whether all is whole."""
    dice = random.Random(seed)
    found = Torment()
    with _house(home) as (port, supervisor):
        database = Database(EmbeddedServer(home / "postgresql").url("throughtrain"), pool_size=4)
        town = build(database)
        queue: SimpleQueue[UUID] = SimpleQueue()
        for task in [_desk(town) for _ in range(cases)]:
            queue.put(task)
        stop = threading.Event()
        clerks = [threading.Thread(target=_work, args=(port, queue, stop, found)) for _ in range(3)]
        for clerk in clerks:
            clerk.start()
        for number in range(kills):
            time.sleep(dice.uniform(0.3, 1.2))
            found.kills.append(_kill_one(supervisor, dice, VICTIMS[number % len(VICTIMS)]))
            found.slowest_return = max(found.slowest_return, _served_again(port))
        _await_work(found)
        stop.set()
        for clerk in clerks:
            clerk.join()
        _settle(database)
        checked = verify(City(database))
        found.cases = checked.cases
        found.broken = [f"{one.case}: {one.invariant}: {one.found}" for one in checked.broken]
        family = supervisor.children(recursive=True)
        database.close()
    found.left_behind = [str(one) for one in family if one.is_running()]
    return found


def measure_chaos(home: Path, *, kills: int) -> list[Figure]:
    """Return what `torment` found as figures."""
    found = torment(home, kills=kills, cases=400)
    return [
        Figure(
            work=f"broken invariants after {kills} kills of web, worker and database under load",
            value=len(found.broken),
            unit=f"in {found.cases} cases",
            reach="0",
            spread=f"{found.completed} tasks completed meanwhile",
        ),
        Figure(
            work="pages are served again after a kill, at most",
            value=found.slowest_return,
            unit="s",
            reach="at most 5",
        ),
    ]


@contextmanager
def _house(home: Path) -> Iterator[tuple[int, psutil.Process]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "THROUGHTRAIN_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp", "run", "--port", str(port), "--no-demo"],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        give_up_at = time.monotonic() + START_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError("the house did not start")
            time.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _served_again(port: int) -> float:
    started = time.monotonic()
    while time.monotonic() - started < BACK_SECONDS:
        if _answers(port):
            return time.monotonic() - started
        time.sleep(0.05)
    raise RuntimeError(f"no page within {BACK_SECONDS} seconds after a kill")


def _await_work(found: Torment) -> None:
    """Wait until work goes on after the last kill."""
    before, give_up_at = found.completed, time.monotonic() + BACK_SECONDS
    while found.completed == before and time.monotonic() < give_up_at:
        time.sleep(0.05)


def _kill_one(supervisor: psutil.Process, dice: random.Random, wanted: str) -> str:
    """Kill one process of a part of the house, of any part if that one is down; say which."""
    parts: dict[str, list[psutil.Process]] = {name: [] for name in VICTIMS}
    for child in supervisor.children(recursive=True):
        with suppress(psutil.Error):
            line = " ".join(child.cmdline())
            if "granian" in line:
                parts["web"].append(child)
            elif line.endswith("worker"):
                parts["worker"].append(child)
            elif "postgres" in line:
                parts["database"].append(child)
    for child in psutil.process_iter(["cmdline"]):
        with suppress(psutil.Error):
            line = " ".join(child.info["cmdline"] or ())
            if "postgres" in line and str(supervisor.environ()["THROUGHTRAIN_HOME"]) in line:
                parts["database"].append(child)
    running = [name for name, found in parts.items() if found]
    what = wanted if wanted in running else dice.choice(running)
    with suppress(psutil.Error):
        dice.choice(parts[what]).kill()
    return what


def _desk(town: Town) -> UUID:
    """Bring a case to the department's desk; its timer is long due, so the worker has work too."""
    case_id = town.submit()
    entries = {"outcome": ["ok"], "lead": ["unit0"], "remark": ["属实"]}
    item = _item(town, case_id, "check")
    complete(town.city, town.office, item, entries, now=START + timedelta(hours=1))
    return _item(town, case_id, "work")


def _item(town: Town, case_id: int, element: str) -> UUID:
    with town.city.database.reading() as session:
        return session.scalars(
            select(WorkItem.id).where(
                WorkItem.case_id == case_id, WorkItem.state == "open", WorkItem.element == element
            )
        ).one()


def _work(port: int, queue: SimpleQueue[UUID], stop: threading.Event, found: Torment) -> None:
    """Complete tasks until stopped; what fails on the way is tried again after signing in."""
    client: Client | None = None
    task: UUID | None = None
    while not stop.is_set():
        try:
            if client is None:
                client = Client(port)
                client.sign_in("worker")
            if task is None:
                task = queue.get_nowait()
            entries = {"outcome": "back", "remark": REMARK, "contact": "办公室"}
            status, _ = client.ask("POST", f"/tasks/{task}", entries)
            if status in (302, 303):
                found.completed += 1
                task = None
            elif status in (404, 409):
                # The answer to an earlier try was lost with the process that gave it.
                found.refused += 1
                task = None
            else:
                client = None
        except Empty:
            return
        except (OSError, http.client.HTTPException, RuntimeError):
            client = None
            time.sleep(0.1)


def _settle(database: Database) -> None:
    """Wait until the database takes connections again."""
    give_up_at = time.monotonic() + BACK_SECONDS
    while True:
        try:
            with database.reading() as session:
                session.execute(select(1))
                return
        except DBAPIError:
            database.engine.dispose()
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)
