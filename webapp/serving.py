"""The web process: `python -m webapp.serving` imports the pages once and forks who serves them.

A serving process that dies is replaced in a moment, because its successor is forked from a parent
that has everything loaded; both share the memory of what was loaded.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
from importlib import import_module

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

IDLE_SECONDS = 600
"""A thread without requests for so long ends."""


@click.command()
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
@click.option("--processes", type=int, required=True)
@click.option("--threads", type=int, required=True)
def serve(host: str, port: int, processes: int, threads: int) -> None:
    """Serve the pages until asked to stop."""
    if sys.platform == "linux":  # elsewhere the system's own libraries do not bear it
        multiprocessing.set_start_method("fork")
    server = Granian(
        "webapp.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=processes,
        blocking_threads=threads,
        blocking_threads_idle_timeout=IDLE_SECONDS,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
    )
    # The address is taken first: a second server on it ends here, before the long loading.
    server.on_startup(_load)
    server.serve()


def _load() -> None:
    """Import what the pages are made of; connections and threads belong to who serves."""
    import_module("webapp.app")
    # Forked processes share what the collector does not touch.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    serve()
