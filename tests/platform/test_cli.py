"""The command line: exit statuses, JSON for programs, one sentence when it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.running import ROOT, environment

Done = subprocess.CompletedProcess[str]
pytestmark = pytest.mark.own_server


def throughtrain(home: Path, *arguments: str, **more: str) -> Done:
    """Run the command as a shell would, on a home of its own and without DATABASE_URL."""
    return subprocess.run(
        [sys.executable, "-m", "webapp", *arguments],
        cwd=ROOT,
        env=environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )


def test_a_city_is_laid_verified_backed_up_and_brought_back(home: Path) -> None:
    laid = throughtrain(home, "demo", "--no-cases")
    assert laid.stdout == "The demo city is laid.\n"
    verified = throughtrain(home, "verify", "--json")
    assert verified.returncode == 0
    assert json.loads(verified.stdout) == {"cases": 0, "broken": []}
    file = home / "city.dump"
    assert throughtrain(home, "backup", str(file)).returncode == 0
    assert throughtrain(home, "restore", str(file)).returncode == 0


@pytest.mark.parametrize("command", ["web", "worker"])
def test_processes_of_a_server_ask_for_its_database(home: Path, command: str) -> None:
    refused = throughtrain(home, command)
    assert refused.returncode == 2
    assert refused.stderr.startswith("DATABASE_URL is not set: name the city's PostgreSQL")


def test_an_unreachable_database_is_named_without_its_password(home: Path) -> None:
    url = "postgresql://mayor:secret@127.0.0.1:1/city"
    refused = throughtrain(home, "migrate", DATABASE_URL=url)
    assert refused.returncode == 2
    assert "mayor:***@127.0.0.1:1/city cannot be reached" in refused.stderr
    assert "secret" not in refused.stderr


def test_a_folder_that_is_no_bundle_is_unusable_input(home: Path) -> None:
    refused = throughtrain(home, "check", str(home / "nothing"))
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1


def test_an_unknown_command_is_unusable_input(home: Path) -> None:
    assert throughtrain(home, "fly").returncode == 2
