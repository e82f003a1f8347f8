"""The house under load loses web, worker and database at random, and every case stays whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.bench.chaos import torment


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the unprivileged database server may enter."""
    with tempfile.TemporaryDirectory(prefix="tt-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.own_server
@pytest.mark.timeout(150)
def test_kills_under_load_leave_every_case_whole(home: Path) -> None:
    found = torment(home, kills=3, cases=60, seed=7)
    assert len(found.kills) == 3
    assert found.completed > 0
    assert found.cases == 60
    assert found.broken == []
    assert found.left_behind == []
