"""Backing up a city and bringing it back: one file with all its tables, attachments included."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from sqlalchemy import text

from models import migrations
from models.database import Database
from models.postgres_binaries import binary, service_account
from models.schema_version import applied
from models.trouble import Trouble

# What a dump of a newer server says and an older one does not know; it changes no data.
UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;"
LOCK_PATIENCE = "10s"


class BackupFailed(Trouble):
    """The backup could not be written or brought back; the text says why."""


def back_up(database: Database, file: Path) -> int:
    """Write the city to `file` (compressed, readable by its owner only); return its size in bytes.

    The city may go on working meanwhile: the backup is one consistent moment. The file appears
    under its name only when it is complete.
    """
    partial = file.with_name(f"{file.name}.partial")
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--schema={database.schema}"]
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            done = _start("pg_dump", arguments, database, stdout=out)
            _, said = done.communicate()
        _require(done, said)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size


def restore(database: Database, file: Path, *, replace: bool = False) -> None:
    """Bring the city back from `file`, all or nothing, and migrate it to this version.

    Refuses to overwrite a city that has cases unless `replace` is set. Stop web and workers
    first: what they hold locked cannot be replaced.
    """
    if not replace and _has_cases(database):
        raise BackupFailed(
            "This city has cases that the backup would replace: say --replace if that is meant."
        )
    with file.open("rb") as read:
        reading = _start("pg_restore", ["--file=-", "--no-owner"], database, stdin=read)
        writing = _start(
            "psql",
            ["--single-transaction", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"],
            database,
            stdin=subprocess.PIPE,
        )
        assert reading.stdout is not None
        assert writing.stdin is not None
        schema = database.schema
        try:
            writing.stdin.write(f"set lock_timeout = '{LOCK_PATIENCE}';\n".encode())
            writing.stdin.write(f'drop schema if exists "{schema}" cascade;\n'.encode())
            for line in reading.stdout:
                if line.rstrip() != UNKNOWN_TO_OLDER:
                    writing.stdin.write(line)
            _, said = reading.communicate()
            if reading.returncode:
                writing.kill()
            _require(reading, said)
        except BrokenPipeError:
            reading.kill()
        _, said = writing.communicate()
        _require(writing, said)
    database.engine.dispose()
    migrations.upgrade(database)


def _has_cases(database: Database) -> bool:
    if applied(database) is None:
        return False
    with database.reading() as session:
        return bool(session.scalar(text("select exists (select from cases)")))


def _start(
    program: str,
    arguments: Sequence[str],
    database: Database,
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start one of PostgreSQL's programs on the city's database, its password out of sight."""
    account = service_account()
    return subprocess.Popen(
        [str(binary(program)), *arguments],
        env={**os.environ, **_libpq_environment(database)},
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd="/",
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
    )


def _libpq_environment(database: Database) -> dict[str, str]:
    url = database.url
    query = {key: str(value) for key, value in url.query.items()}
    named = {
        "PGHOST": query.get("host", url.host),
        "PGPORT": query.get("port", str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    return {key: value for key, value in named.items() if value}


def _require(done: subprocess.Popen[bytes], said: bytes) -> None:
    if done.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise BackupFailed(lines[-1])
