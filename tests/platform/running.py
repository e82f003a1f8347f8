"""A running house seen from outside: its output, its processes, what listens."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from models.embedded import EmbeddedServer
from workflows.supervisor.records import RUN_VARIABLE

ROOT = Path(__file__).parents[2]


def line_of(process: psutil.Process) -> str:
    """Return a process's command line, '' for one that has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


class Running:
    """A house started as a process of its own, on `home` and `port`."""

    def __init__(self, command: list[str], home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.server = EmbeddedServer(home / "postgresql")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, text: str, seconds: float = 60.0) -> float:
        """Wait until the house has said `text`; return what the start has cost so far.

        That is the lesser of the seconds that passed and the seconds of processor time that the
        house and its processes took: on a machine busy with other tests only the latter says
        anything about a promise that is made for a machine of one's own.
        """
        until(lambda: text in self.said or self.process.poll() is not None, seconds)
        passed = time.monotonic() - self.started
        assert text in self.said, self.said
        return min(passed, self._processor_seconds())

    def _processor_seconds(self) -> float:
        leader = psutil.Process(self.process.pid)
        taken = 0.0
        for process in (leader, *leader.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                taken += sum(process.cpu_times()[:4])
        return taken

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, wait for the end, and return the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self, seconds: float = 20.0) -> int:
        """Wait for the end and return the exit status."""
        status = self.process.wait(seconds)
        self._reader.join()
        return status

    def token(self) -> str:
        """Return the token that all processes of this run carry."""
        return str(json.loads((self.home / "run.json").read_text())["token"])

    def pid_of(self, part: str, token: str) -> int:
        """Return the oldest process of the run whose command line contains `part`."""
        found = [p for p in processes_of(token) if part in line_of(p)]
        return min(found, key=lambda p: p.create_time()).pid

    def status(self, path: str = "/") -> int | None:
        """Return the status that a page answers with, None if nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as page:
                return int(page.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return what a command is given: a home of its own, no DATABASE_URL but one in `more`."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path, "THROUGHTRAIN_HOME": str(home), **more}


def until(condition: Callable[[], object], seconds: float) -> None:
    """Wait for other processes: return as soon as `condition` holds, at most after `seconds`."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        threading.Event().wait(0.02)


def processes_of(token: str) -> list[psutil.Process]:
    """Return the living processes that carry the token of a run."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(RUN_VARIABLE) == token and process.is_running():
                found.append(process)
    return found


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def python_module(name: str, *arguments: object) -> list[str]:
    """Return the command that runs a module of this checkout."""
    return [sys.executable, "-m", name, *map(str, arguments)]
