"""A process admin looks where cases stand and goes back along the path of one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import insert, select

from models.enterprises import Enterprise
from models.work import WorkItem
from tests.browser.company import Served, examine
from tests.browser.people import at_desk, sign_in
from tests.pages.town import BUNDLE
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor
from workflows.definitions.bundle import files_of_folder

ADMIN = "process_admin@service_office"
ASKED = {
    "title": "增设公交站",
    "kind": "problem",
    "category": "municipal",
    "text": "路远",
    "contact": "李某",
}
REVIEWED = {"level": ["city"], "urgency": ["normal"], "outcome": ["accept"]}


def begun(place: Served) -> int:
    """Submit a case of a process of two tasks, and do the first one."""
    deploy(place.city, SYSTEM, files_of_folder(BUNDLE), now=place.clock(), reason="test")
    city = next(unit for unit in place.city.directory().all() if unit.kind == "city")
    row = {"name": "晨星公司", "created_at": place.clock(), "place_id": city.id}
    with place.city.database.transaction() as session:
        enterprise = session.scalars(
            insert(Enterprise).values(**row).returning(Enterprise.id)
        ).one()
    company = Actor(name="陈某", enterprise_id=enterprise)
    entries = {key: [value] for key, value in {**ASKED, "place": city.key}.items()}
    case_id = submit(place.city, company, "errand", entries, now=place.clock()).case_id
    with place.city.database.reading() as session:
        task = session.scalars(select(WorkItem.id).where(WorkItem.case_id == case_id)).one()
    complete(place.city, SYSTEM, task, REVIEWED, now=place.clock())
    return case_id


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_count_on_the_diagram_leads_to_the_path_of_a_case(
    place: Served, browser: Browser
) -> None:
    case_id = begun(place)
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    page.goto(f"{place.address}/studio/errand/watch")
    count = page.locator(".watch-badge-count")
    expect(count).to_have_text("1", timeout=20_000)
    examine(page)
    count.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("签收")
    page.get_by_role("link", name="办理轨迹").click()
    expect(page.locator(".watch-badge-task")).to_have_count(1, timeout=20_000)
    expect(page.locator(".flow-fresh")).to_have_count(2)
    examine(page)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("第 1 步，共 2 步")).to_be_visible()
    expect(page.locator(".flow-fresh")).to_have_count(1)
    page.get_by_role("slider").fill("2")
    expect(page.get_by_text("第 2 步，共 2 步")).to_be_visible()
    assert page.url == f"{place.address}/cases/{case_id}/path?step=2"
