"""The Makefile explains itself and says in a sentence what it lacks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_alone_it_lists_what_it_can_do() -> None:
    said = make().stdout
    for target in ("run", "test", "test-server", "check", "bench"):
        assert f"make {target} " in said


def test_an_old_python_is_refused_in_a_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
    old.chmod(0o755)
    refused = make("run", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert refused.returncode == 2
    expected = "Python 3.9.2 is too old: install Python 3.11 or newer"
    assert expected in refused.stdout
    assert not (tmp_path / "venv").exists()


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "python3.99"
    refused = make("run", f"PYTHON={missing}", f"VENV={tmp_path / 'venv'}")
    assert refused.returncode == 2
    assert f"There is no {missing}" in refused.stdout


def test_the_server_suite_asks_for_its_server() -> None:
    # -o: nothing is installed for the sake of this answer.
    refused = make("test-server", "DATABASE_URL=", "-o", ".venv/.installed-dev", "-o", "browser")
    assert refused.returncode == 2
    assert "make test-server DATABASE_URL=postgresql://" in refused.stdout
