"""What may be done with a case at any time, and its parts: on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models.tables import WorkItem
from tests.actions import anytime, family
from tests.browser.company import Served, examine
from tests.browser.people import sign_in
from workflows.actions.cases import Submitted, submit
from workflows.actions.deployment import deploy
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor

SCREENS: dict[str, Any] = {
    "desk": {"viewport": {"width": 1360, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
COMPANY = Actor(name="陈某")


@pytest.mark.browser
def test_the_office_instructs_and_the_company_withdraws(place: Served, browser: Browser) -> None:
    for files in (anytime.files(), family.files()):
        deploy(place.city, SYSTEM, _named(files), now=place.clock(), reason="test")
    for screen in SCREENS.values():
        plea, wish = _begun(place, anytime.KEY, "请尽快通水"), _split(place)
        context = browser.new_context(locale="zh-CN", **screen)
        _instructs(context.new_page(), place, plea, wish)
        context.close()
        context = browser.new_context(locale="zh-CN", **screen)
        _withdraws(context.new_page(), place, plea, wish)
        context.close()


def _named(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a made-up process with the words and units of this city."""
    words = {
        'name="withdraw"': 'name="撤回事项"',
        'name="instruct"': 'name="批示"',
        '"roads"': '"transport"',
        '"label": "reason"': '"label": "撤回原因"',
        '"label": "words"': '"label": "批示内容"',
        '"roles" value="supervisor, dispatcher"': '"sentence" value="直通车办据此督促落实"/>'
        '<spiffworkflow:property name="roles" value="supervisor, dispatcher"',
    }
    found = {}
    for path, data in files.items():
        text = data.decode()
        for before, after in words.items():
            text = text.replace(before, after)
        found[path] = text.encode()
    return found


def _begun(place: Served, key: str, title: str) -> Submitted:
    values = {"title": [title], "company": ["晨星公司"]}
    return submit(place.city, COMPANY, key, values, now=place.clock())


def _split(place: Served) -> Submitted:
    """Split a wish into two parts."""
    wish = _begun(place, family.KEY, "整修两条路")
    with place.city.database.reading() as session:
        task = session.scalars(select(WorkItem.id).where(WorkItem.case_id == wish.case_id)).one()
    entries = {
        "outcome": ["split"],
        "parts-0-title": ["整修园区东侧主路"],
        "parts-1-title": ["整修园区西侧辅路"],
    }
    complete(place.city, SYSTEM, task, entries, now=place.clock())
    return wish


def _instructs(page: Page, place: Served, plea: Submitted, wish: Submitted) -> None:
    sign_in(page, place, "dispatcher@service_office")
    page.goto(f"{place.address}/cases/{wish.case_id}")
    expect(page.locator(".linked").get_by_text("整修园区东侧主路")).to_be_visible()
    examine(page)
    page.goto(f"{place.address}/cases/{plea.case_id}")
    examine(page)
    page.get_by_role("link", name="批示", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("批示")
    page.get_by_label("批示内容").fill("三日内落实")
    examine(page)
    page.get_by_role("button", name="请落实").click()
    expect(page.get_by_text("“批示”已提交。")).to_be_visible()
    expect(page.locator(".timeline").get_by_text("批示").first).to_be_visible()
    examine(page)


def _withdraws(page: Page, place: Served, plea: Submitted, wish: Submitted) -> None:
    for found in (wish, plea):
        page.goto(f"{place.address}/status")
        page.get_by_label("诉求编号").fill(found.number)
        page.get_by_label("查询码").fill(found.code)
        page.get_by_role("button", name="查询", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        examine(page)
    page.get_by_role("link", name="撤回事项").click()
    page.get_by_label("撤回原因").fill("已经通水")
    examine(page)
    page.get_by_role("button", name="提交：撤回事项").click()
    expect(page.get_by_text("已经通水").first).to_be_visible()
    examine(page)
