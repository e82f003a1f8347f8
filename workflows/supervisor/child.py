"""One supervised program: a process group that is started, watched, restarted and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 5.0
"""Who lived this long did not end of itself at its start, and has earned a quick restart."""
GRACE_SECONDS = 3.0
"""How long one that is to end may take over what it is at."""

LARGEST_LOG = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run. One that is not `lasting` ends by itself and is not started again."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = True


class Child:
    """A program and its process group; output goes to a log of its own."""

    def __init__(self, program: Program, log_folder: Path) -> None:
        self.program = program
        self.log = log_folder / f"{program.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE
        self._start_again = 0.0
        self._bereaved: list[psutil.Process] = []
        self._kill_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the group's leader, None while it does not run."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the program as the leader of a process group of its own."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.program.command,
                env={**os.environ, **self.program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started = time.monotonic()

    def ended(self) -> int | None:
        """Return the exit status if the leader has ended since the last look, else None.

        What is left of its group goes on until it is told otherwise, or until the next one fails by
        itself: it may be that it stands in the next one's way.
        """
        if self._process is None or (status := self._process.poll()) is None:
            return None
        if status > 0:
            self.bury()
        self._bereaved, self._kill_at = self._bereaved + _members(self._process.pid), None
        now = time.monotonic()
        if now - self._started > STEADY_SECONDS:
            self._pause = FIRST_PAUSE
        self._start_again = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._process = None
        return status

    @property
    def is_bereaved(self) -> bool:
        """Tell whether somebody is left of a group whose leader has ended."""
        return bool(self._bereaved)

    def bury(self) -> None:
        """Kill what is left of a group whose leader has ended."""
        for relative in self._bereaved:
            with contextlib.suppress(psutil.Error):
                relative.kill()
        self._bereaved = []

    def let_end(self) -> None:
        """Ask what is left to finish what it is at; call it again until nobody is left."""
        if self._kill_at is None:
            self._kill_at = time.monotonic() + GRACE_SECONDS
            for relative in self._bereaved:
                with contextlib.suppress(psutil.Error):
                    relative.terminate()
        elif time.monotonic() > self._kill_at:
            self.bury()
        self._bereaved = [one for one in self._bereaved if _lives(one)]

    def is_due(self) -> bool:
        """Tell whether it is down and its pause before the next start is over."""
        down = self._process is None and self.program.lasting
        return down and time.monotonic() >= self._start_again

    def ask_to_stop(self) -> None:
        """Ask the program to end by itself."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def stop(self, patience: float) -> None:
        """Wait up to `patience` seconds for the end, then kill the whole group."""
        self.bury()
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(patience, 0.0))
        self._signal_group(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def last_words(self, lines: int = 12) -> str:
        """Return the end of the program's log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _members(group: int) -> list[psutil.Process]:
    """Return the processes of a group, each told from a later one with the same id."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if os.getpgid(process.pid) == group:
                found.append(process)
    return found


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
