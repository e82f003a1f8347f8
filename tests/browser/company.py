"""What the company's stories stand on: the demo's units, the shipped process, a served city."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from models.database import Database
from models.tables import Case, WorkItem
from tests.application import application
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.demo.city import seed_units

BUNDLE = Path(__file__).parents[2] / "bpmn" / "through_train"
VIOLATIONS = {"resultTypes": ["violations"]}
CHROMIUM = shutil.which("chromium") or ""


@dataclass
class Clock:
    """The clock of the pages; a story moves it."""

    at: datetime = field(default=datetime(2019, 3, 14, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, kw_only=True)
class Served:
    """A city whose pages can be opened in a browser."""

    city: City
    clock: Clock
    address: str

    def task(self, number: str) -> WorkItem:
        """Return the one open task of a case."""
        with self.city.database.reading() as session:
            return session.scalars(
                select(WorkItem)
                .join(Case, Case.id == WorkItem.case_id)
                .where(Case.number == number, WorkItem.state == "open")
            ).one()


@contextmanager
def served(database: Database) -> Iterator[Served]:
    """Lay the city, deploy the through-train, and serve both on a port of their own."""
    clock = Clock()
    with database.transaction() as session:
        seed_units(session, clock())
    city = City(database)
    deploy(city, SYSTEM, files_of_folder(BUNDLE), now=clock(), reason="story")
    app = application(city, CITY_NAME="云州市", NOW=clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        yield Served(city=city, clock=clock, address=address)
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the installed browser, or skip loudly; where CI says so, its absence is a failure."""
    if not CHROMIUM:
        missing = "chromium is not installed: sh deploy/install-browser.sh"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def examine(page: Page) -> None:
    """Hold a page against accessibility rules and its own width."""
    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"
