"""The migrations and the models say the same."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from models import migrations
from models.database import Database
from models.schema_version import applied, latest
from models.tables import Base
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


def test_the_newest_file_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(migrations.FOLDER)).get_current_head() == latest()
