"""What the platform's tests share: a home that the embedded server's account can walk to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    """A fresh folder for everything that a run writes."""
    folder = Path(tempfile.mkdtemp(prefix="throughtrain-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
