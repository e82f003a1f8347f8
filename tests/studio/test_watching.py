"""Watching a process: figures counted by hand, the ways taken, the path of a case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from models.cases import Case
from models.people import Person, Position
from models.queries import watching_times
from models.queries.spans import covered
from models.queries.standing import Watched
from models.queries.visibility import Scope
from models.queries.watching import Overview, overview
from models.queries.watching_times import NOTHING, Measured, ended_cases, times
from models.queries.watching_ways import flows_of, ways
from models.spans import Span, SpanTimes
from models.work import WorkItem
from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, Town
from workflows.actions import spans
from workflows.actions.deployment import deploy
from workflows.actions.recall import recall
from workflows.actions.tasks import claim, complete
from workflows.actor import SYSTEM, Actor, Post
from workflows.definitions.bundle import files_of_folder
from workflows.verify import verify
from workflows.watching import catching, within, workdays

NO_SPREADS = dict.fromkeys(("whole", "waiting", "in_hand"), NOTHING)
FRIDAY_EVENING = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
"""18:00 in Shanghai."""
MONDAY_MORNING = datetime(2026, 3, 8, 22, 0, tzinfo=UTC)
"""06:00 in Shanghai on the Monday after: half a working day later."""
ENTRIES = {
    "level": ["city"],
    "urgency": ["normal"],
    "remark": ["属实"],
    "decline_reason": ["court"],
}


def actor(town: Town, login: str) -> Actor:
    """Return somebody of the small city as an actor."""
    with town.city.database.reading() as session:
        person = session.scalars(select(Person).where(Person.login == login)).one()
        held = session.scalars(select(Position).where(Position.person_id == person.id))
        posts = tuple(Post(unit_id=one.unit_id, role=one.role) for one in held)
    return Actor(name=person.name, person_id=person.id, login=login, posts=posts)


def do(town: Town, case_id: int, login: str, outcome: str = "accept") -> None:
    """Complete the one open task of a case."""
    entries = {**ENTRIES, "outcome": [outcome]}
    complete(town.city, actor(town, login), town.item_id(case_id), entries, now=town.clock())


def alter(town: Town, case_id: int, element: str, **columns: Any) -> None:
    """Write columns of a case's tasks at an element."""
    wanted = (WorkItem.case_id == case_id, WorkItem.element == element)
    with town.city.database.transaction() as session:
        session.execute(update(WorkItem).where(*wanted).values(**columns))


def standing(town: Town, **narrowed: Any) -> Overview:
    """Return where the open cases stand."""
    with town.city.database.reading() as session:
        case = session.scalars(select(Case).limit(1)).one()
        definition = town.city.library.version(case.version_id)
        watched = Watched(
            scope=SYSTEM.scope,
            process_id=case.process_id,
            now=town.clock(),
            catching=catching([definition]),
            within=within(definition),
        )
        return overview(session, replace(watched, **narrowed))


def measured(town: Town, **narrowed: Any) -> Measured:
    """Return the measure of everything of the one process, this spring."""
    with town.city.database.reading() as session:
        process_id = session.scalars(select(Case.process_id).limit(1)).one()
    calendar = town.city.calendar(None)
    wanted = Measured(
        scope=SYSTEM.scope,
        process_id=process_id,
        start=datetime(2026, 1, 1, tzinfo=UTC),
        end=datetime(2026, 6, 1, tzinfo=UTC),
        workdays=workdays(calendar, date(2025, 1, 1), date(2026, 6, 1)),
    )
    return replace(wanted, **narrowed)


def test_each_open_case_stands_at_its_element_with_its_most_urgent_light(town: Town) -> None:
    one, two, three = (town.submit(title).case_id for title in ("一", "二", "三"))
    do(town, one, "dispatcher")
    town.clock.move(days=2)
    found = standing(town)
    assert (found.cases, found.yellow, found.red, found.green) == (3, 2, 0, 1)
    at = {place.element: place for place in found.places}
    assert (at["review"].cases, at["review"].yellow, at["sign"].cases) == (2, 2, 1)
    alter(town, two, "review", due_at=town.clock() - timedelta(hours=1))
    alter(town, three, "review", paused_at=town.clock())
    found = standing(town)
    assert (found.red, found.yellow, found.grey, found.green) == (1, 0, 1, 1)
    assert standing(town, scope=Scope()).cases == 0
    roads = actor(town, "registry").posts[0].unit_id
    assert [place.element for place in standing(town, units=[roads]).places] == ["sign"]


