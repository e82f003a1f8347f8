"""One case of the shipped process: proposals reach the forms, and what is promised is public."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.tables import Case, WorkItem
from tests.bundle.drawing import FOLDER
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.demo.city import seed_units
from workflows.play.cast import Cast
from workflows.play.player import Player
from workflows.play.scenario import Scenario
from workflows.promises import promises_of
from workflows.simulate.scratch import scene
from workflows.verify import verify

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
COMPANY = Actor(name="温淑芬")

ENTRIES = {
    "company_name": "云东永禾鞋业有限公司",
    "credit_code": "91440000MA00000015",
    "contact_name": "温淑芬",
    "contact_phone": "13800005001",
    "kind": "need",
    "category": "facility_bus",
    "place": "huidong",
    "title": "请在工业园东门增设公交站点",
    "text": "园区职工八百余人，最近的公交站在一点五公里外。",
}


@pytest.fixture
def shipped(city: City) -> City:
    """The demo city's units with the shipped process deployed."""
    with city.database.transaction() as session:
        seed_units(session, NOW)
    deploy(city, SYSTEM, Bundle.from_folder(FOLDER).files, now=NOW, reason="test")
    return city


def raw(**values: str) -> dict[str, list[str]]:
    """Return entries as a browser sends them."""
    return {key: [value] for key, value in values.items()}


def test_what_the_tables_propose_is_shown_to_the_dispatcher(shipped: City) -> None:
    case_id = submit(shipped, COMPANY, "through_train", raw(**ENTRIES), now=NOW).case_id
    with shipped.database.reading() as session:
        item_id = session.scalars(
            select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.state == "open")
        ).one()
    dispatcher = Cast(shipped).actor("dispatcher@huidong_service_office", enterprise=COMPANY)
    complete(shipped, dispatcher, item_id, raw(outcome="accept", urgency="normal"), now=NOW)
    with shipped.database.reading() as session:
        facts = session.get_one(Case, case_id).facts
        definition = shipped.library.current("through_train", session)
    shown = definition.form("dispatch").initial(definition.typed(facts))
    assert shown["department"] == "huidong_transport"
    assert shown["routing_note"] == "公交与道路：先约现场踏勘"
    assert verify(shipped).broken == ()


def test_the_promise_of_the_first_contact_is_public_and_a_leader_s_deadline_is_none() -> None:
    promises = promises_of(Definition.compile(Bundle.from_folder(FOLDER)))
    days = {promise.element: (promise.days, promise.unit) for promise in promises}
    assert days["first_contact"] == (1, "workdays")
    assert days["give_score"] == (10, "workdays")
    assert not {"handle", "decide", "progress"} & set(days)


def test_a_second_score_starts_empty_and_a_second_draft_does_not() -> None:
    definition = Definition.compile(Bundle.from_folder(FOLDER))
    facts = {"points": 30, "level": "dissatisfied", "reply_text": "第一稿", "outcome": "redo"}
    assert definition.form("score_sheet").initial(facts) == {}
    assert definition.form("reply_draft").initial(facts)["reply_text"] == "第一稿"
    assert "outcome" not in definition.form("call_back").initial(facts)


def test_a_named_handler_keeps_no_work_that_went_to_another_department(shipped: City) -> None:
    name = "handed_over_at_the_table"
    data = (FOLDER / f"scenarios/{name}.toml").read_bytes()
    scenario = Scenario.parse(name, data)
    assignees: dict[str, int | None] = {}
    with scene(shipped, scenario) as sessions:
        player = Player(shipped, "through_train", scenario, Cast(shipped), sessions=sessions)
        for step in (scenario.start, *scenario.steps):
            player.play(step)
            assignees |= {item.element: item.assignee_id for item in player.open_items()}
    assert assignees["first_contact"] is not None
    assert assignees["prepare"] is assignees["handle"] is assignees["draft_reply"] is None
