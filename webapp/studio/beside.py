"""Work that is done beside the pages: a command of the application in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from webapp.context import city


def start(command: str, *arguments: object) -> None:
    """Start a command on this city; a thread waits for its end, so that nothing is left of it."""
    database = city().database
    environment = {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "THROUGHTRAIN_SCHEMA": database.schema,
    }
    called = [sys.executable, "-m", "webapp", command, *map(str, arguments)]
    process = subprocess.Popen(called, env=environment, stdin=subprocess.DEVNULL)
    threading.Thread(target=process.wait, daemon=True).start()
