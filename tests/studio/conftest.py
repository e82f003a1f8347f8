"""The small city of the pages' tests, for the studio."""

from __future__ import annotations

import pytest

from models.database import Database
from tests.pages.reader import Reader
from tests.pages.town import Town, lay


@pytest.fixture
def town(database: Database) -> Town:
    """A small city with its application."""
    return lay(database)


@pytest.fixture
def admin(town: Town) -> Reader:
    """The process admin, signed in."""
    return Reader(town.app).sign_in("process_admin")
