"""Rules of the house that neither linter nor type checker looks at."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import click
import pytest
from lxml import etree

from webapp import cli

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "workflows", "webapp")
COMMIT_OWNER = "models/database.py"
NODES = tuple(
    f"{{*}}{kind}"
    for kind in (
        "userTask", "serviceTask", "scriptTask", "businessRuleTask", "callActivity", "subProcess",
        "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent",
        "exclusiveGateway", "parallelGateway",
    )
)  # fmt: skip
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


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_readme_names_every_command(page: str) -> None:
    read = (ROOT / page).read_text(encoding="utf-8")
    told = set(re.findall(r"`(?:throughtrain )?([a-z-]+)(?: [^`]*)?`", read))
    commands = {name: cli.cli.get_command(click.Context(cli.cli), name) for name in cli.ROOMS}
    assert not {name for name, one in commands.items() if one and not one.hidden} - told


def test_links_and_paths_of_the_docs_lead_somewhere() -> None:
    pages = [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]
    gone = [(page.name, link) for page, link in links if not (page.parent / link).exists()]
    for name in ("map.md", "glossary.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        paths = re.findall(r"`((?:models|workflows|webapp|bpmn|docs)/[\w/.*]+)", text)
        gone += [(name, path) for path in paths if not list(ROOT.glob(path.rstrip("/")))]
    assert not gone


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


def shipped_names() -> dict[str, str]:
    """Return what the shipped processes call their processes, nodes, lanes and forms."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "bpmn").glob("*/*.bpmn")):
        for element in etree.parse(file).iter("{*}process", "{*}lane", *NODES):
            found[element.get("id", "")] = file.name
            if element.tag.endswith("}lane"):
                found[element.get("name", "")] = file.name
    for form in sorted((ROOT / "bpmn").glob("*/forms/*.form")):
        found[form.stem] = form.name
    for folder in (ROOT / "bpmn").glob("*/bundle.toml"):
        found[folder.parent.name] = "bundle.toml"
    return found


def test_python_knows_no_process_lane_task_or_form_by_name() -> None:
    names = shipped_names()
    assert {"through_train", "handle", "企业"} <= names.keys()
    known = [
        f"{module}:{node.lineno}: {node.value} of {names[node.value]}"
        for module, tree in modules()
        if not module.startswith("workflows/operations/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names
    ]
    assert known == []
