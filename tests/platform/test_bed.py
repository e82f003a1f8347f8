"""The test bed keeps its promises: a real database, empty for each test, for those who ask."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import text

from models.database import Database

INSERT = text("insert into case_counts (case_id, what, count) values (1, 'returns', 1)")


@pytest.mark.parametrize("_time", [1, 2])
def test_rows_of_one_test_are_gone_for_the_next(database: Database, _time: int) -> None:
    with database.transaction() as session:
        session.execute(text("set local session_replication_role = replica"))
        assert session.scalar(text("select count(*) from case_counts")) == 0
        session.execute(INSERT)


def test_a_test_that_asks_for_no_database_reaches_none() -> None:
    with pytest.raises(AssertionError, match="fixture `database`"):
        psycopg.connect("postgresql://localhost/anything")
