"""Where this installation lives and what it runs on, read from the environment."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workflows.supervisor import CannotRun, require_reachable


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says.

    `home` holds the embedded database, logs and the secret key. `database_url` names a server
    of the city's own, None means the embedded one. `schema` is the city's. `threads` is the
    number of requests that a web process handles at once, and of its database connections.
    """

    home: Path
    database_url: str | None
    schema: str
    threads: int
    city_name: str
    hotline: str
    proxies: int

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings of this process."""
        return cls(
            home=_home(environment),
            database_url=environment.get("DATABASE_URL") or None,
            schema=environment.get("THROUGHTRAIN_SCHEMA", "public"),
            threads=_number(environment, "THROUGHTRAIN_THREADS", 6),
            city_name=environment.get("THROUGHTRAIN_CITY_NAME", ""),
            hotline=environment.get("THROUGHTRAIN_HOTLINE", "12345"),
            proxies=_number(environment, "THROUGHTRAIN_TRUSTED_PROXIES", 0),
        )

    def secret_key(self) -> str:
        """Return the key that signs sessions, made and kept in `home` unless the city names one."""
        named = os.environ.get("THROUGHTRAIN_SECRET_KEY")
        if named:
            return named
        path = self.home / "secret-key"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(dir=self.home)
            with os.fdopen(handle, "w") as fresh:
                fresh.write(secrets.token_hex(32))
            # Linked, not moved: where two processes make a key at once, the first one stays.
            with suppress(FileExistsError):
                os.link(written, path)
            os.unlink(written)
        return path.read_text()

    def require_server(self) -> str:
        """Return DATABASE_URL; raise CannotRun where it is missing or cannot be reached."""
        if self.database_url is None:
            raise CannotRun("DATABASE_URL is not set", "name the city's PostgreSQL server in it.")
        require_reachable(self.database_url)
        return self.database_url


def _home(environment: Mapping[str, str]) -> Path:
    if named := environment.get("THROUGHTRAIN_HOME"):
        return Path(named).absolute()
    data = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "throughtrain"


def _number(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    given = environment.get(name) or str(otherwise)
    if not given.isdecimal():
        raise CannotRun(f"{name} is {given!r}, not a number", f"write {name}={otherwise}.")
    return int(given)
