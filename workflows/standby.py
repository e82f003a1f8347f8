"""A process that has loaded the check and stands by: each question is answered by a copy of it.

Starting Python and loading the check takes seconds, a check takes tenths of one. So one process
is started, kept while it is used, and forks for each question; whatever a definition does to the
copy, the next question finds everything as it was.
"""

from __future__ import annotations

import atexit
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import orjson

log = logging.getLogger("throughtrain.check")

IDLE = 900.0
"""Seconds without a question after which the process ends by itself."""
_FOLDER = Path(__file__).parents[1]


class Late(Exception):
    """No answer came in time."""


class Failed(Exception):
    """The process ended before it had answered."""


class Standby:
    """The caller's end: one question at a time; the process is started when it is needed."""

    def __init__(self, module: str) -> None:
        self._command = [sys.executable, "-m", module]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)

    def warm(self) -> None:
        """Have the process started, so that the first question need not wait for it."""
        if self._process is None and self._lock.acquire(blocking=False):
            try:
                self._running()
            finally:
                self._lock.release()

    def ask(self, question: bytes, within: float) -> bytes:
        """Return the answer; raises Late and Failed."""
        with self._lock:
            try:
                return self._asked(question, within)
            except Failed:  # it had ended before it was asked: idle for long, or killed
                return self._asked(question, within)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not written yet is not wanted any more
                    pipe.close()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.end()
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_FOLDER,
                start_new_session=True,
            )
        return self._process

    def _asked(self, question: bytes, within: float) -> bytes:
        process = self._running()
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

        watch = threading.Timer(within, stop)
        watch.daemon = True
        watch.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            _write(process.stdin, question)
            return _read(process.stdout)
        except (EOFError, BrokenPipeError) as error:
            self.end()
            if stopped.is_set():
                raise Late from error
            raise Failed("the process ended") from error
        finally:
            watch.cancel()


def serve(answer: Callable[[bytes], bytes], within: float) -> None:
    """Answer questions from the standard input, each in a copy of this process, until it closes."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], IDLE)[0]:
        try:
            question = _read(source)
        except EOFError:
            return
        _write(target, _copied(answer, question, within))


def _copied(answer: Callable[[bytes], bytes], question: bytes, within: float) -> bytes:
    """Return the answer of a copy; nothing where it came to none."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            with os.fdopen(writing, "wb") as pipe:
                _write(pipe, answer(question))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    until = time.monotonic() + within
    parts = []
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            part = pipe.read(1 << 20)
            if not part:
                break
            parts.append(part)
        else:
            os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    whole = b"".join(parts)
    return whole[_HEAD:] if len(whole) >= _HEAD and _length(whole) == len(whole) - _HEAD else b""


def packed(head: Mapping[str, object], files: Mapping[str, bytes]) -> bytes:
    """Return a question or an answer: some JSON, and path -> bytes of files."""
    listed = {**head, "files": [[path, len(data)] for path, data in files.items()]}
    return b"".join((orjson.dumps(listed), b"\n", *files.values()))


def unpacked(whole: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what `packed` was given."""
    line, _, rest = whole.partition(b"\n")
    head, files, at = orjson.loads(line), {}, 0
    for path, length in head.pop("files"):
        files[path] = rest[at : at + length]
        at += length
    return head, files


_HEAD = 8


def _length(data: bytes) -> int:
    return int.from_bytes(data[:_HEAD], "big")


def _write(target: IO[bytes], data: bytes) -> None:
    target.write(len(data).to_bytes(_HEAD, "big") + data)
    target.flush()


def _read(source: IO[bytes]) -> bytes:
    head = _exactly(source, _HEAD)
    return _exactly(source, _length(head))


def _exactly(source: IO[bytes], size: int) -> bytes:
    found = source.read(size)
    if len(found) < size:
        raise EOFError
    return found
