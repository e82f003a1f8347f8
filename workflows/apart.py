"""The check within bounds of time and memory, here or in a process of its own."""

from __future__ import annotations

import logging
import resource
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson

from workflows.definitions.check import RULES, Finding, files_at
from workflows.definitions.check.files import SIZE
from workflows.inspection import inspect_contents

log = logging.getLogger("throughtrain.check")

SECONDS = 7.0
"""Processor time that a check may take: a busy machine refuses nothing that is sound."""
STARTED_WITHIN = 25.0
"""Seconds after which the other process is given up, however slow the machine is just now."""
MEMORY = 400 * 1024 * 1024
"""Bytes that a checking process may hold as data."""
_FOLDER = Path(__file__).parents[1]


def inspect_files_apart(
    files: Mapping[str, bytes], *, units: Collection[str] | None = None
) -> list[Finding]:
    """Return all findings about a bundle given as path -> bytes, errors first.

    As `inspect_files`, but the work is done in another process, so that the caller's goes
    on serving others; what takes too long or too much memory is a finding.
    """
    head = {
        "files": [[path, len(data)] for path, data in files.items()],
        "units": None if units is None else sorted(units),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "workflows.apart"],
            input=b"".join((orjson.dumps(head), b"\n", *files.values())),
            capture_output=True,
            timeout=STARTED_WITHIN,
            cwd=_FOLDER,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [_late()]
    if done.returncode:
        log.warning(
            "a check was stopped",
            extra={"action": "check", "status": done.returncode, "said": done.stderr[-500:]},
        )
        return [_large()]
    return [Finding(**one) for one in orjson.loads(done.stdout) if one["rule"] in RULES]


def inspect_path_bounded(path: Path | str) -> list[Finding]:
    """Return all findings about one file or a bundle's folder, within bounds of time and memory.

    For the main thread of a command. Raises DefinitionRefused when there is nothing that
    could be read at all.
    """
    contents, whole = files_at(path)
    return _bounded(contents, whole=whole, units=None)


def _bounded(
    contents: Mapping[str, bytes], *, whole: bool, units: Collection[str] | None
) -> list[Finding]:
    try:
        with _bounds():
            return inspect_contents(contents, whole=whole, units=units)
    except TimeoutError:
        return [_late()]
    except MemoryError:
        return [_large()]


@contextmanager
def _bounds() -> Iterator[None]:
    """Raise TimeoutError or MemoryError in what runs inside and takes too much."""

    def stop(signal_number: int, frame: object) -> None:
        raise TimeoutError

    before = resource.getrlimit(resource.RLIMIT_DATA)
    previous = signal.signal(signal.SIGPROF, stop)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, before[1]))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _late() -> Finding:
    return SIZE.found("", "the check did not come to an end in time")


def _large() -> Finding:
    return SIZE.found("", "the check needed more memory than it may take")


def _main() -> int:
    """Check what stands on the standard input; write the findings as JSON."""
    head = orjson.loads(sys.stdin.buffer.readline())
    files = {path: sys.stdin.buffer.read(length) for path, length in head["files"]}
    found = _bounded(files, whole=True, units=head["units"])
    sys.stdout.buffer.write(orjson.dumps([finding.as_mapping() for finding in found]))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
