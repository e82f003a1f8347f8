"""The migrations and the models say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Time,
    Uuid,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import sort_tables

from models import migrations
from models.database import Database
from models.schema_version import applied, latest
from models.tables import Base, Case, WorkItem
from tests.bed import Bed


def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {"compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_a_city_is_a_schema_with_its_own_tables(bed: Bed) -> None:
    url = bed.clone("cities")
    city = Database(url, schema="anshun", pool_size=1)
    assert applied(city) is None
    assert migrations.upgrade(city)
    assert not migrations.upgrade(city)
    with city.reading() as session:
        counted = text(
            "select count(*) from pg_tables where schemaname = 'anshun'"
            " and tablename in ('cases', 'steps')"
        )
        assert session.scalar(counted) == 2
    city.close()
    bed.drop("cities")


def test_a_city_with_data_goes_on_from_the_version_before(bed: Bed) -> None:
    url = bed.clone("grown_city")
    city = Database(url, schema="anshun", pool_size=1)
    with city.transaction() as session:
        connection = session.connection()
        connection.execute(text("create schema anshun"))
        command.upgrade(migrations.configuration(connection), "0002")
        before = MetaData(schema="anshun")
        before.reflect(connection)
        tables = before.tables.values()
        for table in sort_tables(tables, skip_fn=_may_be_empty):
            if table.name != "alembic_version":
                _fill(connection, table)
    assert migrations.upgrade(city)
    with city.reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.origin, case.enterprise_id) == ("", 1)
        assert session.scalars(select(WorkItem.name_en)).one() == ""
    city.close()
    bed.drop("grown_city")


ALLOWED = {
    "units.kind": "city",
    "positions.role": "handler",
    "receptions.state": "planned",
    "cases.state": "open",
    "work_items.state": "open",
    "work_items.role": "enterprise",
    "deadlines.kind": "due",
    "steps.kind": "start",
}
VALUES: dict[type[Any], Any] = {
    BigInteger: 1,
    Text: "x",
    DateTime: datetime(2026, 3, 2, tzinfo=UTC),
    Date: date(2026, 3, 2),
    Time: time(9),
    Boolean: True,
    JSONB: {},
    LargeBinary: b"",
    Uuid: UUID(int=1),
}


def _may_be_empty(key: Any) -> bool:
    """Whether a foreign key's column need not be filled in (the types say a constraint's)."""
    return bool(key.parent.nullable)


def _fill(connection: Connection, table: Table) -> None:
    """Enter a row with what every column has to have."""
    row = {
        column.name: ALLOWED.get(f"{table.name}.{column.name}")
        or next(value for kind, value in VALUES.items() if isinstance(column.type, kind))
        for column in table.columns
        if not column.nullable
    }
    for column in table.columns:
        if column.identity is not None:
            row.pop(column.name, None)
    connection.execute(insert(table).values(row))


def test_the_newest_file_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(migrations.FOLDER)).get_current_head() == latest()