def test_time_is_counted_in_working_days_and_told_apart(town: Town) -> None:
    town.clock.at = FRIDAY_EVENING
    cases = [town.submit(f"第 {number} 件").case_id for number in range(3)]
    town.clock.at = MONDAY_MORNING
    claim(town.city, actor(town, "dispatcher"), town.item_id(cases[0]), now=town.clock())
    town.clock.move(days=1)
    for case_id in cases[:2]:
        do(town, case_id, "dispatcher")
    with town.city.database.reading() as session:
        [review] = times(session, measured(town))
    assert (review.element, review.whole.count) == ("review", 2)
    assert review.whole.total == pytest.approx(3.0)
    assert review.whole.median == pytest.approx(1.5)
    # Taken up after half a working day, in hand for one; the other was waiting all the time.
    assert review.waiting.total == pytest.approx(0.5 + 1.5)
    assert (review.in_hand.count, review.in_hand.total) == (1, pytest.approx(1.0))
    assert (review.limited, review.late) == (2, 0)
    alter(town, cases[0], "review", due_at=MONDAY_MORNING)
    alter(town, cases[1], "review", due_at=None)
    with town.city.database.reading() as session:
        [review] = times(session, measured(town))
        assert (review.limited, review.late) == (1, 1)
        assert times(session, measured(town, end=MONDAY_MORNING)) == []
        assert times(session, measured(town, units=[0])) == []


def test_what_was_taken_back_is_not_measured(town: Town) -> None:
    case_id = town.submit().case_id
    do(town, case_id, "dispatcher")
    with town.city.database.reading() as session:
        assert len(times(session, measured(town))) == 1
    recall(town.city, actor(town, "dispatcher"), case_id, now=town.clock(), reason="误")
    with town.city.database.reading() as session:
        assert times(session, measured(town)) == []


@contextmanager
def quick_locks(town: Town) -> Iterator[list[str]]:
    """Give up waiting for locks at once; yield the statements that waited in vain."""
    engine = town.city.database.engine
    waited: list[str] = []

    def hurry(connection: Any) -> None:
        connection.exec_driver_sql("set local lock_timeout = '20ms'")

    def gave_up(context: Any) -> None:
        waited.append(str(context.statement))

    event.listen(engine, "begin", hurry)
    event.listen(engine, "handle_error", gave_up)
    try:
        yield waited
    finally:
        event.remove(engine, "begin", hurry)
        event.remove(engine, "handle_error", gave_up)


