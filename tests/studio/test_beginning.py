"""Processes and diagrams from nothing: begun, copied, called otherwise."""

from __future__ import annotations

import json

from sqlalchemy import select

from models.bundle_drafts import BundleDraft
from tests.pages.reader import Reader
from tests.pages.town import Town
from workflows.actions.bundle_drafts import rework
from workflows.actor import SYSTEM
from workflows.definitions.archive import unpack
from workflows.inspection import inspect_files

NEW = {"key": "seal_use", "title": "用印 <审批>", "started_by": ["handler", "dispatcher"]}


def files_of(town: Town) -> dict[str, bytes]:
    with town.city.database.reading() as session:
        return unpack(session.scalars(select(BundleDraft)).one().archive)


def test_a_process_from_nothing_keeps_every_rule(town: Town, admin: Reader) -> None:
    admin.get("/studio/drafts/new")
    answer = admin.post("/studio/drafts/new", NEW)
    assert answer.location.endswith("/draw/seal_use.bpmn")
    assert inspect_files(files_of(town)) == []
    assert "用印 <审批>" in admin.get(answer.location).heading
    refused = admin.post("/studio/drafts/new", NEW)
    assert refused.status_code == 422
    assert "已有用这个标识" in refused.text
    wrong = admin.post("/studio/drafts/new", {"key": "Seal Use", "title": ""})
    assert wrong.text.count('class="error-text"') == 3
    assert "Seal Use" in wrong.text


def test_diagrams_are_added_copied_renamed_and_removed(town: Town, admin: Reader) -> None:
    admin.post("/studio/drafts/new", NEW)
    here = f"/studio/seal_use/d{_draft_id(town)}"
    admin.post(f"{here}/new", {"diagram": "second_look", "title": "复核"})
    admin.post(f"{here}/copy", {"path": "second_look.bpmn", "diagram": "third_look"})
    files = files_of(town)
    assert b'<bpmn:process id="third_look"' in files["third_look.bpmn"]
    assert inspect_files(files) == []
    admin.post(f"{here}/rename", {"path": "seal_use.bpmn", "diagram": "sealing"})
    files = files_of(town)
    assert b'main = "sealing"' in files["bundle.toml"]
    assert b'processRef="sealing"' in files["sealing.bpmn"]
    assert inspect_files(files) == []
    taken = admin.post(f"{here}/copy", {"path": "sealing.bpmn", "diagram": "third_look"})
    assert "已有这个名称的图" in admin.get(taken.location).text
    admin.get(f"{here}/files/third_look.bpmn")
    admin.get(here)


def test_a_rename_follows_the_calls(town: Town, admin: Reader) -> None:
    admin.post("/studio/drafts/new", NEW)
    here = f"/studio/seal_use/d{_draft_id(town)}"
    admin.post(f"{here}/new", {"diagram": "check", "title": "复核"})
    calling = files_of(town)["seal_use.bpmn"].replace(
        b'<bpmn:endEvent id="seal_use_ends"',
        b'<bpmn:callActivity id="ask" calledElement="check" /><bpmn:endEvent id="seal_use_ends"',
    )
    _put(town, "seal_use.bpmn", calling)
    assert "用印 <审批>" in admin.get(f"{here}/files/check.bpmn").words
    admin.post(f"{here}/rename", {"path": "check.bpmn", "diagram": "second"})
    files = files_of(town)
    assert b'calledElement="second"' in files["seal_use.bpmn"]
    assert b'id="second"' in files["second.bpmn"]


def test_what_has_no_picture_is_drawn(town: Town, admin: Reader) -> None:
    address = admin.post("/studio/drafts/new", NEW).location
    bare = files_of(town)["seal_use.bpmn"].partition(b"  <bpmndi:")[0] + b"</bpmn:definitions>"
    _put(town, "seal_use.bpmn", bare)
    shown = json.loads(admin.get(address).one("//script[@id='editor-file']").text)
    for one in ("seal_use_begins", "seal_use_ends", "seal_use_pool", "seal_use_lane"):
        assert f'bpmnElement="{one}"' in shown["content"]
    _put(town, "seal_use.bpmn", b"<bpmn:definitions")
    refused = admin.client.get(address)
    assert refused.location == address.replace("/draw/", "/raw/")
    assert "画不出来" in admin.get(refused.location).words


def _draft_id(town: Town) -> int:
    with town.city.database.reading() as session:
        return session.scalars(select(BundleDraft.id)).one()


def _put(town: Town, path: str, data: bytes) -> None:
    rework(
        town.city, SYSTEM, _draft_id(town), lambda files: {**files, path: data}, now=town.clock()
    )
