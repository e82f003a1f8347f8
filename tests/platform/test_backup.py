"""A backup brings a city back, exactly, and never by accident over another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from models.backup import BackupFailed, back_up, restore
from models.database import Database
from models.people import Person
from tests.bed import Bed


@pytest.fixture
def second(bed: Bed) -> Iterator[Database]:
    """Another database, of this worker alone."""
    name = f"second_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    database = Database(bed.clone(name), pool_size=1)
    yield database
    database.close()
    bed.drop(name)


def fill(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(Person).values(login="zhang", name="张三", phone="139"))


def people(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text("select login, name from people"))]


def test_a_backup_is_restored_into_another_database(
    database: Database, second: Database, tmp_path: Path
) -> None:
    fill(database)
    file = tmp_path / "city.backup"
    assert back_up(database, file) == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    restore(second, file)
    assert people(second) == [("zhang", "张三")]
    fill_again = insert(Person).values(login="li", name="李四")
    with second.transaction() as session:
        session.execute(fill_again)
    assert len(people(second)) == 2


def test_a_broken_backup_changes_nothing(
    database: Database, second: Database, tmp_path: Path
) -> None:
    fill(second)
    file = tmp_path / "city.backup"
    back_up(database, file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BackupFailed):
        restore(second, file)
    assert people(second) == [("zhang", "张三")]
