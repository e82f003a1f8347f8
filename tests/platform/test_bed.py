"""The test bed keeps its promises: a real database, empty for each test, for those who ask."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import func, insert, select

from models.database import Database
from models.people import Person


@pytest.mark.parametrize("_time", [1, 2])
def test_rows_of_one_test_are_gone_for_the_next(database: Database, _time: int) -> None:
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        session.execute(insert(Person).values(login="zhang", name="张三"))


def test_a_test_that_asks_for_no_database_reaches_none() -> None:
    with pytest.raises(AssertionError, match="fixture `database`"):
        psycopg.connect("postgresql://localhost/anything")
