"""Several people on one file of a draft: seen, nothing overwritten, one line in the trail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from models.audit import AuditEntry
from models.bundle_drafts import BundleDraft
from models.people import Position
from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, Town
from workflows.actions.bundle_drafts import begin
from workflows.actor import SYSTEM
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import files_of_folder

FILES = files_of_folder(BUNDLE)
MINE, THEIRS = "sitting-one", "sitting-two"


class Editor:
    """One person's editor on the diagram of the draft."""

    def __init__(self, town: Town, login: str, sitting: str, draft_id: int) -> None:
        self.reader = Reader(town.app).sign_in(login)
        self.sitting = sitting
        self.here = f"/studio/errand/d{draft_id}"
        page = self.reader.get(f"{self.here}/draw/errand.bpmn")
        self.file = json.loads(page.one("//script[@id='editor-file']").text)

    def ask(self, what: str, **body: Any) -> Any:
        """Send JSON as the page's script does, and return the answer."""
        return self.reader.client.post(
            f"{self.here}/{what}",
            json={"path": "errand.bpmn", "sitting": self.sitting, **body},
            headers={"X-CSRFToken": self.file["token"], "Accept": "application/json"},
        )

    def save(self, content: str) -> Any:
        """Save, and go on from what was saved."""
        answer = self.ask("save", content=content, base=self.file["base"])
        if answer.status_code == 200:
            self.file["base"] = answer.json["base"]
        return answer


@pytest.fixture
def two(town: Town) -> tuple[Editor, Editor]:
    """Two process admins with the same file open."""
    with town.city.database.transaction() as session:
        session.execute(
            update(Position).where(Position.role == "auditor").values(role="process_admin")
        )
    draft_id = begin(town.city, SYSTEM, FILES, name="小改", now=town.clock())
    first = Editor(town, "process_admin", MINE, draft_id)
    return first, Editor(town, "auditor", THEIRS, draft_id)


def test_everybody_sees_who_else_is_there(town: Town, two: tuple[Editor, Editor]) -> None:
    first, second = two
    assert first.ask("presence").json["others"] == []
    (said,) = second.ask("presence").json["others"]
    assert "process_admin某也打开了这个文件" in said
    assert first.save(first.file["content"] + " ").status_code == 200
    answer = second.ask("presence").json
    assert "作了修改" in answer["others"][0]
    assert answer["digest"] == first.file["base"]
    assert "正在编辑 process_admin某 errand.bpmn" in second.reader.get(second.here).words
    first.ask("presence", leaving=True)
    answer = second.ask("presence").json
    assert answer["others"] == []
    assert "process_admin某在" in answer["last"]
    second.ask("presence")
    town.clock.move(minutes=2)
    assert first.ask("presence").json["others"] == []  # whose page has not been heard of is away


def test_nothing_is_overwritten_and_mine_can_be_kept(
    town: Town, two: tuple[Editor, Editor]
) -> None:
    first, second = two
    longer = first.file["content"].replace("workdays(2)", "workdays(3)")
    assert first.save(longer).status_code == 200
    mine = second.file["content"].replace("workdays(2)", "workdays(5)")
    refused = second.save(mine)
    assert refused.status_code == 409
    assert "process_admin某" in refused.json["sentence"]
    (change,) = second.ask("compare", content=mine).json["changes"]
    assert change["details"][0][1:] == ["workdays(3)", "workdays(5)"]
    kept = second.ask("fork", content=mine)
    with town.city.database.reading() as session:
        drafts = {f"d{one.id}": one for one in session.scalars(select(BundleDraft))}
    assert unpack(drafts[kept.json["ref"]].archive)["errand.bpmn"] == mine.encode()
    assert unpack(drafts[first.here.rpartition("/")[2]].archive)["errand.bpmn"] == longer.encode()


def test_the_trail_says_once_for_each_sitting(town: Town, two: tuple[Editor, Editor]) -> None:
    first, second = two
    for blanks in range(1, 6):
        assert first.save(first.file["content"] + " " * blanks).status_code == 200
    second.file["base"] = first.file["base"]
    assert second.save("<x/>").status_code == 200
    with town.city.database.reading() as session:
        trail = session.scalars(
            select(AuditEntry.actor).where(AuditEntry.action == "draft_changed")
        ).all()
    assert trail == ["process_admin某", "auditor某"]


def test_findings_are_those_of_what_is_not_saved(two: tuple[Editor, Editor]) -> None:
    first, _ = two
    broken = first.file["content"].replace('default="f3"', "")
    before = first.ask("findings", content=first.file["content"]).json["findings"]
    new = [
        one for one in first.ask("findings", content=broken).json["findings"] if one not in before
    ]
    assert {(one["severity"], one["element"]) for one in new} == {("error", "gw"), ("error", "f3")}
    assert first.ask("findings", content=3).status_code == 422
