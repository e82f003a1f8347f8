"""What hangs together and what does not: slots, sessions' days, one unit's time, parts of parts."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import insert, select, update

from models.queries.cases import read_case
from models.tables import AgendaItem, Case, Deadline, Delivery, Reception, Unit
from tests.actions import family
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import Drawing, form, text
from tests.actions.test_course import assert_whole, raw
from tests.actions.test_links import parts_of, split, wish
from workflows.actions import deliveries, delivering, frame, receptions
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.recall import recall
from workflows.actions.receptions import Plan
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor
from workflows.worktime import end_of

DAY = timedelta(days=1)
BEFORE, AFTER = date(2026, 3, 12), date(2026, 3, 19)

SETTINGS = """
key = "hearing"
title = "听证"
title_en = "Hearing"
owner = "office"
main = "hearing"
number = "H{year}{serial:04d}"
start_form = "submit"
started_by = ["enterprise"]
[case]
title = "title"
enterprise = "company"
[lanes]
"办公室" = "dispatcher"
"部门" = "handler"
[[stages]]
key = "work"
title = "办理"
title_en = "Work"
"""


def _hearing() -> dict[str, bytes]:
    """A case is placed on an agenda; beside it work is due on a day of its own, or for units."""
    d = Drawing("hearing")
    d.node("startEvent", "begin")
    d.user("choose", "办公室", form="choose", stage="work")
    d.service("place", "place_on_agenda", session="session")
    d.node("parallelGateway", "fork")
    d.user("prepare", "部门", form="note", unit='"roads"', due='result.date - duration("P1D")')
    d.user("promised", "部门", form="note", unit='"roads"', due="promised_on")
    d.user("later", "办公室", form="choose", due="workdays(20)")
    d.service(
        "put_off", "extend_deadline", task='"prepare"', until='date("2026-04-10")', unit='"roads"'
    )
    d.node("endEvent", "heard")
    d.node("parallelGateway", "join")
    d.chain("begin", "choose", "place", "fork", "prepare", "join", "heard")
    d.chain("fork", "promised", "join")
    d.chain("fork", "later", "put_off", "join")
    day = {"type": "datetime", "subtype": "date", "dateLabel": "day", "key": "promised_on"}
    return {
        "bundle.toml": SETTINGS.encode(),
        "hearing.bpmn": d.xml(),
        "forms/submit.form": form("submit", text("title", required=True), text("company")),
        "forms/choose.form": form("choose", text("session"), day),
        "forms/note.form": form("note", text("note")),
    }


@pytest.fixture
def heard(town: Town) -> tuple[Town, int, int]:
    """A case with work that hangs on its session's day, and work due on that day by chance."""
    deploy(town.city, SYSTEM, _hearing(), now=MONDAY, reason="test")
    with town.city.database.transaction() as session:
        place = session.scalars(select(Unit.id).where(Unit.key == "city")).one()
        row = {"place_id": place, "title": "3月", "held_on": BEFORE}
        reception = session.scalars(insert(Reception).returning(Reception.id), [row]).one()
    entries = raw(title="听证", company="晨星公司")
    case = submit(town.city, town.company, "hearing", entries, now=MONDAY).case_id
    chosen = raw(session=str(reception), promised_on=BEFORE.isoformat())
    complete(town.city, town.office, town.open_items(case)["choose"].id, chosen, now=MONDAY)
    return town, case, reception


def test_only_what_hangs_on_a_moved_session_follows(heard: tuple[Town, int, int]) -> None:
    town, case, reception = heard
    assert town.open_items(case)["prepare"].due_at == end_of(BEFORE - DAY)
    plan = Plan(
        title="3月",
        held_on=AFTER,
        slots=12,
        kind="monthly",
        starts_at=time(9),
        room="",
        leader="",
    )
    assert receptions.change(town.city, SYSTEM, reception, plan, now=MONDAY) == 1
    items = town.open_items(case)
    assert items["prepare"].due_at == end_of(AFTER - DAY)
    assert items["promised"].due_at == end_of(BEFORE)
    assert_whole(town)


def test_one_unit_gets_more_time_and_the_others_do_not(heard: tuple[Town, int, int]) -> None:
    town, case, _ = heard
    items = town.open_items(case)
    with town.city.database.transaction() as session:
        office = select(Unit.id).where(Unit.key == "office").scalar_subquery()
        item = items["promised"].id  # as a second unit would have the same task beside it
        table = type(items["promised"])
        session.execute(
            update(table).where(table.id == item).values(element="prepare", unit_id=office)
        )
        session.execute(update(Deadline).where(Deadline.task_id == item).values(element="prepare"))
    complete(town.city, town.office, items["later"].id, raw(session="1"), now=MONDAY)
    with town.city.database.reading() as session:
        running = select(Deadline.task_id, Deadline.due_at).where(Deadline.ended_at.is_(None))
        due = {row.task_id: row.due_at for row in session.execute(running)}
    assert due[items["prepare"].id] == end_of(date(2026, 4, 10))
    assert due[item] == end_of(BEFORE)


def test_a_recall_gives_up_the_slot_of_its_own_step_alone(heard: tuple[Town, int, int]) -> None:
    town, case, reception = heard
    with town.city.database.transaction() as session:
        place = session.scalars(select(Unit.id).where(Unit.key == "city")).one()
        row = {"place_id": place, "title": "4月", "held_on": date(2026, 4, 9)}
        other = session.scalars(insert(Reception).returning(Reception.id), [row]).one()
        slot = {"reception_id": other, "case_id": case, "slot": 1, "placed_at": MONDAY, "step": 1}
        session.execute(insert(AgendaItem).values(**slot))
    recall(town.city, town.office, case, now=MONDAY)
    with town.city.database.reading() as session:
        left = session.scalars(select(AgendaItem.reception_id)).all()
    assert left == [other]
    assert reception != other


@pytest.fixture
def wishes(town: Town) -> Town:
    """The town with a process whose cases have to do with each other."""
    deploy(town.city, SYSTEM, family.files(), now=MONDAY, reason="test")
    return town


def test_a_part_is_not_begun_when_its_case_was_withdrawn_before(
    wishes: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = wish(wishes)
    with monkeypatch.context() as patch:
        patch.setattr(frame, "FOLLOWING", [])
        split(wishes, main, "一", "二")
    with wishes.city.database.transaction() as session:
        session.execute(
            update(Case)
            .where(Case.id == main)
            .values(state="withdrawn", closed_at=MONDAY + timedelta(minutes=1))
        )
    assert deliveries.hand_out(wishes.city, MONDAY + DAY).done == 2
    assert parts_of(wishes, main) == []
    with wishes.city.database.reading() as session:
        assert set(session.scalars(select(Delivery.last_error))) == {delivering.OPENER_OVER}


def test_the_code_of_a_case_opens_the_parts_of_its_parts(wishes: Town) -> None:
    main = wish(wishes)
    split(wishes, main, "一")
    (part,) = parts_of(wishes, main)
    further = wish(wishes, "再分")
    with wishes.city.database.transaction() as session:
        session.execute(update(Case).where(Case.id == further).values(parent_id=part.id))
    holder = Actor(name="持码人", case_id=main)
    stranger = Actor(name="持码人", case_id=further)
    with wishes.city.database.reading() as session:
        assert read_case(session, holder.scope, case_id=further) is not None
        assert read_case(session, stranger.scope, case_id=main) is None
