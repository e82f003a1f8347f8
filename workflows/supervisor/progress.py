"""What the person at the terminal reads while things are being started."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TextIO

TICK_SECONDS = 2.0


class Progress:
    """Writes a line per step; a step that lasts shows every two seconds that it goes on."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()
        self._open = False

    def say(self, text: str) -> None:
        """Write a line."""
        with self._lock:
            self._write(("\n" if self._open else "") + text + "\n")
            self._open = False

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """Show `title` while the block runs; the block may report how far it is."""
        with self._lock:
            self._write(f"{title} ...")
            self._open = True
        started = time.monotonic()
        done = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(done, started), daemon=True)
        ticker.start()
        try:
            yield self._report
        finally:
            done.set()
            ticker.join()
            with self._lock:
                if self._open:
                    self._write("\n")
                self._open = False

    def _report(self, text: str) -> None:
        with self._lock:
            self._write(f" {text}")
            self._open = True

    def _tick(self, done: threading.Event, started: float) -> None:
        while not done.wait(TICK_SECONDS):
            self._report(f"{time.monotonic() - started:.0f} s")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
