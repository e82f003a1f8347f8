"""The small city and readers of its pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.database import Database
from tests.pages.reader import Reader
from tests.pages.town import Town, lay


@pytest.fixture
def town(database: Database) -> Town:
    """A small city with its application."""
    return lay(database)


@pytest.fixture
def as_(town: Town) -> Callable[[str], Reader]:
    """A signed-in reader by login."""
    return lambda login: Reader(town.app).sign_in(login)


@pytest.fixture
def visitor(town: Town) -> Reader:
    """A reader who is not signed in."""
    return Reader(town.app)
