"""Drafts: uploaded, changed by two people, tried, deployed, discarded."""

from __future__ import annotations

import io
import time

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.bundle_drafts import BundleDraft, BundleTrial
from tests.pages.reader import Page, Reader
from tests.pages.town import BUNDLE, Town
from webapp.studio.failing import refusal
from workflows.actions.bundle_drafts import begin_trial, newest_trial
from workflows.actor import SYSTEM
from workflows.definitions.archive import pack, unpack
from workflows.definitions.bundle import files_of_folder
from workflows.trials import Overtaken, play_trial

LONGER = {
    **files_of_folder(BUNDLE),
    "errand.bpmn": files_of_folder(BUNDLE)["errand.bpmn"].replace(b"workdays(2)", b"workdays(3)"),
}
RED = b"""title = "x"
[start]
at = "2026-03-02 09:00"
by = "company"
[start.values]
title = "x"
[[steps]]
do = "nothing"
by = "dispatcher"
at = "2026-03-03 09:00"
"""


def draft_of(town: Town) -> BundleDraft:
    with town.city.database.reading() as session:
        return session.scalars(select(BundleDraft)).one()


def uploaded(admin: Reader, files: dict[str, bytes], name: str = "放宽受理期限") -> str:
    data = {"files": (io.BytesIO(pack(files)), "bundle.zip"), "name": name}
    answer = admin.post("/studio/drafts", data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def tried(town: Town) -> None:
    draft = draft_of(town)
    trial_id = begin_trial(town.city, SYSTEM, draft.id, now=town.clock())
    assert trial_id is not None
    play_trial(town.city.database, trial_id)


def test_an_upload_is_a_draft_with_its_findings_and_difference(town: Town, admin: Reader) -> None:
    address = uploaded(admin, LONGER)
    page = admin.get(address)
    assert "放宽受理期限" in page.heading
    assert "process_admin某" in page.words
    assert "放宽受理期限" in admin.get("/studio/").words
    difference = admin.get(
        f"/studio/errand/difference?before=v1&after={address.rpartition('/')[2]}"
    )
    assert difference.one("//ins").text == "workdays(3)"
    assert unpack(admin.client.get(f"{address}/bundle.zip").data) == LONGER
    assert "第 1 版" in admin.get("/studio/errand").words


def test_nothing_is_deployed_before_the_scenarios_hold(town: Town, admin: Reader) -> None:
    address = uploaded(admin, LONGER)
    data = {"revision": "1", "over": "1", "reason": "试行"}
    assert admin.post(f"{address}/deploy", data).status_code == 409
    tried(town)
    page = admin.get(address)
    assert page.all(f"//form[@action='{address}/deploy']")
    answer = admin.post(f"{address}/deploy", {**data, "reason": ""})
    assert answer.location.endswith(address)
    assert admin.post(f"{address}/deploy", data).location == "/studio/errand"
    assert "试行" in admin.get("/studio/errand").words
    admin.get(address, status=404)
    with town.city.database.reading() as session:
        assert town.city.library.current("errand", session).number == 2
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if one in ("draft_begun", "trial_begun", "deployed")] == [
        "deployed", "draft_begun", "trial_begun", "deployed",
    ]  # fmt: skip


def test_a_red_scenario_blocks(town: Town, admin: Reader) -> None:
    address = uploaded(admin, {**LONGER, "scenarios/red.toml": RED})
    tried(town)
    page = admin.get(address)
    assert "未通过" in page.words
    assert not page.all(f"//form[@action='{address}/deploy']")
    data = {"revision": "1", "over": "1", "reason": "试行"}
    assert admin.post(f"{address}/deploy", data).status_code == 409


def test_a_trial_of_files_that_nobody_has_any_more_ends(town: Town, admin: Reader) -> None:
    scenario = RED.replace(b'"2026-03-02 09:00"', b"2026-03-02T09:00:00").split(b"[[steps")[0]
    address = uploaded(admin, {**LONGER, "scenarios/red.toml": scenario})
    trial_id = begin_trial(town.city, SYSTEM, draft_of(town).id, now=town.clock())
    assert trial_id is not None
    admin.post(f"{address}/remove", {"revision": "1", "path": "scenarios/red.toml"})
    play_trial(town.city.database, trial_id)
    with town.city.database.reading() as session:
        report = session.get_one(BundleTrial, trial_id).report
    assert report["said"]["sentence"] == Overtaken.sentence
    with town.app.test_request_context(headers={"Accept-Language": "zh"}):
        assert "其余场景不再演练" in refusal(report)


def test_two_people_on_one_draft_overwrite_nothing(town: Town, admin: Reader) -> None:
    address = uploaded(admin, LONGER)
    sent = {"revision": "1", "files": (io.BytesIO("# 一\n".encode()), "a.txt")}
    assert admin.post(f"{address}/files", sent, content_type="multipart/form-data").location
    late = {"revision": "1", "files": (io.BytesIO(b"# other\n"), "a.txt")}
    answer = admin.post(f"{address}/files", late, content_type="multipart/form-data")
    assert answer.status_code == 409
    assert "process_admin某" in Page(answer).words
    assert unpack(draft_of(town).archive)["texts/a.txt"] == "# 一\n".encode()
    assert admin.post(f"{address}/remove", {"revision": "2", "path": "texts/a.txt"}).location
    assert "texts/a.txt" not in unpack(draft_of(town).archive)
    assert admin.post(f"{address}/discard", {"revision": "2"}).status_code == 409
    assert admin.post(f"{address}/discard", {"revision": "3"}).location == "/studio/errand"
    admin.get(address, status=404)


def test_a_draft_begins_from_a_version(town: Town, admin: Reader) -> None:
    unnamed = admin.post("/studio/errand/v1/draft", {"name": " "})
    assert admin.get(unnamed.location).one("//input[@id='name']").get("aria-invalid") == "true"
    answer = admin.post("/studio/errand/v1/draft", {"name": "小改"})
    assert admin.get(answer.location).heading.endswith("“小改”")
    assert draft_of(town).based_on_id is not None


def test_errors_of_the_check_are_shown_and_block(town: Town, admin: Reader) -> None:
    broken = {**LONGER, "errand.bpmn": LONGER["errand.bpmn"].replace(b'default="f3"', b"")}
    address = uploaded(admin, broken)
    page = admin.get(address)
    assert page.all("//ul[@class='findings']/li")
    assert not page.all(f"//form[@action='{address}/deploy']")


def test_a_process_of_its_own_plays_the_scenarios(town: Town, admin: Reader) -> None:
    address = uploaded(admin, LONGER)
    assert admin.post(f"{address}/trial").status_code == 303
    assert admin.client.get(f"{address}/trial").status_code == 200
    until = time.monotonic() + 90
    while time.monotonic() < until:
        with town.city.database.reading() as session:
            trial = newest_trial(session, draft_of(town).checksum)
        if trial is not None and trial.finished_at is not None:
            break
        time.sleep(0.5)
    assert trial is not None
    assert trial.green, trial.report


@pytest.mark.parametrize("role", ["dispatcher", "leader"])
def test_others_may_not(town: Town, role: str) -> None:
    reader = Reader(town.app).sign_in(role)
    assert reader.post("/studio/drafts", {}).status_code == 403
