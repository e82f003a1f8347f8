"""A served city and the installed browser, for stories told through the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from models.database import Database
from tests.browser.company import Served, chromium, served


@pytest.fixture
def place(database: Database) -> Iterator[Served]:
    """The demo's units with the shipped process, served on a port of their own."""
    with served(database) as found:
        yield found


@pytest.fixture(scope="session")
def one_browser() -> Iterator[Browser]:
    """The installed browser, without a window, started once."""
    with chromium() as found:
        yield found


@pytest.fixture
def browser(one_browser: Browser) -> Iterator[Browser]:
    """The browser for one story; whatever it opened is closed behind it."""
    yield one_browser
    for context in one_browser.contexts:
        context.close()
