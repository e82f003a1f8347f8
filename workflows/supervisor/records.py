"""What a run writes down about its processes, so that the next run can clear up after a kill."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path

import psutil

RUN_VARIABLE = "THROUGHTRAIN_RUN"
"""Each process of a run carries the run's token in this environment variable."""

KILL_SECONDS = 3.0


class Record:
    """The token of the current run, in a file that outlives it when it is killed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.token = secrets.token_hex(16)

    def write(self) -> None:
        """Note this run; call it before the first process is started."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".new")
        partial.write_text(json.dumps({"token": self.token, "pid": os.getpid()}))
        partial.replace(self.path)


def remove_orphans(path: Path) -> list[str]:
    """Kill what a run that was itself killed has left running; return what was killed, in words.

    A process belongs to that run only if its environment carries the recorded token, which no
    other process can have got but from it; process ids alone may have been given out anew.
    """
    try:
        token = str(json.loads(path.read_text())["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    orphans = [process for process in psutil.process_iter() if _carries(process, token)]
    told = [f"{process.name()} (process {process.pid})" for process in orphans]
    for process in orphans:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(orphans, timeout=KILL_SECONDS)
    path.unlink(missing_ok=True)
    return told


def _carries(process: psutil.Process, token: str) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return process.environ().get(RUN_VARIABLE) == token
    except (psutil.Error, OSError):
        return False
