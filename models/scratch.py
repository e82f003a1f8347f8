"""A database to throw away: made beside the real one, used by what must not touch it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psutil
import psycopg
from psycopg import sql

from models.database import driver_url

PREFIX = "throughtrain_scratch_"
VACUUM_SECONDS = 10.0


@contextmanager
def scratch(url: str) -> Iterator[str]:
    """Make an empty database on the server that `url` names, lend its address, drop it.

    Also drops those that killed processes of this machine have left behind.
    """
    address = driver_url(url)
    name = f"{PREFIX}{os.getpid()}"
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as admin:
        _drop_abandoned(admin)
        drop(admin, name)
        admin.execute(_statement("create database {} template template0 encoding 'UTF8'", name))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(plain, autocommit=True) as admin:
            drop(admin, name)


def drop(admin: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    """Drop a database if it exists, ending its sessions.

    A plain account may not end the server's own vacuum there, which is soon done by itself.
    """
    give_up_at = time.monotonic() + VACUUM_SECONDS
    while True:
        try:
            admin.execute(_statement("drop database if exists {} with (force)", name))
            return
        except psycopg.errors.InsufficientPrivilege:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.2)


def _drop_abandoned(admin: psycopg.Connection[tuple[Any, ...]]) -> None:
    found = admin.execute(
        "select d.datname from pg_database d where starts_with(d.datname, %s)"
        " and not exists (select from pg_stat_activity a where a.datname = d.datname)",
        [PREFIX],
    )
    for (name,) in found.fetchall():
        owner = str(name).removeprefix(PREFIX)
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            admin.execute(_statement("drop database if exists {}", str(name)))


def _statement(text: LiteralString, name: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(name))
