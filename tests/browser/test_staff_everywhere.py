"""Each page of staff on a desk, on a phone and in the dark: accessible, never too wide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import BUNDLE, Served, examine
from tests.browser.people import sign_in
from workflows.play.cast import Cast
from workflows.play.player import Player
from workflows.play.scenario import Scenario

SCREENS: dict[str, Any] = {
    "desk": {"viewport": {"width": 1360, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
}


@pytest.mark.long
@pytest.mark.browser
def test_every_page_of_staff_is_sound_on_each_screen(place: Served, browser: Browser) -> None:
    title = plays_until_it_is_late(place)
    for screen in SCREENS.values():
        context = browser.new_context(locale="zh-CN", **screen)
        walks(context.new_page(), place, title)
        context.close()


def plays_until_it_is_late(place: Served) -> str:
    """Bring a case to its handling, let its time limit pass, and return its subject."""
    scenario = Scenario.parse("bus_stop", (BUNDLE / "scenarios" / "bus_stop.toml").read_bytes())
    player = Player(place.city, "through_train", scenario, Cast(place.city), sessions={})
    player.play(scenario.start)
    for step in scenario.steps[:4]:
        player.play(step)
    place.clock.at = player.now + timedelta(days=30)
    return str(scenario.start.values["title"])


def walks(page: Page, place: Served, title: str) -> None:
    """Open each page of staff, the last one in English."""
    sign_in(page, place, "supervisor@huidong_service_office")
    for address in ("/supervision/", "/supervision/?view=mine", "/supervision/units/0"):
        page.goto(place.address + address)
        examine(page)
    page.goto(f"{place.address}/supervision/")
    page.get_by_role("link", name=title).first.click()
    examine(page)
    page.goto(f"{place.address}/supervision/")
    page.get_by_role("link", name="限时办理", exact=True).first.click()
    examine(page)
    for address in ("/inbox", "/cases", "/reception/", "/account", "/nowhere"):
        page.goto(place.address + address)
        examine(page)
    page.goto(f"{place.address}/account")
    page.get_by_role("button", name="English").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    examine(page)
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")
