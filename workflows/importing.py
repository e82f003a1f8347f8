"""The importer, told what this application offers: a file becomes a bundle in a folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

from workflows import letters, options
from workflows.definitions.archive import ARCHIVE_BYTES, ArchiveRefused, unpack
from workflows.definitions.bundle import (
    BUNDLE_BYTES,
    BUNDLE_FILES,
    SETTINGS,
    files_of_folder,
)
from workflows.definitions.check.material import Surroundings
from workflows.definitions.importer import Imported, import_files
from workflows.definitions.importer.gathering import wanted_beside
from workflows.definitions.reading import FILE_BYTES
from workflows.errors import DefinitionRefused, Place
from workflows.inspection import inspect_files
from workflows.operations import registry
from workflows.outbox import GIVEN_NAMES
from workflows.vocabulary import NAMES

ARCHIVES = (".zip", ".bar")
BESIDE = (".bpmn", ".xml", ".dmn", ".form", ".json")
MOST_BESIDE = 2_000
"""Most entries of a folder that are looked at for what a single file speaks of."""


def import_upload(files: Mapping[str, bytes], *, units: Collection[str] | None = None) -> Imported:
    """Return the bundle for files of another product as they were uploaded together.

    `units` are the keys of the city's units, None where there is no city to ask. Raise
    DefinitionRefused, with the file, where one cannot be read.
    """
    return _imported(files, units=units)


def import_bytes(name: str, data: bytes) -> Imported:
    """Return the bundle for one diagram, as uploaded; raise DefinitionRefused if unreadable."""
    return _imported({name: data}, name=name)


def import_bundle(files: Mapping[str, bytes], name: str) -> Imported:
    """Return a bundle of ours after reading its diagram `name`; nothing in it changes."""
    return _imported(files, name=name)


def import_path(path: Path) -> Imported:
    """Return the bundle for a file, a folder or an archive; raise DefinitionRefused.

    Where a file lies in a bundle of ours, or `path` is a bundle's folder, the bundle comes
    whole. Of a folder or an archive of other files everything is read. With a single file
    comes what it speaks of and what lies beside it: called processes, decisions, forms.
    """
    if path.is_dir():
        files = files_of_folder(path)
    elif not path.is_file():
        raise _refused(path, "there is no such file", "Name a file of BPMN 2.0.")
    elif path.suffix.lower() in ARCHIVES:
        with path.open("rb") as file:
            files = _unpacked(path, file.read(ARCHIVE_BYTES + 1))
    else:
        return _with_neighbours(path)
    if SETTINGS not in files:
        return _imported(files)
    diagrams = sorted(one for one in files if one.endswith(".bpmn"))
    if not diagrams:
        raise _refused(path, "the folder holds no bundle", "Name a file of BPMN 2.0.")
    return _imported(files, name=diagrams[0])


def _with_neighbours(path: Path) -> Imported:
    with path.open("rb") as file:
        own = {path.name: file.read(FILE_BYTES + 1)}
    if path.suffix == ".bpmn" and (path.parent / SETTINGS).is_file():
        files = files_of_folder(path.parent)
        if path.name in files:
            return _imported(files, name=path.name)
    return _imported(wanted_beside(path.name, _beside(path.parent) | own))


def _beside(folder: Path) -> dict[str, bytes]:
    """Return what lies beside a file and may belong to it; nothing of a folder full of files."""
    found: dict[str, bytes] = {}
    left = BUNDLE_BYTES
    for one in sorted(islice(folder.iterdir(), MOST_BESIDE)):
        wanted = one.suffix.lower() in BESIDE and one.is_file() and not one.is_symlink()
        if wanted and one.stat().st_size <= min(FILE_BYTES, left) and len(found) < BUNDLE_FILES:
            left -= one.stat().st_size
            found[one.name] = one.read_bytes()
    return found


def _unpacked(path: Path, data: bytes) -> dict[str, bytes]:
    try:
        return unpack(data)
    except ArchiveRefused as error:
        raise DefinitionRefused(
            place=Place(file=str(path)),
            reason=error.reason,
            advice="Name a .zip of diagrams, decision tables and forms.",
        ) from error


def write_bundle(imported: Imported, folder: Path) -> None:
    """Write the files of a bundle into a folder that holds nothing else.

    Raise DefinitionRefused where other files lie there: they would become part of the bundle.
    """
    there = files_of_folder(folder) if folder.is_dir() else {}
    strange = sorted(set(there) - set(imported.files))
    if strange or (folder.exists() and not folder.is_dir()):
        held = ", ".join(strange[:5]) or "a file"
        raise _refused(folder, f"the folder holds other files ({held})", "Name an empty folder.")
    for path, data in imported.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _imported(
    files: Mapping[str, bytes], *, name: str = "", units: Collection[str] | None = None
) -> Imported:
    surroundings = Surroundings(
        operations=registry,
        functions=frozenset(NAMES),
        names=frozenset(GIVEN_NAMES),
        lists=frozenset(options.names()),
        text_names=letters.NAMES,
        units=None if units is None else frozenset(units),
    )
    check = partial(inspect_files, units=units)
    return import_files(files, check=check, surroundings=surroundings, name=name)


def _refused(path: Path, reason: str, advice: str) -> DefinitionRefused:
    return DefinitionRefused(place=Place(file=str(path)), reason=reason, advice=advice)
