"""A process admin brings a process of another product into the studio, and mends what is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.company import Served, examine
from tests.browser.people import at_desk, sign_in

FOLDER = Path(__file__).parents[1] / "importer/sets/flowable_leave"
ADMIN = "process_admin@service_office"


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_flowable_process_is_walked_through_its_report(place: Served, browser: Browser) -> None:
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    page.goto(f"{place.address}/studio/")
    page.get_by_label("文件，或它们的 .zip 压缩包").set_input_files(sorted(FOLDER.iterdir()))
    page.get_by_label("草稿名称").fill("请假审批")
    page.get_by_role("button", name="上传为草稿").click()
    expect(page.get_by_role("heading", name="导入报告")).to_be_visible(timeout=30_000)
    expect(page.locator(".diagram-sign-todo").first).to_be_visible(timeout=20_000)
    examine(page)
    refused = page.locator(".import-found")
    expect(refused).to_have_count(1)
    refused.get_by_role("link", name="在图上显示").click()
    expect(page.locator(".element-shown")).to_be_visible()

    listener = page.locator(".import-line", has_text="监听器").first
    listener.get_by_role("checkbox").check()
    expect(page.locator(".import-dealt")).to_have_count(1)

    refused.get_by_role("link", name="去修改").click()
    step = page.locator('[data-element-id="leader_before"]')
    expect(page.locator("[data-ready=yes]")).to_be_visible(timeout=30_000)
    page.locator('.djs-context-pad [data-action="delete"]').click()  # the step is chosen already
    expect(step).to_have_count(0)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("已保存").first).to_be_visible()

    page.goto(f"{page.url.partition('/draw/')[0]}/import")
    expect(page.locator(".import-no_longer")).to_have_count(1)
    expect(page.get_by_text("检查通过了这份草稿")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="继续处理草稿").first.click()
    page.get_by_role("button", name="演练场景").click()
    expect(page.locator("#trial")).to_contain_text("场景", timeout=60_000)
