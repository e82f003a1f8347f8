"""A bundle: the files of one process as its owner keeps them, with what bundle.toml says."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from workflows.definitions.reading import FILE_BYTES, Unreadable, decode
from workflows.definitions.settings import Problem, Settings, Stage, read_settings
from workflows.errors import DefinitionRefused, Place

__all__ = ["Bundle", "Problem", "Stage", "checksum_of", "files_of_folder"]

BUNDLE_BYTES = 8_000_000
BUNDLE_FILES = 300
MOST_PATHS = 20 * BUNDLE_FILES
"""Paths in a folder that are looked at before it is refused as no bundle at all."""
_DEEP = re.compile(
    r"""(?<![\w\\-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}"""
)
"""A key of very many parts, which takes their number squared to read."""
LARGEST = {"txt": 50_000, "toml": 100_000, "form": 200_000}
"""Bytes of a file by its ending; all others `FILE_BYTES`."""
SETTINGS = "bundle.toml"

_NAME = r"[\w-]+(?:\.[\w-]+)*"
_PATHS = re.compile(
    rf"^(?:bundle\.toml|takeover\.toml|{_NAME}\.bpmn|{_NAME}\.dmn|forms/{_NAME}\.form"
    rf"|texts/{_NAME}\.txt|scenarios/{_NAME}\.toml)$"
)
_SERIAL = re.compile(r"\{serial(?::0(\d{1,2})d)?\}")


@dataclass(frozen=True, kw_only=True)
class Bundle(Settings):
    """One process with everything it needs, immutable; `files` maps path to bytes."""

    files: Mapping[str, bytes] = field(repr=False)
    checksum: str
    """SHA-256 over paths and contents, in hexadecimal."""

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Bundle:
        """Read a bundle from path -> bytes; raise DefinitionRefused with the first problem."""
        problems = [*file_problems(files)]
        if problems:
            raise problems[0].refused()
        settings, problems = read_settings(_toml(files), frozenset(files))
        if settings is None or problems:
            raise problems[0].refused()
        return cls._of(settings, files)

    @classmethod
    def from_folder(cls, folder: Path) -> Bundle:
        """Read a bundle from a folder; hidden files and README.md are left out."""
        return cls.from_files(files_of_folder(folder))

    @classmethod
    def _of(cls, settings: Settings, files: Mapping[str, bytes]) -> Bundle:
        return cls(
            **settings.as_mapping(),
            files=MappingProxyType(dict(sorted(files.items()))),
            checksum=checksum_of(files),
        )

    @property
    def diagrams(self) -> Mapping[str, bytes]:
        """The diagrams, path -> bytes."""
        return self._ending(".bpmn")

    @property
    def decisions(self) -> Mapping[str, bytes]:
        """The decision files, path -> bytes."""
        return self._ending(".dmn")

    @property
    def forms(self) -> Mapping[str, bytes]:
        """The forms, form name -> bytes."""
        return {_stem(path): data for path, data in self._ending(".form").items()}

    @property
    def texts(self) -> Mapping[str, bytes]:
        """Letters and messages, name -> bytes."""
        return {_stem(path): data for path, data in self._ending(".txt").items()}

    @property
    def scenarios(self) -> Mapping[str, bytes]:
        """Scenarios, name -> bytes."""
        return {
            _stem(path): data for path, data in self.files.items() if path.startswith("scenarios/")
        }

    def case_number(self, year: int, serial: int) -> str:
        """Return the number of the `serial`-th case of a year."""
        filled = self.number.replace("{year}", str(year))
        return _SERIAL.sub(lambda found: f"{serial:0{int(found.group(1) or 1)}d}", filled)

    def stage(self, key: str) -> Stage:
        """Return a stage by its key; KeyError if there is none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def _ending(self, suffix: str) -> dict[str, bytes]:
        return {path: data for path, data in self.files.items() if path.endswith(suffix)}


def files_of_folder(folder: Path) -> dict[str, bytes]:
    """Return path -> bytes of a folder; no link is followed, sizes are looked at first."""
    if not folder.is_dir():
        raise DefinitionRefused(
            place=Place(file=str(folder)),
            reason="there is no such folder",
            advice="Name the folder that holds bundle.toml.",
        )
    files: dict[str, bytes] = {}
    left = BUNDLE_BYTES
    for path in sorted(_paths_in(folder)):
        name = path.relative_to(folder).as_posix()
        if _left_out(name) or path.is_symlink() or not path.is_file():
            continue
        left -= path.stat().st_size
        if len(files) >= BUNDLE_FILES or path.stat().st_size > FILE_BYTES or left < 0:
            raise _too_much(name)
        files[name] = path.read_bytes()
    return files


def _paths_in(folder: Path) -> list[Path]:
    """Return what lies in a folder and below it; refused where that is far too much."""
    found = list(islice(folder.rglob("*"), MOST_PATHS + 1))
    if len(found) > MOST_PATHS:
        raise _too_much(str(folder))
    return found


def _too_much(name: str) -> DefinitionRefused:
    return DefinitionRefused(
        place=Place(file=name),
        reason=f"a bundle has at most {BUNDLE_FILES} files of {FILE_BYTES:,} bytes,"
        f" {BUNDLE_BYTES:,} in all",
        advice="Take out what the process does not need.",
    )


def _left_out(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/")) or name == "README.md"


def checksum_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over the sorted paths and contents."""
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        name = path.encode()
        digest.update(len(name).to_bytes(4) + name + len(data).to_bytes(8) + data)
    return digest.hexdigest()


def file_problems(files: Mapping[str, bytes]) -> Iterable[Problem]:
    """Return what is wrong with a bundle's file names and sizes."""
    if SETTINGS not in files:
        yield Problem(SETTINGS, "the file is missing", "Add bundle.toml; docs show what it holds.")
    if len(files) > BUNDLE_FILES or sum(map(len, files.values())) > BUNDLE_BYTES:
        yield Problem(
            "",
            f"a bundle has at most {BUNDLE_FILES} files and {BUNDLE_BYTES:,} bytes in all",
            "Take out what the process does not need.",
        )
    for path, data in files.items():
        if not _PATHS.match(path):
            yield Problem(
                path,
                "a file of this name has no place in a bundle",
                "Use *.bpmn, *.dmn and takeover.toml beside bundle.toml, forms/*.form,"
                " texts/*.txt, scenarios/*.toml.",
            )
        elif len(data) > largest(path):
            yield Problem(
                path,
                f"the file has {len(data):,} bytes, more than {largest(path):,}",
                "Split it.",
            )


def largest(path: str) -> int:
    """Return how many bytes a file of this kind may have."""
    return LARGEST.get(path.rpartition(".")[2], FILE_BYTES)


def read_toml(path: str, data: bytes) -> dict[str, object]:
    """Return the tables of a TOML file; raise DefinitionRefused if it is none, or too large."""
    if len(data) > LARGEST["toml"]:
        raise DefinitionRefused(
            place=Place(file=path),
            reason=f"the file has {len(data):,} bytes, more than {LARGEST['toml']:,}",
            advice="Take out what the process does not need.",
        )
    try:
        text = decode(data).lstrip("\ufeff")
        if _DEEP.search(text):
            raise RecursionError
        return tomllib.loads(text)
    except Unreadable as error:
        raise error.refused(path) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is one too
        raise DefinitionRefused(
            place=Place(file=path),
            reason=f"the file is not valid TOML ({str(error) or 'nested too deeply'})",
            advice="Look at the line that is named; texts stand in double quotes.",
        ) from error


def _toml(files: Mapping[str, bytes]) -> dict[str, object]:
    return read_toml(SETTINGS, files[SETTINGS])


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
