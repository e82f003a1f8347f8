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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Literal
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
LOOK_SECONDS = 0.05
STEADY_SECONDS = 1.0
"""Pages are back when they are served that long without a gap: a process whose parent was killed
still serves for a moment."""

Answer = Literal["served", "said away", "refused", "silent"]
"""What somebody meets who asks for a page: it, the page that says that the database is away,
nobody at the door, or nothing within a second."""


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One kill: of what part which process, and how pages came back.

    `seconds` until pages were served again for good, `met` how many of them went by with which
    answer before that.
    """

    part: str
    process: str
    seconds: float
    met: Mapping[Answer, float]

    def told(self) -> str:
        """Return it in words: 2.6 (main process: refused 2.4, silent 0.2)."""
        phases = ", ".join(f"{what} {seconds:.1f}" for what, seconds in self.met.items())
        return f"{self.seconds:.1f} ({self.process}{': ' if phases else ''}{phases})"


@dataclass
class Torment:
    """What a run of kills did and found."""

    kills: list[Kill] = field(default_factory=list)
    completed: int = 0
    refused: int = 0
    cases: int = 0
    broken: list[str] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)


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
            time.sleep(dice.uniform(0.0, 0.5))
            part, process = _kill_one(supervisor, dice, VICTIMS[number % len(VICTIMS)])
            seconds, met = _served_again(port)
            found.kills.append(Kill(part=part, process=process, seconds=seconds, met=met))
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
        *(_returns(part, found.kills) for part in VICTIMS),
    ]


def _returns(part: str, kills: list[Kill]) -> Figure:
    """Return how long pages were away after kills of a part, and where the longest time went."""
    times = sorted((one for one in kills if one.part == part), key=lambda one: one.seconds)
    return Figure(
        work=f"pages are served again after a kill of the {part}, at most",
        value=times[-1].seconds if times else 0.0,
        unit="s",
        reach="at most 5",
        spread="; ".join(one.told() for one in reversed(times)),
    )


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
    return _ask(port) == "served"


def _ask(port: int) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return "served" if connection.getresponse().status == 200 else "said away"
    except TimeoutError:
        return "silent"
    except (OSError, http.client.HTTPException):
        return "refused"
    finally:
        connection.close()


def _served_again(port: int) -> tuple[float, dict[Answer, float]]:
    """Ask until pages are served without a gap; return after how long, and what was met till then.

    What was met is in seconds by answer.
    """
    began = before = back = time.monotonic()
    met: dict[Answer, float] = {}
    while before - back < STEADY_SECONDS:
        answer = _ask(port)
        time.sleep(LOOK_SECONDS)
        now = time.monotonic()
        if answer != "served":
            met[answer] = met.get(answer, 0.0) + now - before
            back = now
        if now - began > BACK_SECONDS:
            raise RuntimeError(f"no page within {BACK_SECONDS} seconds after a kill")
        before = now
    return back - began, met


def _await_work(found: Torment) -> None:
    """Wait until work goes on after the last kill."""
    before, give_up_at = found.completed, time.monotonic() + BACK_SECONDS
    while found.completed == before and time.monotonic() < give_up_at:
        time.sleep(0.05)


def _kill_one(supervisor: psutil.Process, dice: random.Random, wanted: str) -> tuple[str, str]:
    """Kill one process of a part of the house, of any part if that one is down; say which."""
    parts = _processes(supervisor)
    running = [name for name, found in parts.items() if found]
    part = wanted if wanted in running else dice.choice(running)
    main, *others = sorted(parts[part], key=psutil.Process.create_time)
    victim = dice.choice([main, dice.choice(others or [main])])
    with suppress(psutil.Error):
        victim.kill()
    return part, "main process" if victim == main else "one of its processes"


def _processes(supervisor: psutil.Process) -> dict[str, list[psutil.Process]]:
    """Return the processes of the house by part; the database's are no children of ours."""
    parts: dict[str, list[psutil.Process]] = {name: [] for name in VICTIMS}
    for child in supervisor.children(recursive=True):
        with suppress(psutil.Error):
            line = " ".join(child.cmdline())
            if "webapp.serving" in line:
                parts["web"].append(child)
            elif line.endswith("worker"):
                parts["worker"].append(child)
            elif "postgres" in line:
                parts["database"].append(child)
    return parts


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
