"""The map of the house names only what is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs/map.md").read_text("utf-8")
ROOMS = ("bpmn", "models", "workflows", "webapp", "tests", "deploy", "docs")
PATH = re.compile(r"[\w*.-]+(?:/[\w*.-]+)*/?")
ENDINGS = (".py", ".dmn", ".bpmn", ".md", ".form", ".toml")
LINK = re.compile(r"\]\(([^)#]+)\)")
WRITTEN_BY_BENCH = "benchmarks.md"


def everything() -> frozenset[PurePosixPath]:
    found = set()
    for room in ROOMS:
        found.add(PurePosixPath(room))
        for path in (ROOT / room).rglob("*"):
            if "node_modules" not in path.parts and "__pycache__" not in path.parts:
                found.add(PurePosixPath(path.relative_to(ROOT).as_posix()))
    return frozenset(found)


THERE = everything()


def places() -> Iterator[tuple[str, str]]:
    """Yield each path that the map names, with the name inside the file if it gives one."""
    for word in dict.fromkeys(re.findall(r"`([^`]+)`", MAP)):
        path, _, name = word.partition(": ")
        if PATH.fullmatch(path) and ("/" in path or path.endswith(ENDINGS)):
            yield path, name


def matching(path: str) -> list[PurePosixPath]:
    """Return what a path, whole or only its end, stands for."""
    return [one for one in THERE if one.match(path.rstrip("/"))]


@pytest.mark.parametrize(("path", "name"), list(places()))
def test_every_path_that_it_names_exists(path: str, name: str) -> None:
    found = [one for one in matching(path) if not path.endswith("/") or (ROOT / one).is_dir()]
    assert found, f"docs/map.md names {path}, which is not there"
    if name:
        assert any(name.split(".")[0] in defined(ROOT / one) for one in found), (path, name)


def defined(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_lists_of_files_name_files() -> None:
    for row in re.findall(r"^\| (.+) \| (.+) \|$", MAP, re.MULTILINE):
        folders = re.findall(r"`([\w/]+)/(?:\*\.py)?`", row[0])
        for words in (
            re.findall(r"`(?!throughtrain)([\w .]+ [\w .]+)`", row[1]) if len(folders) == 1 else ()
        ):
            for word in words.replace("...", "").split():
                there = PurePosixPath(folders[0]) / word
                assert {there, there.with_suffix(".py")} & THERE, f"{there} is not there"


@pytest.mark.parametrize("target", sorted(set(LINK.findall(MAP)) - {WRITTEN_BY_BENCH}))
def test_every_page_that_it_points_to_exists(target: str) -> None:
    assert (ROOT / "docs" / target).exists(), target
