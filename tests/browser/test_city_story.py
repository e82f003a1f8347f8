"""The bus stop from booking to score and archive, each step by somebody at a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import BUNDLE, Served, examine
from tests.browser.people import at_desk, end_task, fill_in, form_of, sign_in, types_in
from workflows.play.scenario import Scenario, ScenarioStep
from workflows.worktime import ZONE

SCENARIO = Scenario.parse("bus_stop", (BUNDLE / "scenarios" / "bus_stop.toml").read_bytes())
TITLE = "请在工业园东门增设公交站点"


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(240)
def test_the_bus_stop_is_asked_for_built_and_scored_on_its_dates(
    place: Served, browser: Browser
) -> None:
    company, desk = at_desk(browser), at_desk(browser)
    place.clock.at = when(SCENARIO.start)
    number = books(company, place)
    for step in SCENARIO.steps:
        place.clock.at = when(step)
        if step.by == "enterprise":
            scores(company, place, step.values)
            continue
        sign_in(desk, place, step.by)
        if step is SCENARIO.steps[0]:
            desk.goto(f"{place.address}/inbox")
            examine(desk)
        item = place.task(number)
        works(desk, place, item.name, item.form, str(step.values.get("outcome", "")), step.values)
    watches(desk, place, number)


def when(step: ScenarioStep) -> datetime:
    """Return the time of a step, aware UTC."""
    assert step.when.at is not None
    at = step.when.at
    return (at if at.tzinfo else at.replace(tzinfo=ZONE)).astimezone(UTC)


def books(page: Page, place: Served) -> str:
    """Book the case as the company and return its number."""
    page.goto(place.address)
    page.get_by_role("link", name="预约并提交诉求").click()
    fill_in(page, form_of(place, "booking_form"), SCENARIO.start.values)
    page.get_by_role("button", name="下一步：核对内容").click()
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_role("heading", name="您的诉求已提交")).to_be_visible()
    found = re.search(r"ZTC\d+", page.content())
    assert found
    page.get_by_role("link", name="查看当前进展").click()
    expect(page).to_have_url(re.compile("/status/"))
    return found.group()


def works(
    page: Page, place: Served, task: str, form_name: str, outcome: str, values: Mapping[str, Any]
) -> None:
    """Find the task in the inbox by its subject, claim it, do it."""
    page.goto(f"{place.address}/inbox")
    row = page.get_by_role("row").filter(has_text=TITLE).filter(has_text=task)
    expect(row).to_contain_text(re.compile(r"剩 \d+ 个工作日|今日到期"))
    row.get_by_role("button", name=re.compile("^领取办理")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(task)
    expect(page.get_by_role("region", name=re.compile("^流程图")).first).to_contain_text(task)
    examine(page)
    form = form_of(place, form_name)
    fill_in(page, form, values)
    end_task(page, form, outcome, values)
    expect(page.get_by_role("status").filter(has_text=f"“{task}”已办结")).to_be_visible()


def scores(page: Page, place: Served, values: Mapping[str, Any]) -> None:
    """Open the case where the booking left off, and score."""
    page.reload()
    page.get_by_role("link", name="确认并评分").click()
    fill_in(page, form_of(place, "score_sheet"), values)
    page.get_by_role("button", name="提交：确认并评分").click()
    expect(page.get_by_text(str(values["score_text"]))).to_be_visible()


def watches(page: Page, place: Served, number: str) -> None:
    """Read the finished case as the supervisor: score, story, and the way that it took."""
    types_in(page, place, "supervisor@huidong_service_office")
    page.goto(f"{place.address}/cases?q={number}")
    page.get_by_role("link", name=TITLE).click()
    examine(page)
    expect(page.get_by_role("region", name="企业评分")).to_contain_text("98")
    for task in ("审核受理", "确认转办", "签收", "第一时间对接", "核稿签发", "归档入库"):
        expect(page.get_by_role("listitem").filter(has_text=task).first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    examine(page)
