"""The house and its processes: start in order, watch, restart what dies, stop everything."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from models.embedded import EmbeddedServer, EmbeddedServerError
from workflows.supervisor import ports, records
from workflows.supervisor.child import Child, Program
from workflows.supervisor.progress import Progress
from workflows.supervisor.reach import require_reachable
from workflows.supervisor.trouble import CannotRun

DATABASE_FOLDER = "postgresql"
DATABASE_NAME = "throughtrain"
WEB_START_SECONDS = 30.0
STOP_SECONDS = 4.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run, and where.

    `home` holds everything that a run writes. `database_url` None means the embedded server.
    The others are given the database's address once it takes connections. `preparation` is run
    to its end before anything else starts, None where there is nothing to prepare. `programs`
    are then kept running; the one called `web` must come to listen on `host`:`port`. `welcome`
    is said when it does.
    """

    home: Path
    host: str
    port: int
    database_url: str | None
    preparation: Callable[[str], Program | None]
    programs: Callable[[str], list[Program]]
    welcome: str


class StopRequested(BaseException):
    """Somebody asked us to stop (Ctrl-C, a closed terminal, the system going down)."""


class House:
    """All processes of one run."""

    def __init__(self, plan: Plan, progress: Progress | None = None) -> None:
        self.plan = plan
        self.progress = progress or Progress()
        self.server = None if plan.database_url else EmbeddedServer(plan.home / DATABASE_FOLDER)
        self.children: list[Child] = []
        self._owns_server = False
        self._record = records.Record(plan.home / "run.json")

    def run(self) -> None:
        """Start everything, stay until asked to stop, and leave no process behind.

        Raises CannotRun when it cannot start.
        """
        with self._alone(), _stopping_on_signals(), contextlib.ExitStack() as borrowed:
            try:
                self._start(borrowed)
                self.progress.say(self.plan.welcome)
                self._watch()
            except StopRequested:
                self.progress.say("Stopping.")
            except EmbeddedServerError as error:
                raise CannotRun("The database does not run", str(error)) from error
            finally:
                _ignore_signals()
                self._stop()

    def _start(self, borrowed: contextlib.ExitStack) -> None:
        for orphan in records.remove_orphans(self._record.path):
            self.progress.say(f"Removed what an earlier run had left: {orphan}.")
        ports.require_free(self.plan.host, self.plan.port)
        self._record.write()
        url = self._start_database(borrowed)
        self._prepare(url)
        logs = self.plan.home / "log"
        logs.mkdir(exist_ok=True)
        self.children = [Child(_marked(p, self._record), logs) for p in self.plan.programs(url)]
        with self.progress.step("Starting the pages"):
            self._start_web()
        # Only now: they would take the processor from the pages.
        for child in self.children:
            if child.pid is None:
                child.start()

    def _start_database(self, borrowed: contextlib.ExitStack) -> str:
        if self.plan.database_url:
            require_reachable(self.plan.database_url)
            return self.plan.database_url
        assert self.server is not None
        with self.progress.step("Starting the database"):
            # Borrowed for the whole run: a command that ends meanwhile must not stop it.
            borrowed.enter_context(self.server.in_use())
            self._owns_server = True
            self.server.ensure_database(DATABASE_NAME)
        return self.server.url(DATABASE_NAME)

    def _prepare(self, url: str) -> None:
        """Run the preparation in a process of its own, which tells the terminal how far it is."""
        program = self.plan.preparation(url)
        if program is None:
            return
        marked = _marked(program, self._record)
        done = subprocess.run(
            marked.command,
            env={**os.environ, **marked.environment},
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise CannotRun("The city could not be prepared", "what was said above tells why.")

    def _start_web(self) -> None:
        web = next(child for child in self.children if child.program.name == "web")
        web.start()
        give_up_at = time.monotonic() + WEB_START_SECONDS
        while not self._serves(web):
            if web.ended() is not None or time.monotonic() > give_up_at:
                raise CannotRun(
                    "The pages could not be started",
                    f"read {web.log}, which ends with:\n{web.last_words()}",
                )
            time.sleep(LOOK_SECONDS)

    def _serves(self, web: Child) -> bool:
        host, port = self.plan.host, self.plan.port
        return web.pid is not None and ports.listens(web.pid, port) and ports.answers(host, port)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self._revive_database()
            for child in self.children:
                status = child.ended()
                if status is not None and child.program.lasting:
                    self.progress.say(f"{child.program.name} ended ({_cause(status)}); restarting.")
                elif status:
                    self.progress.say(f"{child.program.name} failed: read {child.log}.")
                if child.is_due():
                    child.start()
                if child.is_bereaved and child.program.name != "web":
                    child.bury()
                elif child.is_bereaved and self._serves(child):
                    # What was left of a dead web process has served pages until now.
                    child.let_end()

    def _revive_database(self) -> None:
        if self.server is None or self.server.pid() is not None:
            return
        self.progress.say("The database ended; restarting.")
        try:
            self.server.start()
        except EmbeddedServerError as error:
            self.progress.say(f"{error} Trying again.")
            time.sleep(1.0)

    def _stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        give_up_at = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.stop(give_up_at - time.monotonic())
        if self.server is not None and self._owns_server:
            self.server.stop()
        # Also what was being started at the very moment of the signal.
        records.remove_orphans(self._record.path)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold this home for ourselves; the system lets go of it however we end."""
        self.plan.home.mkdir(parents=True, exist_ok=True)
        with (self.plan.home / "run.lock").open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CannotRun(
                    f"It runs already on {self.plan.home}",
                    "stop that run with Ctrl-C, or name another folder in THROUGHTRAIN_HOME.",
                ) from error
            yield


def _marked(program: Program, record: records.Record) -> Program:
    environment = {**program.environment, records.RUN_VARIABLE: record.token}
    return Program(
        name=program.name,
        command=program.command,
        environment=environment,
        lasting=program.lasting,
    )


def _cause(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


@contextlib.contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """Turn the signals that ask for an end into StopRequested."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise StopRequested

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    """Let the stop run to its end; a second Ctrl-C must leave nothing behind either."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