def test_past_months_are_counted_once_and_again_when_they_change(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [town.submit(f"第 {number} 件").case_id for number in range(4)]
    for case_id in cases:
        town.clock.move(days=11)  # 13 March to 15 April
        do(town, case_id, "dispatcher")
        do(town, case_id, "registry")
    later = datetime(2027, 1, 10, tzinfo=UTC)
    wanted = measured(town, calendar=town.city.calendar(None).version, end=later)
    while spans.count_spans(town.city, now=later, limit=5):
        pass

    def agree(kept: set[str]) -> None:
        """Both ways give the same figures; `kept` are the spans that are counted, by length."""
        with town.city.database.reading() as session:
            found = times(session, wanted, by_version=True)
            again = times(session, replace(wanted, calendar=""), by_version=True)
        assert len(found) == len(again) == 2
        for one, two in zip(found, again, strict=True):
            assert replace(one, **NO_SPREADS) == replace(two, **NO_SPREADS)
            for name in NO_SPREADS:
                pair = (vars(getattr(one, name)), vars(getattr(two, name)))
                assert pair[0] == pytest.approx(pair[1], rel=0.02, abs=0.001)
        with town.city.database.reading() as session:
            lengths = session.execute(select(Span.end_at - Span.start_at)).scalars()
            assert {"year" if one.days > 31 else "month" for one in lengths} == kept

    agree({"month", "year"})
    with town.city.database.reading() as session:
        assert covered(session, wanted)[0]

    def forgotten_at_once(*asked: Any) -> Any:
        found = covered(*asked)
        alter(town, cases[0], "review", due_at=later)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(watching_times, "covered", forgotten_at_once)
        agree({"month"})
    agree({"month"})
    with town.city.database.transaction() as session:
        session.execute(update(WorkItem).values(taken_at=WorkItem.opened_at))
    spans.count_spans(town.city, now=later)
    agree({"month", "year"})
    case_id = town.submit("第五件").case_id
    do(town, case_id, "dispatcher")
    agree({"month"})
    spans.count_spans(town.city, now=later)
    recall(town.city, actor(town, "dispatcher"), case_id, now=town.clock(), reason="误")
    agree({"month"})
    with town.city.database.transaction() as session, quick_locks(town) as waited:
        session.execute(update(WorkItem).values(taken_at=WorkItem.opened_at))
        assert spans.count_spans(town.city, now=later) == 0
    assert len(waited) == 1, "the worker waits once, not for each month"
    assert spans.count_spans(town.city, now=later) == 3
    assert spans.count_spans(town.city, now=later) == 0
    assert not list(verify(town.city).broken)
    with town.city.database.transaction() as session:
        session.execute(update(SpanTimes).values(counts=[9]))
    assert {one.invariant for one in verify(town.city).broken} == {
        "what is kept of past months equals a recount"
    }


def test_ways_are_counted_and_their_flows_drawn(town: Town) -> None:
    cases = [town.submit(f"第 {number} 件").case_id for number in range(4)]
    for case_id in cases[:3]:
        do(town, case_id, "dispatcher", "decline" if case_id == cases[2] else "accept")
    town.clock.move(days=2)
    for case_id in cases[:2]:
        do(town, case_id, "registry")
    with town.city.database.reading() as session:
        found = ways(session, measured(town))
        long, short = found.most
        assert (found.cases, found.ways, long.spread.count, short.spread.count) == (3, 2, 2, 1)
        assert long.stations == (("errand", "review"), ("errand", "sign"))
        assert short.stations == (("errand", "review"),)
        assert long.spread.median == pytest.approx(2.0)
        assert set(long.cases) == set(cases[:2])
        flows = flows_of(session, found.newest)
        assert (flows["errand", "f2"], flows["errand", "f3"], flows["errand", "f4"]) == (3, 2, 1)
        stages = ways(session, measured(town), by_stage=True).most[0].stations
        assert stages == (("", "acceptance"), ("", "forwarding"))


def test_two_versions_are_told_apart(town: Town) -> None:
    old = town.submit().case_id
    do(town, old, "dispatcher", "decline")
    files = files_of_folder(BUNDLE)
    files["errand.bpmn"] = files["errand.bpmn"].replace(b"workdays(2)", b"workdays(3)")
    deploy(town.city, SYSTEM, files, now=town.clock(), reason="test")
    new = town.submit().case_id
    town.clock.move(days=1)
    do(town, new, "dispatcher", "decline")
    with town.city.database.reading() as session:
        by_version = {
            one.version_id: one for one in times(session, measured(town), by_version=True)
        }
        whole = {one.version_id: one.whole for one in ended_cases(session, measured(town))}
    assert [by_version[one].whole.total for one in sorted(by_version)] == [0.0, pytest.approx(1.0)]
    assert [whole[one].count for one in sorted(whole)] == [1, 1]
    page = Reader(town.app).sign_in("process_admin").get("/studio/errand/watch/versions")
    assert "样本太少" in page.text
    assert len(page.all("//tr[td]")) == 2


def test_the_pages_show_what_their_reader_may_see(town: Town) -> None:
    case_id = town.submit("门口<b>积水").case_id
    for view in ("watch", "watch/times", "watch/ways", "watch/versions", "watch/cases"):
        for login in ("process_admin", "leader", "supervisor"):
            Reader(town.app).sign_in(login).get(f"/studio/errand/{view}?version=1")
        Reader(town.app).sign_in("registry").get(f"/studio/errand/{view}", status=403)
    admin = Reader(town.app).sign_in("process_admin")
    page = admin.get("/studio/errand/watch/cases?process=errand&element=review")
    assert page.one(f"//a[@href='/cases/{case_id}/path']") is not None
    assert "门口&lt;b&gt;积水" in page.text
    assert not admin.get("/studio/errand/watch/cases?element=sign&process=errand").all("//tr[td]")
    admin.get("/studio/errand/watch?version=9", status=404)
    admin.get("/studio/errand/watch/times?from=nonsense&to=0001-01-01")
    diagram = admin.client.get("/studio/errand/watch/diagrams/1/errand")
    assert "审核受理" in diagram.get_json()["xml"]


def test_the_path_shows_each_step_as_it_was(town: Town) -> None:
    case_id = town.submit().case_id
    reviewing = town.open_item(case_id).due_at
    town.clock.move(days=1)
    do(town, case_id, "dispatcher")
    town.clock.move(days=1)
    alter(town, case_id, "sign", due_at=None)
    reader = Reader(town.app).sign_in("dispatcher")
    first = reader.client.get(f"/cases/{case_id}/path/1").text
    assert "审核受理" in first
    assert "签收" not in first.split("data-path-picture")[1].split("</script>")[1]
    assert reviewing is not None
    assert f"{reviewing + timedelta(hours=8):%Y-%m-%d}" in first
    second = reader.client.get(f"/cases/{case_id}/path/2").text
    assert "签收" in second
    assert "市级" in second
    assert '"fresh":["f2","f3"]' in second.replace(" ", "")
    assert reader.get(f"/cases/{case_id}/path?step=1").one("//input[@type='range']/@max") == "2"
    Reader(town.app).sign_in("elsewhere").get(f"/cases/{case_id}/path", status=404)


def test_personal_data_stay_covered_for_those_who_only_administrate(town: Town) -> None:
    case_id = town.submit().case_id
    seen = {
        login: Reader(town.app).sign_in(login).get(f"/cases/{case_id}/path?step=1").text
        for login in ("dispatcher", "process_admin")
    }
    assert "李某" in seen["dispatcher"]
    assert "李某" not in seen["process_admin"]
    assert "2.1 公里" in seen["process_admin"]
