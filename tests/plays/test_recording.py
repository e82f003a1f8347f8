"""A case that was really worked on becomes a scenario, without its personal data, and it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.cases import Case
from models.plays import Play
from tests.plays.conftest import FILES as TREES
from tests.plays.conftest import NOW
from workflows.actions import plays, recording
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM, Actor
from workflows.city import City
from workflows.definitions.bundle import Bundle, files_of_folder
from workflows.definitions.forms import Form
from workflows.errors import NotAllowed
from workflows.play.cast import Cast
from workflows.play.player import Player
from workflows.play.scenario import Scenario
from workflows.plays.masking import Mask
from workflows.simulate import run
from workflows.simulate.scratch import scene

SHIPPED = files_of_folder(Path(__file__).parents[2] / "bpmn" / "through_train")
COURSE = "answered_after_proposal"
PERSONAL = ("许文静", "13800006000", "云东中源工程有限公司", "91440000MA00000153")


def unchecked(*_args: object, **_named: object) -> list[object]:
    return []


def worked(city: City) -> int:
    """Let a shipped course be worked on in the city, and return its case."""
    deploy(city, SYSTEM, SHIPPED, now=NOW, reason="test", inspect=unchecked)
    scenario = Scenario.parse(COURSE, SHIPPED[f"scenarios/{COURSE}.toml"])
    with scene(city, scenario) as sessions:
        player = Player(city, "through_train", scenario, Cast(city), sessions=sessions)
        for step in (scenario.start, *scenario.steps):
            player.play(step)
    assert player.case_id is not None
    return player.case_id


def test_a_shipped_course_is_recorded_masked_and_holds(grove: City, admin: Actor) -> None:
    case_id = worked(grove)
    play_id = recording.record(
        grove, admin, case_id, SHIPPED, source="v1", now=NOW, inspect=unchecked
    )  # fmt: skip
    with grove.database.reading() as session:
        play = session.get_one(Play, play_id)
        assert play.stopped == ""
        assert play.taken_from
        noted = session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "case_recorded")
        )
        assert noted.one()["case"] == play.taken_from
    text = plays.scenario_text(grove, admin, play_id, title="录自真实办件")
    assert text.count("[[steps]]") >= 8
    for one in PERSONAL:
        assert one not in text
    without = {path: data for path, data in SHIPPED.items() if not path.startswith("scenarios/")}
    bundle = Bundle.from_files({**without, "scenarios/recorded.toml": text.encode()})
    database = grove.database
    url = database.url.render_as_string(hide_password=False)
    report = run(url, bundle, own=database.schema)
    assert report.as_json()["failed"] == []
    assert len(report.trails["recorded"].flows) > 20

    nobody = Actor(name="x", person_id=admin.person_id)
    with pytest.raises(NotAllowed):
        recording.record(grove, nobody, case_id, SHIPPED, source="v1", now=NOW)


FORM = Form.parse(
    b"""{"id": "f", "components": [
    {"type": "textfield", "key": "who", "label": "w", "properties": {"personal": "true"}},
    {"type": "textfield", "key": "code", "label": "c", "properties": {"personal": "true"},
     "validate": {"pattern": "^[A-Z]{2}[0-9]{4}$"}},
    {"type": "textfield", "key": "signed", "label": "s", "properties": {"starts_with": "person"}},
    {"type": "textarea", "key": "text", "label": "t"},
    {"type": "select", "key": "unit", "label": "u", "valuesKey": "departments"},
    {"type": "dynamiclist", "key": "rows", "path": "rows", "components": [
      {"type": "textfield", "key": "name", "label": "n", "properties": {"personal": "true"}}]}
    ]}"""
)


def test_a_mask_fits_the_form_and_is_worn_everywhere() -> None:
    values = {
        "who": "王小明",
        "code": "AB1234",
        "signed": "赵局长",
        "text": "王小明（13912345678，441302199001011234）请李四转告，a.b@c.cn",
        "unit": "huidong_transport",
        "rows": [{"name": "李四"}],
    }
    mask = Mask(company={})
    mask.learn(FORM, values)
    found = mask.masked(FORM, values)
    assert found["code"] == "XX0000"
    assert found["unit"] == "huidong_transport"
    assert found["rows"] == [{"name": "某某"}]
    assert found["text"] == "某某（13800000000，000000000000000000）请某某转告，someone@example.com"
    assert "赵局长" not in str(found)


def test_a_case_is_recorded_into_a_file(grove: City, admin: Actor) -> None:
    deploy(grove, SYSTEM, TREES, now=NOW, reason="test", inspect=unchecked)
    scenario = Scenario.parse("late", TREES["scenarios/late.toml"])
    player = Player(grove, "trees", scenario, Cast(grove), sessions={})
    for step in (scenario.start, *scenario.steps):
        if "refused" not in step.expect:
            player.play(step)
    with grove.database.reading() as session:
        number = session.scalars(select(Case.number)).one()
    bundle = Bundle.from_files(TREES)
    text, stopped = recording.record_text(grove, admin, number, bundle, title="x", now=NOW)
    assert stopped == ""
    acts = [one.action or one.do for one in Scenario.parse("x", text.encode()).steps]
    # The supervisor's extension and suspension, and the timer that rang, are acts of their own.
    assert acts == ["look", "more", "look", "extend", "pause", "resume", "advance", "fell"]
