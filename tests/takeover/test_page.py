"""A case that was taken over shows the number that it has in the office's register."""

from __future__ import annotations

from sqlalchemy import insert, select

from models.cases import Case
from models.database import Database
from models.takeovers import TakenOver
from tests.pages.reader import Reader
from tests.pages.town import lay


def test_the_offices_own_number_is_on_the_case_page(database: Database) -> None:
    town = lay(database)
    known, other = town.submit("接续的诉求").case_id, town.submit("新的诉求").case_id
    with database.transaction() as session:
        process_id = session.scalar(select(Case.process_id).where(Case.id == known))
        session.execute(
            insert(TakenOver).values(
                case_id=known,
                process_id=process_id,
                own_number="2025-031",
                file="register.xlsx",
                line=2,
                taken_at=town.clock(),
            )
        )
    reader = Reader(town.app).sign_in("dispatcher")
    page = reader.get(f"/cases/{known}").words
    assert "原登记编号" in page
    assert "2025-031" in page
    assert "原登记编号" not in reader.get(f"/cases/{other}").words
