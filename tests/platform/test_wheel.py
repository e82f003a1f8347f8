"""What `pip install .` brings: every page's template and script, every shipped process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKED = ("bpmn", "models", "webapp", "workflows")
NOT_PACKED = ("webapp/frontend/", "webapp/static/built/")
KNOWN_PACKAGES = ROOT / "webapp" / "frontend" / "node_modules"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources in which nothing has been built."""
    if not KNOWN_PACKAGES.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("The frontend's packages are missing: make assets")
        pytest.skip("needs the frontend's packages: make assets")
    copy = tmp_path_factory.mktemp("wheel") / "checkout"
    unwanted = shutil.ignore_patterns("__pycache__", "built", "*.mo", "node_modules", "*.egg-info")
    copy.mkdir()
    for name in PACKED:
        shutil.copytree(ROOT / name, copy / name, ignore=unwanted)
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    # Copied, so that the build downloads nothing and changes nothing of ours.
    shutil.copytree(KNOWN_PACKAGES, copy / "webapp/frontend/node_modules", symlinks=True)
    return copy


@pytest.mark.timeout(240)
def test_the_wheel_holds_all_that_the_product_reads(checkout: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path)]
    built = subprocess.run([*command, str(checkout)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    assert sorted(wanted(checkout) - packed) == []
    assert "webapp/static/built/manifest.json" in packed
    assert any(name.endswith("messages.mo") for name in packed)
    assert not any("node_modules" in name or name.startswith("tests") for name in packed)
    # Three editors, each file three ways (plain, gzip, brotli): 6.7 MB.
    assert wheel.stat().st_size < 8_000_000


def wanted(checkout: Path) -> set[str]:
    """Return what lies in the packed folders and is read at run time."""
    names = set()
    for room in PACKED:
        for path in (checkout / room).rglob("*"):
            name = path.relative_to(checkout).as_posix()
            hidden = path.name.startswith(".") or "__pycache__" in path.parts
            if path.is_file() and not hidden and not name.startswith(NOT_PACKED):
                names.add(name)
    return names
