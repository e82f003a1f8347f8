"""The supervisor, for real: it starts, revives, clears up after kills, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.platform.running import Running, free_port, processes_of, python_module, until
from workflows.supervisor import ports
from workflows.supervisor.records import RUN_VARIABLE, Record, remove_orphans

STAGE = "tests.platform.stage"
Start = Callable[..., Running]
pytestmark = pytest.mark.own_server


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start houses on one home and port; what is left of them at the end is removed."""
    houses: list[Running] = []
    port = free_port()

    def start_one(*more: object) -> Running:
        house = Running(python_module(STAGE, home, port, *more), home, port)
        houses.append(house)
        return house

    yield start_one
    for house in houses:
        house.process.kill()
        house.process.wait()
    remove_orphans(home / "run.json")
    for house in houses:
        house.server.stop()


def test_ctrl_c_leaves_no_process_behind(start: Start) -> None:
    house = start()
    house.wait_for("READY")
    assert house.status() == 200
    token, database = house.token(), house.server.pid()
    assert len(processes_of(token)) == 2
    assert house.end(signal.SIGINT) == 0
    assert processes_of(token) == []
    assert not psutil.pid_exists(database)
    assert house.status() is None
    assert not (house.home / "run.json").exists()


@pytest.mark.parametrize("part", ["http.server", "time.sleep"])
def test_what_dies_is_restarted(start: Start, part: str) -> None:
    house = start()
    house.wait_for("READY")
    token = house.token()
    killed = house.pid_of(part, token)
    os.kill(killed, signal.SIGKILL)
    house.wait_for("restarting")
    until(lambda: len(processes_of(token)) == 2 and house.status() == 200, 5)
    assert house.pid_of(part, token) != killed


def test_a_killed_database_is_restarted(start: Start) -> None:
    house = start()
    house.wait_for("READY")
    killed = house.server.pid()
    os.kill(killed, signal.SIGKILL)
    until(lambda: house.server.pid() not in (None, killed) and house.server.is_ready(), 10)


def test_after_a_kill_of_the_supervisor_the_next_start_clears_up(start: Start) -> None:
    house = start()
    house.wait_for("READY")
    token = house.token()
    house.end(signal.SIGKILL)
    left = processes_of(token)
    assert len(left) == 2
    again = start()
    assert again.wait_for("READY") < 5
    assert "Removed what an earlier run had left" in again.said
    assert processes_of(token) == []
    assert len(processes_of(again.token())) == 2
    assert again.status() == 200


def test_after_a_kill_of_everything_the_next_start_works(start: Start) -> None:
    house = start()
    house.wait_for("READY")
    victims = [*processes_of(house.token()), psutil.Process(house.server.pid()), house.process]
    for victim in victims:
        victim.kill()
    house.wait()
    again = start()
    assert again.wait_for("READY") < 5
    assert again.status() == 200


def test_a_second_run_on_the_same_home_is_refused(start: Start) -> None:
    start().wait_for("READY")
    second = start()
    assert second.wait() == 2
    assert "It runs already" in second.said


def test_a_taken_port_is_named_with_its_owner(start: Start) -> None:
    house = start()
    house.wait_for("READY")
    house.end()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", house.port))
        taken.listen()
        refused = start()
        assert refused.wait() == 2
    assert f"Port {house.port} is taken by" in refused.said
    assert f"(process {os.getpid()})" in refused.said
    assert f"--port {house.port + 1}" in refused.said
    assert refused.server.pid() is None


def test_a_listener_is_told_by_its_process_not_by_the_port() -> None:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        ours.listen()
        port = ours.getsockname()[1]
        assert ports.listens(os.getpid(), port)
        with subprocess.Popen(["sleep", "60"]) as other:
            assert not ports.listens(other.pid, port)
            other.kill()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://mayor:secret@127.0.0.1:1/city", "Connection refused): start that server or"),
        ("not an address", "postgresql://user:password@host:5432/database"),
    ],
)
def test_an_unusable_database_url_is_explained_in_a_sentence(
    start, url: str, expected: str
) -> None:
    refused = start(url)
    assert refused.wait() == 2
    assert expected in refused.said
    assert "secret" not in refused.said
    assert len(refused.said.splitlines()) == 1


def test_only_processes_that_carry_the_token_are_orphans(tmp_path: Path) -> None:
    record = Record(tmp_path / "run.json")
    record.write()
    marked = {**os.environ, RUN_VARIABLE: record.token}
    other = {**os.environ, RUN_VARIABLE: "of another run"}
    with (
        subprocess.Popen(["sleep", "60"], env=marked) as orphan,
        subprocess.Popen(["sleep", "60"], env=other) as stranger,
    ):
        assert remove_orphans(record.path) == [f"sleep (process {orphan.pid})"]
        assert stranger.poll() is None
        stranger.kill()
    assert remove_orphans(record.path) == []
