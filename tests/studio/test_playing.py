"""The pages of plays, and what scenarios prove on the diagrams, in the pages' small town."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from typing import Any

import pytest
from sqlalchemy import func, select

from models.bundle_drafts import BundleDraft, BundleTrial
from tests.pages.reader import Page, Reader
from tests.pages.town import BUNDLE, Town
from tests.plays.conftest import schemas
from workflows.actions import bundle_drafts, trials
from workflows.actor import SYSTEM
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import files_of_folder
from workflows.plays import holding
from workflows.plays.stage import strike
from workflows.trials import play_trial

FILES = files_of_folder(BUNDLE)
EVIL = "<script>alert(1)</script>"
ENTRIES = {
    "title": EVIL, "kind": "problem", "category": "municipal", "place": "city",
    "text": "最近的公交站距离厂区 2.1 公里。夜班员工通勤困难。", "contact": "李某",
}  # fmt: skip


@pytest.fixture
def cleared(town: Town) -> Iterator[Town]:
    """The town; no stage is left of it."""
    yield town
    for name in schemas(town.city.database):
        strike(town.city.database, name)


def played(admin: Reader, address: str) -> tuple[str, Page]:
    """Begin a play and start its case; return its address and the page."""
    begun = admin.post(f"{address}/plays", {"play_by": "enterprise"})
    assert begun.status_code == 303, begun.text
    at = str(begun.location)
    page = admin.get(at)
    form = str(page.one("//form[@id='process-form']/@action"))
    wrong = admin.post(form, {"send": "yes", "title": "半截"})
    assert wrong.status_code == 422
    assert "半截" in wrong.text, "nothing typed is lost"
    assert wrong.headers["HX-Replace-Url"] == at, "the page that a reload shows"
    shown = admin.post(form, {"show": "example", **ENTRIES, "text": "", "category": ""})
    assert "〔情况说明〕" in shown.text
    assert escape(EVIL) in shown.text, "what was typed stays"
    sent = admin.post(form, {"send": "yes", **ENTRIES})
    assert sent.status_code == 303, sent.text
    return at, admin.get(at)


def test_a_play_shows_who_has_what_and_nobody_else_sees_it(
    cleared: Town, admin: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, page = played(admin, "/studio/errand/v1")
    assert "审核受理" in page.words
    assert "企业此刻看到的" in page.words
    picture = page.one("//script[@id='play-picture']").text_content()
    assert '"review"' in picture
    task = page.one("//a[starts-with(@id, 'task-')]/@href")
    shown = admin.get(str(task))
    assert shown.all("//select[@name='play_by']/option[@value='dispatcher@office']")
    assert shown.all("//button[@name='outcome']")
    assert EVIL not in shown.text
    assert admin.client.get(f"{at}/diagrams/errand?case=start").json["xml"].startswith("<?xml")
    assert admin.client.get(f"{at}/diagrams/other").status_code == 404
    assert at.rpartition("/")[2] in admin.get("/studio/errand").text, "it is found again"

    stale = admin.post(f"{at}/clock", {"to": "2026-03-05 09:00", "seen": "0"})
    assert stale.status_code == 303
    assert "另一个窗口" in admin.get(at).words
    monkeypatch.setattr(holding, "TURNS", 0)
    form = str(shown.one("//form[@id='process-form']/@action"))
    with holding.alone(cleared.city.database, int(at.rpartition("/")[2])):
        busy = admin.post(form, {"remark": "属实"})
    assert busy.status_code == 503
    assert Page(busy).all("//form[@class='card-foot']//input[@value='属实']"), "it is sent again"
    admin.post(f"{at}/clock", {"to": "2026-03-09 09:00", "seen": "1"})
    assert "超期" in admin.get(at).words
    assert admin.post(f"{at}/end", {}).location == "/studio/errand/v1"
    admin.get(at, status=404)
    assert schemas(cleared.city.database) == []


def drafted(town: Town, files: dict[str, bytes]) -> int:
    return bundle_drafts.begin(town.city, SYSTEM, files, name="草稿", now=town.clock())


def tried(town: Town, draft_id: int, **by: float) -> int:
    found = bundle_drafts.begin_trial(
        town.city, SYSTEM, draft_id, now=town.clock() + timedelta(**by)
    )
    assert found is not None
    play_trial(town.city.database, found)
    return found


SCENARIO = """title = "一件<b>诉求</b>"
city = "own"
[start]
at = 2026-03-02T09:00:00
by = "enterprise"
[start.values]
title = "厂门口增设公交站"
kind = "problem"
category = "municipal"
place = "city"
text = "最近的公交站距离厂区 2.1 公里。夜班员工通勤困难。"
contact = "李某"
[start.expect]
open = { review = "dispatcher@office" }
due = { review = 2026-03-04 }
light = { review = "red" }
sentence = "直通车办正在审核您的诉求。"
"""


def test_what_fails_is_drawn_where_it_fails(cleared: Town, admin: Reader) -> None:
    draft_id = drafted(cleared, {**FILES, "scenarios/one.toml": SCENARIO.encode()})
    address = f"/studio/errand/d{draft_id}"
    admin.get(f"{address}/coverage", status=404)
    tried(cleared, draft_id)
    page = admin.get(f"{address}/coverage")
    assert "未通过" in page.words
    assert "应为： 灯 review：红灯" in re.sub(r"\s+", " ", page.words).replace(
        "应为：灯", "应为： 灯"
    )
    assert "一件<b>诉求</b>" in page.words, "names are texts"
    marks: list[dict[str, Any]] = admin.client.get(f"{address}/coverage/picture/errand.bpmn").json[
        "marks"
    ]
    states = {one["element"]: one["mark"] for one in marks}
    assert states["review"] == "failed"
    assert {"unproven", "never"} <= set(states.values())
    way = admin.client.get(f"{address}/coverage/picture/errand.bpmn?scenario=one").json["marks"]
    assert {one["mark"] for one in way} == {"way", "failed"}
    # Neither the page nor the action lets it be deployed.
    assert not admin.get(address).all(f"//form[@action='{address}/deploy']")
    sent = {"revision": "1", "over": "1", "reason": "试行"}
    refused = admin.post(f"{address}/deploy", sent)
    assert refused.status_code == 409
    assert "没有全部通过" in Page(refused).words or "场景" in Page(refused).words
    _adopt(cleared, admin, address)


def _adopt(town: Town, admin: Reader, address: str) -> None:
    """What was found is what is meant: the scenario says so from now on, and holds."""
    kinds = [one.get("value") for one in admin.get(address).all("//input[@name='kind']")]
    assert "light:review" in kinds
    nothing = admin.post(f"{address}/adopt", {"revision": "1", "kind": "due:elsewhere"})
    assert "没有写入" in admin.get(nothing.location).words
    late = admin.post(f"{address}/adopt", {"revision": "9", "kind": kinds})
    assert late.status_code == 409
    admin.post(f"{address}/adopt", {"revision": "1", "kind": kinds})
    draft_id = int(address.rpartition("d")[2])
    with town.city.database.reading() as session:
        kept = unpack(session.get_one(BundleDraft, draft_id).archive)["scenarios/one.toml"]
    before, after = tomllib.loads(SCENARIO), tomllib.loads(kept.decode())
    assert after["start"]["expect"].pop("light") == {"review": "green"}
    assert before["start"]["expect"].pop("light") == {"review": "red"}
    assert after["start"]["expect"].pop("sentence") != before["start"]["expect"].pop("sentence")
    assert after == before
    tried(town, draft_id, minutes=9)
    assert admin.get(address).all(f"//form[@action='{address}/deploy']")


def test_old_trials_are_forgotten(town: Town) -> None:
    draft_id = drafted(town, FILES)
    with town.city.database.transaction() as session:
        checksum = session.get_one(BundleDraft, draft_id).checksum
        for days, of in ((30, checksum), (20, checksum), (10, checksum), (5, checksum), (30, "x")):
            at = town.clock() - timedelta(days=days)
            session.add(
                BundleTrial(
                    checksum=of, archive=b"", started_at=at, started_by="x", beat_at=at,
                    finished_at=at,
                )
            )  # fmt: skip
    assert trials.prune(town.city, now=town.clock()) == 2
    with town.city.database.reading() as session:
        kept = session.scalar(
            select(func.count()).select_from(BundleTrial).where(BundleTrial.checksum == checksum)
        )
    assert kept == trials.KEPT
