"""A process admin finds an incident, puts its case right on the diagram, and takes that back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import Served, examine
from tests.browser.people import at_desk, sign_in
from tests.pages.town import BUNDLE
from workflows import incidents
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM, Actor
from workflows.definitions.bundle import files_of_folder
from workflows.errors import Place, StepFailed

ADMIN = "process_admin@service_office"
ENTRIES = {"title": "厂门口增设公交站", "kind": "problem", "category": "municipal", "text": "太远"}


@pytest.mark.browser
def test_an_incident_leads_to_a_repair_that_is_seen_before_it_is_made(
    place: Served, browser: Browser
) -> None:
    case_id = _troubled(place)
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    page.goto(f"{place.address}/incidents")
    examine(page)
    page.get_by_role("link", name="算式算不出结果").click()
    expect(page.locator(".diagram-sign")).to_have_text("!", timeout=20_000)
    expect(page.get_by_label("技术原因")).to_have_text("days: null")
    page.get_by_role("link", name="修复本件").click()
    page.get_by_role("link", name="移动环节").click()
    page.locator('[data-element-id="sign"]').first.click(timeout=20_000)
    expect(page.get_by_label("从这里开始")).to_have_value("errand/sign")
    page.get_by_label("企业看到的说明").fill("已转承办部门。")
    page.get_by_role("button", name="先看后果").click()
    expect(page.locator(".preview del").first).to_have_text("审核受理")
    examine(page)
    page.get_by_label("理由", exact=True).fill("审核已线下完成")
    page.get_by_role("button", name="移动环节").click()
    expect(page.get_by_text("修复已执行")).to_be_visible()
    page.get_by_role("button", name="看退回的后果").click()
    expect(page.locator(".preview ins").first).to_have_text("审核受理")
    page.set_viewport_size({"width": 390, "height": 844})
    examine(page)
    page.get_by_label("理由", exact=True).fill("转错了")
    page.get_by_role("button", name="退回到较早步骤").click()
    page.goto(f"{place.address}/cases/{case_id}")
    _reads(page, "修复：由“审核受理”移到“签收”", "已转承办部门。", "修复：退回到第 1 步之后")


def _troubled(place: Served) -> int:
    """Submit a case, of which a step could not be run."""
    deploy(place.city, SYSTEM, files_of_folder(BUNDLE), now=place.clock(), reason="test")
    entries = {key: [value] for key, value in ENTRIES.items()}
    company = Actor(name="陈某")
    case = submit(place.city, company, "errand", entries, now=place.clock())
    where = Place(process="errand", element="review", name="审核受理")
    failure = StepFailed(place=where, reason="days: null", advice="", cause="expression")
    incidents.record(place.city, failure, action="wake", now=place.clock(), case_id=case.case_id)
    return case.case_id


def _reads(page: Page, *lines: str) -> None:
    for line in lines:
        expect(page.get_by_text(line).first).to_be_visible()
