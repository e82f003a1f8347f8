"""A process admin changes a process in the browser: draft, difference, trial, deployment."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.company import Served
from tests.browser.people import at_desk, sign_in
from tests.pages.town import BUNDLE
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder

ADMIN = "process_admin@service_office"


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_changed_time_limit_is_proved_and_deployed(place: Served, browser: Browser) -> None:
    files = files_of_folder(BUNDLE)
    deploy(place.city, SYSTEM, files, now=place.clock(), reason="test")
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    page.goto(f"{place.address}/studio/errand")
    page.get_by_label("草稿名称").fill("放宽受理期限")
    page.get_by_role("button", name="以现行版本起草").click()
    longer = files["errand.bpmn"].replace(b"workdays(2)", b"workdays(3)")
    page.get_by_text("上传、移出文件，丢弃草稿").click()
    page.get_by_label("文件，或它们的 .zip 压缩包").set_input_files(
        {"name": "errand.bpmn", "mimeType": "text/xml", "buffer": longer}
    )
    page.get_by_role("button", name="放入草稿").click()
    page.get_by_role("link", name="有哪些不同").click()
    expect(page.locator("ins")).to_have_text("workdays(3)")
    expect(page.locator(".diagram-sign-changed")).to_have_count(2, timeout=20_000)
    page.go_back()
    page.get_by_role("button", name="演练场景").click()
    page.get_by_label("理由").fill("受理积压", timeout=120_000)
    page.get_by_role("button", name="发布，新诉求按此办理").click()
    expect(page.get_by_text("第 2 版已生效")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("row", name="第 2 版").first).to_contain_text("受理积压")
