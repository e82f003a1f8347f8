"""The statistics page: counts told apart with their denominators, by time, place and reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from models.cases import Case
from models.queries.statistics import Figures, Filter, statistics
from models.receptions import Decision, Reception
from models.replays import ReplayedFigures
from models.scores import Reply, Score
from models.units import Unit
from tests.pages.reader import Reader
from tests.pages.town import MONDAY, Town
from workflows.actor import SYSTEM
from workflows.worktime import local_day

As = Callable[[str], Reader]


def alter(town: Town, case_id: int, **columns: Any) -> None:
    """Write columns of a case."""
    with town.city.database.transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(**columns))


def answer(town: Town, case_id: int, result: str, solved: bool | None = None) -> None:
    """Write a reply to a case, and the company's word on it."""
    with town.city.database.transaction() as session:
        session.execute(
            insert(Reply).values(
                case_id=case_id,
                step=1,
                number=f"答{case_id}-{result}",
                result=result,
                text="",
                sent_at=MONDAY,
            )
        )
        if solved is not None:
            session.execute(
                insert(Score).values(
                    case_id=case_id, round=1, step=1, points=90, solved=solved, scored_at=MONDAY
                )
            )


def decide(town: Town, case_id: int) -> None:
    """Put a case at the table of the session that was held."""
    with town.city.database.transaction() as session:
        held = session.scalar(select(Reception.id).where(Reception.state == "held"))
        session.execute(
            insert(Decision).values(
                case_id=case_id, reception_id=held, step=1, text="处方", decided_at=MONDAY
            )
        )


def counted(town: Town) -> dict[str, int]:
    """Return the figures of everything until the clock's day."""
    with town.city.database.reading() as session:
        wanted = Filter(scope=SYSTEM.scope, today=local_day(town.clock()))
        return statistics(session, wanted).whole.as_json()


def test_a_case_handed_down_to_a_town_counts_for_its_county(town: Town) -> None:
    case_id = town.submit().case_id
    with town.city.database.transaction() as session:
        county = session.scalars(select(Unit.id).where(Unit.key == "north")).one()
        row = {"key": "brook", "name": "溪镇", "kind": "town", "parent_id": county}
        place = insert(Unit).values(**row, county_id=county).returning(Unit.id)
        below = session.scalars(place).one()
    alter(town, case_id, place_id=below)
    with town.city.database.reading() as session:
        today = local_day(town.clock())
        everywhere = statistics(session, Filter(scope=SYSTEM.scope, today=today))
        wanted = Filter(scope=SYSTEM.scope, today=today, place_id=county)
        assert statistics(session, wanted).whole.cases == 1
    assert everywhere.by_place[county].cases == 1
    assert below not in everywhere.by_place


def test_counts_are_told_apart(town: Town) -> None:
    cases = [town.submit(f"第 {number} 件").case_id for number in range(5)]
    alter(town, cases[0], state="closed")
    alter(town, cases[1], state="closed")
    alter(town, cases[2], state="declined")
    answer(town, cases[0], "solved", solved=True)
    answer(town, cases[1], "solved")
    answer(town, cases[3], "explained", solved=False)
    decide(town, cases[1])
    decide(town, cases[3])
    assert counted(town) == {
        "sessions": 1,
        "receptions": 1,
        "companies": 1,
        "cases": 5,
        "on_site_companies": 1,
        "on_site_cases": 2,
        "closed": 2,
        "closed_on_site": 1,
        "solved": 2,
        "solved_on_site": 1,
        "confirmed": 1,
        "scored": 2,
        "refused": 1,
    }


def test_the_last_reply_counts(town: Town) -> None:
    case = town.submit().case_id
    answer(town, case, "explained")
    assert counted(town)["solved"] == 0
    answer(town, case, "solved")
    assert counted(town)["solved"] == 1


def test_a_split_case_counts_once_and_is_solved_when_all_its_parts_are(town: Town) -> None:
    whole, first, second = (town.submit(title).case_id for title in ("整件", "其一", "其二"))
    for part in (first, second):
        alter(town, part, origin="part", parent_id=whole, state="closed")
    decide(town, first)
    decide(town, second)
    answer(town, first, "solved", solved=True)
    found = counted(town)
    assert (found["cases"], found["closed"], found["solved"]) == (1, 0, 0)
    assert (found["on_site_cases"], found["closed_on_site"]) == (1, 0)
    alter(town, whole, state="closed")
    answer(town, second, "solved", solved=True)
    found = counted(town)
    assert (found["cases"], found["closed"], found["solved"], found["confirmed"]) == (1, 1, 1, 1)
    assert found["closed_on_site"] == 1


def test_sessions_on_the_same_day_in_several_places_count_once(town: Town) -> None:
    with town.city.database.transaction() as session:
        held = session.scalars(select(Reception).where(Reception.state == "held")).one()
        north = session.scalar(select(Unit.id).where(Unit.key == "north"))
        session.execute(
            insert(Reception).values(
                place_id=north, title="北县", held_on=held.held_on, state="held"
            )
        )
    found = counted(town)
    assert (found["sessions"], found["receptions"]) == (1, 2)


def test_each_rate_names_its_denominator(town: Town, as_: As) -> None:
    for number in range(3):
        case = town.submit(f"第 {number} 件").case_id
    alter(town, case, state="closed")
    answer(town, case, "solved", solved=True)
    page = as_("supervisor").get("/statistics/")
    assert "1/3 = 33%" in page.words
    assert "占提交的诉求" in page.words
    assert page.one("//h2[@id='whole-heading']").text_content() == "2026"
    assert "2026-03" in page.words


def test_the_year_the_step_and_the_place_narrow_it(town: Town, as_: As) -> None:
    town.submit()
    reader = as_("leader")
    assert "1/1" not in reader.get("/statistics/?year=2025").words
    assert "没有可统计的内容" in reader.get("/statistics/?year=2024&step=year").words
    assert "2026 年第 1 季度" in reader.get("/statistics/?step=quarter").words
    assert "0/1 = 0%" in reader.get("/statistics/?place=city&year=0").words
    assert "0/1 = 0%" not in reader.get("/statistics/?place=north").words


def test_reported_figures_stand_beside_those_computed(town: Town, as_: As) -> None:
    with town.city.database.transaction() as session:
        session.execute(
            insert(ReplayedFigures).values(
                name="a-year",
                period="2019",
                figures=Figures(cases=75, solved=58, sessions=10).as_json(),
                reported={
                    "title": "某县 2019 年",
                    "title_en": "A county's 2019",
                    "sentence": "受理75件，解决59件。",
                    "source": "年度报道",
                    "figures": {"cases": 75, "solved": 59},
                },
                played_at=town.clock() - timedelta(days=1),
            )
        )
        session.execute(
            insert(ReplayedFigures).values(name="a-year", period="2019-01", played_at=town.clock())
        )
    page = as_("auditor").get("/statistics/")
    assert len(page.all("//section[starts-with(@id,'') and .//blockquote]")) == 1
    assert "受理75件，解决59件。" in page.words
    assert "相差 -1" in page.words
    assert "一致" in page.words
    assert "58/75 = 77%" in page.words


def test_others_may_not_read_it(as_: As) -> None:
    as_("registry").get("/statistics/", status=403)
    as_("company").get("/statistics/", status=403)
