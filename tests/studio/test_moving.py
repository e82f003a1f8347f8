"""The pages of impact and moves: what is said before, what is chosen, what came of it."""

from __future__ import annotations

import pytest

from tests.pages.reader import Page, Reader
from tests.pages.town import BUNDLE, Town
from webapp.studio import impact, moving
from workflows import migrating
from workflows.actions import previews
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder


@pytest.fixture(autouse=True)
def at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done beside the pages is done before they answer."""
    for module in (impact, moving):
        monkeypatch.setattr(
            module, "start", lambda _command, number: migrating.run(town.city, number, town.clock)
        )


def newer(town: Town, *pairs: tuple[bytes, bytes]) -> None:
    files = files_of_folder(BUNDLE)
    for before, after in pairs:
        assert before in files["errand.bpmn"]
        files["errand.bpmn"] = files["errand.bpmn"].replace(before, after)
    deploy(town.city, SYSTEM, files, now=town.clock(), reason="新办法")


def looked(admin: Reader, ref: str = "v2") -> Page:
    answer = admin.post(f"/studio/errand/{ref}/impact")
    assert answer.status_code == 303, answer.text
    return admin.get(answer.location)


def test_cases_are_looked_at_moved_and_taken_back(town: Town, admin: Reader) -> None:
    case = town.submit()
    newer(town, (b"workdays(2)", b"workdays(4)"))
    words = admin.get("/studio/errand").words
    assert "还有 1 件按以前的版本办理" in words
    page = looked(admin)
    assert "workdays(2) → workdays(4)" in page.words
    assert "保留 3月4日" in page.words
    address = page.answer.request.path
    picture = admin.client.get(f"{address}/picture/errand.bpmn").json
    assert [(one["mark"], one["sign"]) for one in picture["marks"]] == [("here", "1")]
    again = admin.post(f"{address}/move", {"which": "whole", "reason": " "})
    assert again.status_code == 422
    assert Page(again).all("//*[@aria-invalid]")
    answer = admin.post(f"{address}/move", {"which": "whole", "reason": "新办法施行"})
    assert answer.status_code == 303
    moved = admin.get(answer.location)
    assert case.number in moved.words
    assert "✓ 已迁移" in moved.words
    assert "改按流程第 2 版办理。新办法施行" in admin.get(f"/cases/{case.case_id}").words
    assert "新办法施行" in admin.get("/studio/errand/moves").words
    back = admin.post(f"{answer.location}/back", {"case": str(case.case_id), "reason": "再看"})
    assert back.status_code == 303
    assert "已迁回" in admin.get(answer.location).words
    assert "还有 1 件按以前的版本办理" in admin.get("/studio/errand").words


def test_what_keeps_cases_is_said_by_element_and_may_be_mapped(town: Town, admin: Reader) -> None:
    town.submit()
    named = (b'id="%b"', b'Ref="%b"', b'Element="%b"', b">%b<")
    newer(town, *((one % b"review", one % b"look") for one in named))
    page = looked(admin)
    assert "新版本中没有它" in page.words
    address = page.answer.request.path
    (select,) = page.all("//select[starts-with(@name, 'map:')]")
    assert "look" in select.value_options
    assert not page.all("//button[contains(., '迁移这些诉求')]")
    answer = admin.post(f"{address}/again", {select.name: "look"})
    page = admin.get(answer.location)
    assert "review → 审核受理 look" in page.words
    answer = admin.post(
        f"{page.answer.request.path}/move",
        {"which": "some", "element": "errand:review", "reason": "改名"},
    )
    assert "✓ 已迁移" in admin.get(answer.location).words


def test_a_draft_is_looked_at_before_it_is_deployed(town: Town, admin: Reader) -> None:
    town.submit()
    begun = admin.post("/studio/errand/v1/draft", {"name": "试试"})
    page = admin.get(begun.location)
    assert "对 1 件在办诉求的影响" in page.words
    ref = begun.location.rsplit("/", 1)[1]
    found = looked(admin, ref)
    assert "这还是草稿" in found.words
    address = found.answer.request.path
    assert admin.post(f"{address}/move", {"reason": "x"}).status_code == 404
    assert admin.get("/studio/errand/impact/999", status=404)


def test_old_looks_are_forgotten_and_moves_stay(
    town: Town, admin: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "KEPT", 2)
    town.submit()
    newer(town, (b"workdays(2)", b"workdays(3)"))
    page = looked(admin)
    number = page.answer.request.path.rpartition("/")[2]
    admin.post(f"/studio/errand/impact/{number}/move", {"which": "whole", "reason": "试"})
    for _ in range(previews.KEPT):
        looked(admin)
    assert previews.prune(town.city, now=town.clock()) == 1
    assert previews.prune(town.city, now=town.clock() + previews.AGE) == 0
    assert previews.prune(town.city, now=town.clock() + 2 * previews.AGE) == previews.KEPT
    assert len(admin.get("/studio/errand/moves").all("//tbody/tr")) == 1
