"""The demo cases: laid around today, played once, in every stage and light, resumable."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

import bpmn
from models.cases import Case, Step
from models.database import Database
from models.receptions import Reception
from models.scores import Score
from models.work import WorkItem
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.calendars import published_days
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.demo import cases, plan
from workflows.demo.cases import YEAR, play_cases
from workflows.demo.city import seed_city, session_day
from workflows.lights import colour
from workflows.play.player import Player
from workflows.replay import rows
from workflows.replay.moments import Almanac
from workflows.verify import verify
from workflows.worktime import Calendar, local_day

NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)
"""A Wednesday afternoon in Shanghai."""
BUNDLE = Path(bpmn.__file__).parent / "through_train"


@pytest.fixture
def city(database: Database) -> City:
    """The demo city with its process, and no case yet."""
    found = City(database)
    seed_city(found, NOW)
    deploy(found, SYSTEM, files_of_folder(BUNDLE), now=NOW, reason="test")
    return found


@pytest.mark.long
@pytest.mark.timeout(300)
def test_all_of_it_is_played_in_every_stage_and_light(
    city: City, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[int, int]] = []
    assert play_cases(city, NOW, lambda done, of: told.append((done, of))) >= 100
    assert told[-1][0] == told[-1][1] == len(told)
    assert play_cases(city, NOW) == 0
    assert [record.refused for record in caplog.records if hasattr(record, "refused")] == []
    with city.database.reading() as session:
        rows = session.execute(
            select(WorkItem.due_at, WorkItem.warn_at, WorkItem.paused_at).where(
                WorkItem.state == "open"
            )
        )
        lights = Counter(colour(*row, NOW) for row in rows if row.due_at is not None)
        stages = set(session.scalars(select(Case.stage).where(Case.state == "open")))
        states = Counter(session.scalars(select(Case.state)))
        scores = session.scalar(select(func.count()).select_from(Score))
        held = session.scalar(select(func.count()).where(Case.held))
        past = set(session.scalars(select(Reception.state).where(Reception.held_on < NOW.date())))
        newest = session.scalar(select(func.max(Step.at)))
        own = select(Case.submitted_at).where(Case.origin == "").order_by(Case.number)
        days = session.scalars(own).all()
    assert set(lights) == {"green", "yellow", "red", "grey"}
    assert stages == {stage.key for stage in city_stages(city)}
    assert states["open"] >= 40
    assert states["closed"] >= 60
    assert states["declined"] == 2
    assert (scores or 0) >= 20
    assert held == 0
    assert past == {"held"}
    assert newest is not None
    assert newest <= NOW
    assert days == sorted(days)
    assert verify(city).broken == ()


def test_what_was_cut_off_goes_on_where_it_was(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """The process ends here."""

    year = rows.read(YEAR)
    few = year.cases[:70:9]
    others = frozenset(row.case for row in year.cases if row not in few)
    monkeypatch.setattr(rows, "read", lambda name: year.without(cases=others))
    plays = iter(range(31))

    def kill_at_last(*arguments: object) -> int:
        if next(plays, None) is None:
            raise Killed
        return original(*arguments)

    original = Player.do
    monkeypatch.setattr(Player, "do", kill_at_last)
    with pytest.raises(Killed):
        play_cases(city, NOW)
    monkeypatch.setattr(Player, "do", original)
    before = count(city)
    with city.database.reading() as session:
        assert session.scalar(select(func.count()).where(Case.held)) == 1
    assert play_cases(city, NOW + timedelta(minutes=3)) > 1
    assert before < count(city) == len(few)
    assert set(titles_of(city)) == {row.values["title"] for row in few}
    assert verify(city).broken == ()


def test_while_one_process_plays_another_does_nothing(city: City) -> None:
    with cases._alone(city) as first, cases._alone(city) as second:
        assert (first, second) == (True, False)


def test_nothing_is_played_in_a_city_that_is_not_the_demos(database: Database) -> None:
    assert play_cases(City(database), NOW) == 0


@pytest.mark.parametrize("hour", [0, 8, 9, 14, 23])
@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-25", "2026-02-18", "2026-10-10"])
def test_every_case_is_laid_in_working_time_before_now(day: str, hour: int) -> None:
    now = datetime.fromisoformat(f"{day}T{hour:02}:45+08:00")
    calendar = Calendar(version="1", last_on=date(2026, 12, 31), days=published_days())
    month = now.year * 12 + now.month - 1
    held = [(session_day(calendar, month + step), step) for step in range(-9, 4)]
    places = [unit.key for unit in plan.units() if unit.kind in ("city", "county")]
    almanac = Almanac(now=now, calendar=calendar, sessions=dict.fromkeys(places, held))
    year = rows.read(YEAR)
    for row in year.cases:
        on = almanac.session(row.values["place"], int(row.session))[0] if row.session else None
        acts = year.acts_by_case.get(row.case, ())
        moments = almanac.moments([row.at, *(act.at for act in acts)], on)
        assert moments == sorted(moments)
        for moment in moments:
            assert moment < now
            assert calendar.is_workday(local_day(moment))


def count(city: City) -> int:
    """Return how many cases there are."""
    return len(titles_of(city))


def titles_of(city: City) -> list[str]:
    """Return the titles of all cases."""
    with city.database.reading() as session:
        return list(session.scalars(select(Case.title)))


def city_stages(city: City) -> tuple[object, ...]:
    """Return the stages of the demo's process."""
    with city.database.reading() as session:
        return city.library.current(rows.read(YEAR).process, session).bundle.stages
