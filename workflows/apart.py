"""The check within bounds of time and memory, here or in a process that stands by for it."""

from __future__ import annotations

import logging
import resource
import signal
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson

from workflows.definitions.check import RULES, Finding, files_at
from workflows.definitions.check.files import SIZE
from workflows.inspection import inspect_contents
from workflows.standby import Failed, Late, Standby, packed, serve, unpacked

log = logging.getLogger("throughtrain.check")

SECONDS = 7.0
"""Processor time that a check may take: a busy machine refuses nothing that is sound."""
STARTED_WITHIN = 25.0
"""Seconds after which the other process is given up, however slow the machine is just now."""
MEMORY = 400 * 1024 * 1024
"""Bytes that a checking process may hold as data."""
_CHECKER = Standby("workflows.apart")


def inspect_files_apart(
    files: Mapping[str, bytes], *, units: Collection[str] | None = None
) -> list[Finding]:
    """Return all findings about a bundle given as path -> bytes, errors first.

    As `inspect_files`, but the work is done in another process, so that the caller's goes
    on serving others; what takes too long or too much memory is a finding.
    """
    question = packed({"units": None if units is None else sorted(units)}, files)
    try:
        answer = _CHECKER.ask(question, STARTED_WITHIN)
    except Late:
        return [_late()]
    except Failed as error:
        log.warning("a check was stopped", extra={"action": "check", "reason": str(error)})
        return [_large()]
    if not answer:
        log.warning("a check was stopped", extra={"action": "check", "reason": "no answer"})
        return [_large()]
    return [Finding(**one) for one in orjson.loads(answer) if one["rule"] in RULES]


def came_to_an_end(findings: Iterable[Finding]) -> bool:
    """Whether a check was not stopped: one that was may go well when the machine is quieter."""
    return not any(one.rule == SIZE.number and not one.file for one in findings)


def warm() -> None:
    """Have the process that checks started: somebody is about to ask."""
    _CHECKER.warm()


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
        with bounds():
            return inspect_contents(contents, whole=whole, units=units)
    except TimeoutError:
        return [_late()]
    except MemoryError:
        return [_large()]


@contextmanager
def bounds() -> Iterator[None]:
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


def _answer(question: bytes) -> bytes:
    """Check the files of a question; return the findings as JSON."""
    head, files = unpacked(question)
    found = _bounded(files, whole=True, units=head["units"])
    return bytes(orjson.dumps([finding.as_mapping() for finding in found]))


if __name__ == "__main__":
    serve(_answer, STARTED_WITHIN)
