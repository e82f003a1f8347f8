"""Steps over HTTP: a real web process, a signed-in client, CSRF, the form checked, the redirect."""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from urllib.parse import urlencode
from uuid import UUID

import psutil
from sqlalchemy import select

from models.work import WorkItem
from webapp.bench.figures import Figure, percentile
from webapp.bench.steps import REMARK
from webapp.bench.town import PASSWORD, START, Town
from workflows.actions.tasks import complete

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MEGABYTE = 1024 * 1024


@dataclass
class Client:
    """One signed-in browser on one kept connection."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, entries: dict[str, str] | None = None) -> tuple[int, str]:
        """Send a request, keep its cookies, return status and text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if entries is not None:
            body = urlencode({**entries, "csrf_token": self.token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if found := TOKEN.search(text):
            self.token = found[1]
        return answer.status, text

    def sign_in(self, login: str) -> None:
        """Sign in as one of the bench's people."""
        self.ask("GET", "/sign-in")
        status, text = self.ask("POST", "/sign-in", {"login": login, "password": PASSWORD})
        if status not in (302, 303):
            raise RuntimeError(f"signing in gave {status}: {text[:500]}")
        self.ask("GET", "/account")


@contextmanager
def web_process(url: str) -> Iterator[tuple[int, psutil.Process]]:
    """Run one web process as the supervisor would, on a free port; lend port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "DATABASE_URL": url, "THROUGHTRAIN_HOME": home}
        command = [
            *(sys.executable, "-m", "webapp.serving", "--host", "127.0.0.1"),
            *("--port", str(port), "--processes", "1", "--threads", "4"),
        ]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _await(port, process)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(15)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web process did not start")


def measure_http(town: Town, *, closed: int, seconds: float) -> list[Figure]:
    """Complete tasks over HTTP: two clients in a closed loop, then arrivals at random."""
    url = town.city.database.url.render_as_string(hide_password=False)
    arrivals = int(40 * seconds)
    tasks = some_tasks(town, closed + arrivals + 40)
    with web_process(url) as (port, process):
        _closed(port, tasks[:40], clients=2)
        times, took = _closed(port, tasks[40 : 40 + closed], clients=2)
        random_times = open_arrivals(port, tasks[40 + closed :], a_second=40)
        memory = sum(one.memory_full_info().pss for one in _family(process)) / MEGABYTE
    return [
        Figure(
            work="tasks completed over HTTP, two clients in a closed loop, one web process",
            value=len(times) / took,
            unit="a second",
            reach="at least 80",
        ),
        Figure(
            work="the same, p95",
            value=percentile(times, 0.95),
            unit="ms",
            reach="at most 25",
            spread=f"median {statistics.median(times):.2f}",
        ),
        Figure(
            work="arrivals at random, 40 a second, p95",
            value=percentile(random_times, 0.95),
            unit="ms",
            reach="at most 25",
            spread=f"median {statistics.median(random_times):.2f}",
        ),
        Figure(
            work="memory of the web process after the bench (with its parent, shared parts once)",
            value=memory,
            unit="MB",
            reach="at most 250",
        ),
    ]


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def some_tasks(town: Town, count: int) -> list[UUID]:
    """Submit cases, bring each to a department's desk and return the tasks there."""
    return [_task(town) for _ in range(count)]


def _task(town: Town) -> UUID:
    case_id = town.submit()
    entries = {"outcome": ["ok"], "lead": ["unit0"], "remark": ["属实"]}
    with town.city.database.reading() as session:
        item = session.scalars(
            select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.state == "open")
        ).one()
    now: datetime = START + timedelta(hours=1)
    complete(town.city, town.office, item, entries, now=now)
    with town.city.database.reading() as session:
        return session.scalars(
            select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.state == "open")
        ).one()


def _complete(client: Client, task: UUID) -> float:
    entries = {"outcome": "back", "remark": REMARK, "contact": "办公室"}
    started = time.perf_counter()
    status, text = client.ask("POST", f"/tasks/{task}", entries)
    took = (time.perf_counter() - started) * 1000
    if status not in (302, 303):
        raise RuntimeError(f"completing a task gave {status}: {text[:2000]}")
    return took


def _closed(port: int, tasks: list[UUID], *, clients: int) -> tuple[list[float], float]:
    """Let each client send its next task as soon as the last one is answered."""
    queue: SimpleQueue[UUID] = SimpleQueue()
    for task in tasks:
        queue.put(task)
    times: list[float] = []

    def work(client: Client) -> None:
        while True:
            try:
                task = queue.get_nowait()
            except Empty:
                return
            times.append(_complete(client, task))

    signed_in = [Client(port) for _ in range(clients)]
    for client in signed_in:
        client.sign_in("worker")
    threads = [threading.Thread(target=work, args=(client,)) for client in signed_in]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    if len(times) != len(tasks):
        raise RuntimeError(f"only {len(times)} of {len(tasks)} tasks were completed")
    return times, took


def open_arrivals(
    port: int, tasks: list[UUID], *, a_second: float, clients: int = 12
) -> list[float]:
    """Send tasks at random moments; a late answer counts from the moment it was due."""
    dice = random.Random(40)
    due: SimpleQueue[tuple[float, UUID]] = SimpleQueue()
    times: list[float] = []

    def work(client: Client) -> None:
        while True:
            try:
                at, task = due.get_nowait()
            except Empty:
                return
            time.sleep(max(0.0, at - time.perf_counter()))
            _complete(client, task)
            times.append((time.perf_counter() - at) * 1000)

    signed_in = [Client(port) for _ in range(clients)]
    for client in signed_in:
        client.sign_in("worker")
    at = time.perf_counter() + 0.5
    for task in tasks:
        at += dice.expovariate(a_second)
        due.put((at, task))
    threads = [threading.Thread(target=work, args=(client,)) for client in signed_in]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != len(tasks):
        raise RuntimeError(f"only {len(times)} of {len(tasks)} tasks were completed")
    return times
