"""A process admin plays a draft, keeps the play as a scenario, and sees what it proves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models.people import Person
from tests.browser.company import Served, examine
from tests.browser.people import at_desk, login_of, sign_in
from workflows.actions.bundle_drafts import begin
from workflows.definitions.bundle import files_of_folder
from workflows.play.cast import actor_of

ADMIN = "process_admin@service_office"
TREES = Path(__file__).parents[1] / "simulate" / "trees"


def draft(place: Served) -> str:
    """Begin a draft of the trees without any scenario; return its address."""
    files = files_of_folder(TREES)
    with place.city.database.reading() as session:
        login = login_of(place, ADMIN)
        found = session.scalar(select(Person.id).where(Person.login == login))
        actor = actor_of(session, found or 0)
    bare = {path: data for path, data in files.items() if not path.startswith("scenarios/")}
    draft_id = begin(place.city, actor, bare, name="伐树", now=place.clock())
    return f"{place.address}/studio/trees/d{draft_id}"


def light(page: Page, task: str) -> str:
    """Return the class of the lamp beside a task."""
    row = page.locator(".play-tasks > li", has_text=task)
    return row.locator(".lamp").get_attribute("class") or ""


def act(page: Page, task: str, outcome: str) -> None:
    """Choose a task and end it."""
    page.locator(".play-task-head").get_by_role("link", name=task).click()
    page.get_by_role("button", name=outcome, exact=True).click()


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_draft_is_played_kept_as_a_scenario_and_proved(place: Served, browser: Browser) -> None:
    address = draft(place)
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    page.goto(address)
    page.get_by_role("button", name="试走").click()
    for label, value in (
        ("applicant", "永禾鞋业"), ("tree", "榕树"), ("county", "huidong"), ("girth", "80"),
    ):  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="提交，开始试走").click()
    expect(page.locator("#play-sentence")).to_have_text("窗口正在查看您的申请。")
    expect(page.locator(".diagram-note", has_text="直通车办")).to_be_visible()

    # One outcome: the light turns with the clock, and the timer rings.
    act(page, "查看树木", "grant")
    expect(page.locator("#play-sentence")).to_have_text("园林部门将按期采伐。")
    assert "lamp-green" in light(page, "采伐")
    page.get_by_role("button", name="拨到亮黄灯时").click()
    expect(page.locator(".play-tasks .lamp-yellow")).to_be_visible()
    page.get_by_role("button", name="拨到超期时").click()
    expect(page.locator(".play-tasks .lamp-red")).to_be_visible()
    expect(page.locator(".play-acts")).to_contain_text("时间到：超期")
    expect(page.locator(".diagram .step-late")).to_have_count(1)
    examine(page)
    page.reload()
    expect(page.locator(".play-tasks .lamp-red")).to_be_visible()

    # Rewound, the other outcome; kept.
    page.get_by_role("button", name="退回到：提交").click()
    act(page, "查看树木", "more")
    expect(page.locator("#play-sentence")).to_have_text("请补一张照片。")
    page.get_by_label("这个场景说明什么").fill("要求补照片")
    page.get_by_label("文件名").fill("asked_for_more")
    page.get_by_role("button", name="保存为场景").click()
    page.get_by_role("button", name="演练场景").click()
    page.get_by_role("link", name="在流程图上查看结果").click(timeout=120_000)
    expect(page.get_by_role("link", name="要求补照片")).to_be_visible()
    expect(page.locator(".diagram .mark-element-covered")).not_to_have_count(0)
    expect(page.locator(".diagram .mark-element-never")).not_to_have_count(0)
    examine(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="要求补照片").click()
    expect(page.locator(".diagram .mark-element-way")).not_to_have_count(0)
    examine(page)
