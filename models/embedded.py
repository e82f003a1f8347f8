"""The embedded PostgreSQL: the server that laptops and tests run, from a wheel's binaries."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import getpass
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from models.postgres_binaries import (
    MAJOR_VERSION,
    binary,
    give_to_service,
    reachable_folder,
    run_binary,
    service_account,
)
from models.trouble import Trouble

SUPERUSER = "throughtrain"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
LEAST_FREE_BYTES = 200 * 1024 * 1024
START_SECONDS = 30.0
STOP_SECONDS = 8.0
POLL_SECONDS = 0.02

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "warning",
}
if sys.platform == "linux":
    # After a kill one call brings the disk up to date instead of one for each of 1,500 files.
    SETTINGS["recovery_init_sync_method"] = "syncfs"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedServerError(Trouble):
    """The embedded PostgreSQL could not do what was asked; the text says why and what to do."""


@dataclass(frozen=True)
class Postmaster:
    """What `postmaster.pid` says about a running server."""

    pid: int
    socket_folder: Path
    ready: bool


class EmbeddedServer:
    """One PostgreSQL server on one data folder, reached through a Unix socket.

    `folder` holds the data, its log and its locks. `durable=False` trades the
    promise to survive a power cut for speed; tests use it.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = reachable_folder(folder.absolute())
        self.durable = durable
        self.data = self.folder / "data"
        self.log = self.folder / "postgresql.log"
        self._child: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy address of one database of this server."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.socket_folder}"

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: beside the data, or in a short folder if that path is too long."""
        if len(os.fsencode(self.data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"throughtrain-{name}"

    def pid(self) -> int | None:
        """Return the process id of the running server, or None."""
        if self._child is not None:
            self._child.poll()
        found = self._postmaster()
        return found.pid if found else None

    def is_ready(self) -> bool:
        """Tell whether the server runs and takes connections."""
        found = self._postmaster()
        return found is not None and found.ready

    def start(self) -> bool:
        """Start the server unless it runs; return whether this call started it.

        The first start lays the data folder. Waits until connections are taken.
        Raises EmbeddedServerError with a sentence that says what to do.
        """
        try:
            with self._locked():
                if self.is_ready():
                    return False
                self._refuse_unusable()
                if not (self.data / "PG_VERSION").exists():
                    self._lay()
                self._launch()
                return True
        except OSError as error:
            raise EmbeddedServerError(_explain(str(error), self.folder)) from error

    def stop(self) -> None:
        """Stop the server, quickly and in order; sessions are ended. Does nothing if none runs."""
        with self._locked():
            for number, patience in (
                (signal.SIGINT, STOP_SECONDS),
                (signal.SIGQUIT, STOP_SECONDS / 2),
                (signal.SIGKILL, STOP_SECONDS / 2),
            ):
                pid = self.pid()
                if pid is None:
                    return
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
                if _wait(lambda: self.pid() is None, patience):
                    return

    def ensure_database(self, name: str) -> None:
        """Create the database `name` unless it exists."""
        with self._connect() as connection:
            row = connection.execute("select 1 from pg_database where datname = %s", [name])
            if row.fetchone() is None:
                with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                    connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    @contextlib.contextmanager
    def in_use(self) -> Iterator[EmbeddedServer]:
        """Lend the running server, starting it when none runs.

        The last borrower stops what a borrower started; a server that the
        supervisor owns is left alone, because the supervisor borrows it too.
        """
        with (self._lock_file("users.lock")).open("a+b") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.start()
            try:
                yield self
            finally:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass
                else:
                    self.stop()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.socket_folder), user=SUPERUSER, dbname="postgres", autocommit=True
        )

    def _lock_file(self, name: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / name

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock_file("server.lock").open("a+b") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _postmaster(self) -> Postmaster | None:
        """Read `postmaster.pid`, believing it only if the process is this folder's server."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
            process = psutil.Process(pid)
            command = process.cmdline()
            if process.status() == psutil.STATUS_ZOMBIE or str(self.data) not in command:
                return None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return Postmaster(pid=pid, socket_folder=self.socket_folder, ready=ready)

    def _refuse_unusable(self) -> None:
        if shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
            raise EmbeddedServerError(_explain(os.strerror(errno.ENOSPC), self.folder))
        with contextlib.suppress(FileNotFoundError):
            version = (self.data / "PG_VERSION").read_text().strip()
            if version != str(MAJOR_VERSION):
                raise EmbeddedServerError(
                    f"The data in {self.folder} were written by PostgreSQL {version}, this is"
                    f" {MAJOR_VERSION}: move the folder away and restore a backup."
                )

    def _lay(self) -> None:
        """Make the data folder aside and move it into place, so that no half of it is ever used."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        give_to_service(fresh)
        arguments = ["--pgdata", str(fresh), "--username", SUPERUSER, "--auth=trust"]
        arguments += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        arguments += ["--builtin-locale=C.UTF-8", "--no-instructions"]
        arguments += [] if self.durable else ["--no-sync"]
        done = run_binary("initdb", arguments)
        if done.returncode:
            raise EmbeddedServerError(_explain(done.stderr, self.folder))
        fresh.rename(self.data)

    def _launch(self) -> None:
        """Start `postgres` and wait; a predecessor that is just dying is waited for."""
        self._prepare_socket_folder()
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            self._spawn()
            if self._await_ready(give_up_at):
                return
            tail = self._log_tail()
            dying = "lock file" in tail or "shared memory block" in tail
            if not dying or time.monotonic() > give_up_at:
                raise EmbeddedServerError(_explain(tail, self.folder))
            time.sleep(0.1)

    def _spawn(self) -> None:
        stale = self.data / "postmaster.pid"
        if stale.exists() and self._postmaster() is None:
            stale.unlink()
        settings = SETTINGS | (DURABLE if self.durable else FLEETING)
        settings["unix_socket_directories"] = str(self.socket_folder)
        command = [str(binary("postgres")), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        account = service_account()
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data.parent,
                start_new_session=True,
                user=account.user,
                group=account.group,
                extra_groups=account.extra_groups,
            )

    def _await_ready(self, give_up_at: float) -> bool:
        child = self._child
        assert child is not None
        _wait(lambda: child.poll() is not None or self.is_ready(), give_up_at - time.monotonic())
        return self.is_ready()

    def _prepare_socket_folder(self) -> None:
        if self.socket_folder == self.data:
            return
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        give_to_service(self.socket_folder)

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-6:])


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until `condition` holds; return whether it did within `seconds`."""
    give_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _explain(said: str, folder: Path) -> str:
    """Turn what the system or PostgreSQL said into one sentence with what to do."""
    if "No space left" in said:
        return f"The disk that holds {folder} is full: free at least 300 MB and start again."
    if "Permission denied" in said:
        return (
            f"The folder {folder} may not be used by {getpass.getuser()}:"
            " change its owner, or name another folder in THROUGHTRAIN_HOME."
        )
    last = said.strip().splitlines()[-1] if said.strip() else "it said nothing"
    return f"The embedded PostgreSQL in {folder} did not start ({last}): see its log there."
