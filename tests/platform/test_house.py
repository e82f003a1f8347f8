"""Rules of the house that neither linter nor type checker looks at."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "workflows", "webapp")
COMMIT_OWNER = "models/database.py"
BARE_REFERENCES = "webapp/bench/"
"""The bench holds our figures against bare psycopg, which commits for itself."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.Module, method: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        for node in ast.walk(tree)
    )


def test_one_function_owns_the_commit() -> None:
    owners = [name for name, tree in modules() if calls(tree, "commit")]
    assert [name for name in owners if not name.startswith(BARE_REFERENCES)] == [COMMIT_OWNER]


def test_every_module_says_which_room_it_is() -> None:
    versions = "models/migrations/versions/"
    silent = [
        name
        for name, tree in modules()
        if tree.body and not ast.get_docstring(tree) and not name.startswith(versions)
    ]
    assert silent == []


def test_pins_carry_no_download_addresses() -> None:
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in pins if "://" in line or " @ " in line] == []
    lock = json.loads((ROOT / "webapp/frontend/package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def test_every_dependency_is_pinned() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    wanted = config["options"]["install_requires"] + config["options.extras_require"]["dev"]
    names = {re.split(r"[\[<>=~ ]", line)[0].lower() for line in wanted.split("\n") if line}
    pins = (ROOT / "constraints.txt").read_text().lower().splitlines()
    pinned = {line.split("==")[0] for line in pins if "==" in line}
    assert names - pinned == set()


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_hides_in_a_function(room: str) -> None:
    hidden = [
        f"{name}: {function.name}"
        for name, tree in modules()
        if name.startswith(f"{room}/")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]
    assert hidden == []
