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


@pytest.fixture
def browser() -> Iterator[Browser]:
    """The installed browser, without a window."""
    with chromium() as found:
        yield found
