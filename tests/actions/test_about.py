"""Tasks that are opened once for each item of a list say which item they are about."""

from __future__ import annotations

from sqlalchemy import select

from models.work import WorkItem
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import Drawing
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM

EACH = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
    "<bpmn:loopDataInputRef>{}</bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="hole" name="hole"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def _names(town: Town, holes: str) -> list[str]:
    d = Drawing("errand")
    d.node("startEvent", "begin")
    d.user("fill", "部门", EACH.format(holes), form="note", unit='"roads"', about="hole.street")
    d.node("endEvent", "done")
    d.chain("begin", "fill", "done")
    deploy(
        town.city, SYSTEM, {**errand.files(), "errand.bpmn": d.xml()}, now=MONDAY, reason="about"
    )
    case = town.submit()
    with town.city.database.reading() as session:
        rows = session.scalars(select(WorkItem.name).where(WorkItem.case_id == case.case_id))
        return sorted(rows)


def test_each_task_names_its_item(town: Town) -> None:
    names = _names(town, '[{street: "东街"}, {street: "西街"}]')
    assert names == ["fill：东街", "fill：西街"]


def test_a_task_about_nothing_keeps_its_plain_name(town: Town) -> None:
    assert _names(town, "[{street: null}]") == ["fill"]
