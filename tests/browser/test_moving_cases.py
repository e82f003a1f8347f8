"""A process admin moves running cases to a newer version in the browser, and takes them back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.company import Served, examine
from tests.browser.people import at_desk, sign_in
from tests.pages.town import BUNDLE
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder

ADMIN = "process_admin@service_office"


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_running_cases_are_looked_at_moved_and_taken_back(place: Served, browser: Browser) -> None:
    files = files_of_folder(BUNDLE)
    deploy(place.city, SYSTEM, files, now=place.clock(), reason="test")
    entries = {"title": "增设公交站", "kind": "problem", "category": "municipal", "place": "city"}
    raw = {key: [value] for key, value in {**entries, "text": "远", "contact": "李某"}.items()}
    case = submit(place.city, SYSTEM, "errand", raw, now=place.clock())
    for before in ('id="review"', 'Ref="review"', 'Element="review"', ">review<"):
        after = before.replace("review", "look")
        files["errand.bpmn"] = files["errand.bpmn"].replace(before.encode(), after.encode())
    deploy(place.city, SYSTEM, files, now=place.clock(), reason="受理改名")
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    page.goto(f"{place.address}/studio/errand")
    page.get_by_role("button", name="查看迁移的影响").click()
    expect(page.get_by_text("新版本中没有它")).to_be_visible(timeout=30_000)
    expect(page.locator(".diagram-sign-stuck")).to_have_text("✕ 1", timeout=20_000)
    examine(page)
    page.locator("select[name='map:errand:review']").select_option("look")
    page.get_by_role("button", name="按此重新试算").click()
    page.get_by_label("理由").fill("受理改名", timeout=30_000)
    page.get_by_role("button", name="迁移这些诉求").click()
    row = page.get_by_role("row", name=case.number)
    expect(row).to_contain_text("已迁移", timeout=30_000)
    examine(page)
    row.get_by_role("button", name="迁回").click()
    expect(page.get_by_role("heading", name="从第 2 版迁回")).to_be_visible()
    expect(row).to_contain_text("已迁移", timeout=30_000)
    page.goto(f"{place.address}/studio/errand")
    expect(page.get_by_text("还有 1 件按以前的版本办理")).to_be_visible()
