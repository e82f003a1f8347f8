"""The embedded PostgreSQL: laid once, started fast, found again, explained when it cannot run."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from models import embedded, postgres_binaries
from models.embedded import EmbeddedServer, EmbeddedServerError
from models.postgres_binaries import is_open_to_all, reachable_folder

pytestmark = pytest.mark.own_server
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    found = EmbeddedServer(home / "postgresql")
    yield found
    found.stop()


def shown(server: EmbeddedServer, setting: str) -> str:
    url = server.url().replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        row = connection.execute("select current_setting(%s)", [setting]).fetchone()
    assert row is not None
    return str(row[0])


def test_it_is_durable_and_speaks_utf8_and_utc(server: EmbeddedServer) -> None:
    assert server.start()
    assert shown(server, "fsync") == "on"
    if sys.platform == "linux":
        assert shown(server, "recovery_init_sync_method") == "syncfs"
    assert shown(server, "TimeZone") == "UTC"
    assert shown(server, "server_encoding") == "UTF8"
    assert shown(server, "server_version").startswith("18")
    assert shown(server, "listen_addresses") == ""


def test_a_running_server_is_found_again_and_stopped(server: EmbeddedServer) -> None:
    server.start()
    same = EmbeddedServer(server.folder)
    assert not same.start()
    pid = same.pid()
    assert pid == server.pid()
    same.stop()
    assert server.pid() is None
    assert not psutil.pid_exists(pid)


def test_the_pid_of_another_program_is_not_believed(server: EmbeddedServer) -> None:
    server.start()
    os.kill(server.pid(), signal.SIGKILL)
    stale = server.data / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stale.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert server.pid() is None
    assert server.start()


def test_a_first_start_that_was_cut_short_is_made_again(server: EmbeddedServer) -> None:
    half = server.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    assert server.start()
    assert not half.exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one(home: Path) -> None:
    server = EmbeddedServer(home / ("very-" * 20) / "postgresql")
    server.start()
    try:
        assert len(str(server.socket_folder)) < 60
        assert shown(server, "fsync") == "on"
    finally:
        server.stop()
        shutil.rmtree(server.socket_folder)


def test_the_last_borrower_stops_it(server: EmbeddedServer) -> None:
    with server.in_use():
        with EmbeddedServer(server.folder).in_use():
            pass
        assert server.is_ready()
    assert server.pid() is None


def test_data_of_another_version_are_not_touched(server: EmbeddedServer) -> None:
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("16")
    with pytest.raises(EmbeddedServerError, match="restore a backup"):
        server.start()


def test_a_full_disk_is_explained(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.shutil, "disk_usage", lambda _path: Usage(10, 10, 0))
    with pytest.raises(EmbeddedServerError, match="is full: free at least 300 MB"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_programs_that_the_servers_account_cannot_reach_are_copied(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = postgres_binaries.shipped_folder()
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(postgres_binaries, "SHARED_STATE", home / "shared")
    for beside in shipped.parents[1].glob(f"{postgres_binaries.WHEEL}*"):
        if beside.is_dir() and beside.suffix != ".dist-info":
            shutil.copytree(beside, closed / beside.name)
    hidden = closed / shipped.relative_to(shipped.parents[1])
    monkeypatch.setattr(postgres_binaries, "shipped_folder", lambda: hidden)
    program = postgres_binaries.binary("postgres")
    assert program.is_relative_to(home / "shared")
    assert "PostgreSQL" in postgres_binaries.run_binary("postgres", ["--version"]).stdout


def test_root_gets_a_folder_that_the_servers_account_can_reach(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    assert is_open_to_all(home)
    assert not is_open_to_all(closed / "postgresql")
    account = postgres_binaries.Account(65534, 65534, [])
    monkeypatch.setattr(postgres_binaries, "service_account", lambda: account)
    assert reachable_folder(home / "postgresql") == home / "postgresql"
    moved = reachable_folder(closed / "postgresql")
    assert moved.parent == postgres_binaries.SHARED_STATE
    assert moved == reachable_folder(closed / "postgresql")
