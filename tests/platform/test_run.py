"""`throughtrain run` with the real pages and the real worker: first start, kills, second start."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.platform.running import (
    Running,
    free_port,
    line_of,
    processes_of,
    python_module,
    until,
)
from workflows.demo.accounts import demo_sign_ins
from workflows.supervisor.records import remove_orphans

pytestmark = [pytest.mark.own_server, pytest.mark.chaos]
READY = "The through-train is ready"


def start(home: Path, port: int) -> Running:
    return Running(python_module("webapp", "run", "--port", port), home, port)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def cleared(home: Path) -> Iterator[Path]:
    yield home
    remove_orphans(home / "run.json")


def test_from_first_start_to_the_last_process(cleared: Path, port: int) -> None:
    first = start(cleared, port)
    first.wait_for(READY, seconds=60)
    assert f"http://localhost:{port}" in first.said
    assert all(one.login in first.said for one in demo_sign_ins())
    assert first.status() == 200

    _kill_one_by_one(first)
    token = first.token()
    victims = [*processes_of(token), psutil.Process(first.server.pid()), first.process]
    for victim in victims:
        victim.kill()
    first.wait()

    second = start(cleared, port)
    assert second.wait_for(READY) < 5
    assert second.status() == 200
    listening = [
        connection
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    ]
    assert len(listening) == 1

    token, database = second.token(), second.server.pid()
    assert second.end(signal.SIGINT) == 0
    assert processes_of(token) == []
    assert not psutil.pid_exists(database)
    assert second.status() is None


def _kill_one_by_one(house: Running) -> None:
    """Kill the web's parent and the worker in turn; each comes back, pages are served meanwhile."""
    token = house.token()
    met: list[int | None] = []
    for part in ("webapp.serving", "webapp worker"):
        killed = house.pid_of(part, token)
        family = {one.pid for one in processes_of(token) if part in line_of(one)}
        os.kill(killed, signal.SIGKILL)

        def replaced(part: str = part, family: set[int] = family) -> bool:
            met.append(house.status())
            found = {one.pid for one in processes_of(token) if part in line_of(one)}
            return bool(found) and not found & family

        until(replaced, 10)
    assert house.status() == 200
    assert met.count(200) >= len(met) - 1, "at most the answer that was lost with a process"
    assert house.said.count("restarting") == 2
