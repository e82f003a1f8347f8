"""The domain's words in FEEL: what they know of the case, its units and its deadlines."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from models.tables import Case, Deadline, Person, Position, Unit
from tests.operations.conftest import NOW, Bench
from workflows.feel import FeelError
from workflows.operations.context import CaseChanges, TimeMove
from workflows.vocabulary import WORDS, Vocabulary

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-an-expression.md"
DAY = timedelta(days=1)


def say(bench: Bench, case_id: int, word: str, *given: Any, **changed: Any) -> Any:
    """Call a word for a case, a week and a day after it was submitted."""
    with bench.city.database.reading() as session:
        found = Vocabulary(
            bench.city,
            session,
            case=session.get_one(Case, case_id),
            changes=CaseChanges(**changed),
            facts={},
            now=NOW + 8 * DAY,
        )
        return found.functions()[word](*given)


def test_every_word_is_explained_and_can_be_called(bench: Bench) -> None:
    page = PAGE.read_text(encoding="utf-8")
    with bench.city.database.reading() as session:
        case = session.get_one(Case, bench.case())
        found = Vocabulary(
            bench.city, session, case=case, changes=CaseChanges(), facts={}, now=NOW
        ).functions()
    assert set(found) == {word.name for word in WORDS}
    for word in WORDS:
        assert f"`{word.signature}`" in page, word.name


def test_days_that_are_not_there_are_called_so(bench: Bench) -> None:
    case_id = bench.case()
    for word, given in (("workdays", (None,)), ("workdays_after", (NOW, None))):
        with pytest.raises(FeelError, match="number of days is nothing"):
            say(bench, case_id, word, *given)


@pytest.fixture
def section(bench: Bench) -> str:
    """A section under the county's transport bureau, with a head."""
    with bench.city.database.transaction() as session:
        row = {"key": "quay_section", "name": "码头科", "kind": "section"}
        above = bench.place_id("huidong_transport")
        unit = session.scalars(insert(Unit).returning(Unit.id), [{**row, "parent_id": above}]).one()
        person = session.scalars(
            insert(Person).returning(Person.id), [{"login": "guan", "name": "关"}]
        ).one()
        session.execute(insert(Position), [{"person_id": person, "unit_id": unit, "role": "head"}])
    bench.city.forget()
    return "quay_section"


def test_sections_and_heads_are_named(bench: Bench, section: str) -> None:
    case_id = bench.case()
    assert section in say(bench, case_id, "sections_of", "huidong_transport")
    assert say(bench, case_id, "head_of", section) == "guan"
    assert say(bench, case_id, "head_of", "huidong_transport") not in ("guan", None)
    assert say(bench, case_id, "sections_of", section) == []
    for word in ("sections_of", "head_of"):
        assert not say(bench, case_id, word, None)
        assert not say(bench, case_id, word, "nowhere")


def test_the_office_nearest_to_a_place_is_named(bench: Bench) -> None:
    case_id = bench.case()
    assert say(bench, case_id, "office", "dispatcher", "huidong") == "huidong_service_office"
    assert say(bench, case_id, "office", "dispatcher", None) == "service_office"
    assert say(bench, case_id, "office", "dispatcher", "nowhere") is None


def test_lead_and_place_are_those_of_the_step(bench: Bench) -> None:
    case_id = bench.case()
    assert say(bench, case_id, "lead_unit") is None
    led = bench.place_id("huidong_housing")
    assert say(bench, case_id, "lead_unit", lead_unit_id=led) == "huidong_housing"
    assert say(bench, case_id, "place_kind") == "county"
    assert say(bench, case_id, "place_kind", place_id=bench.place_id("city")) == "city"


def test_the_newest_due_time_of_a_task_is_known_even_when_it_is_done(bench: Bench) -> None:
    case_id = bench.case()
    assert say(bench, case_id, "deadline_of", "work") is None
    for number in (1, 2):
        row = {
            "case_id": case_id,
            "kind": "due",
            "task_id": UUID(int=number),
            "process": "p",
            "element": "work",
            "started_at": NOW,
            "due_at": NOW + number * DAY,
        }
        with bench.city.database.transaction() as session:
            session.execute(insert(Deadline), [row])
    assert say(bench, case_id, "deadline_of", "work") == NOW + 2 * DAY
    with bench.city.database.transaction() as session:
        session.execute(update(Deadline).values(ended_at=NOW, end="met"))
    assert say(bench, case_id, "deadline_of", "work") == NOW + 2 * DAY
    asked = TimeMove(kind="extend", reason="", element="work", until=NOW + 9 * DAY)
    assert say(bench, case_id, "deadline_of", "work", moves=[asked]) == NOW + 9 * DAY


def test_the_age_counts_working_days(bench: Bench) -> None:
    assert say(bench, bench.case(), "elapsed_workdays") == Decimal(6)
