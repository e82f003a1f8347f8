"""Markup in a diagram's names stays letters in the viewer, and nothing is fetched or run."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.company import Served
from tests.browser.people import at_desk, sign_in
from tests.pages.test_evil_names import evil_files
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM

OFFICE = "dispatcher@service_office"


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_the_viewer_draws_markup_as_letters(place: Served, browser: Browser) -> None:
    deploy(place.city, SYSTEM, evil_files(), now=place.clock(), reason="test")
    values = {"title": "公交站", "kind": "problem", "category": "municipal", "text": "远"}
    case = submit(
        place.city,
        SYSTEM,
        "errand",
        {key: [value] for key, value in values.items()},
        now=place.clock(),
    )
    page = at_desk(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    sign_in(page, place, OFFICE)
    page.goto(f"{place.address}/cases/{case.case_id}")
    page.locator("[data-diagram]").first.scroll_into_view_if_needed()
    drawn = page.locator("svg .djs-visual text").first
    expect(drawn).to_be_attached(timeout=15_000)
    letters = page.evaluate(
        "() => [...document.querySelectorAll('svg .djs-visual text')]"
        ".map((one) => one.textContent).join('')"
    )
    assert "evil-tag" in letters
    assert page.locator("evil-tag, iframe, script[src*='evil'], svg[onload]").count() == 0
    assert all(url.startswith((place.address, "data:", "blob:")) for url in asked)
