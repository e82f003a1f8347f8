"""The importer, told what this application offers: a file becomes a bundle in a folder."""

from __future__ import annotations

from pathlib import Path

from workflows import letters, options
from workflows.definitions.bundle import SETTINGS, files_of_folder
from workflows.definitions.check.material import Surroundings
from workflows.definitions.importer import Imported, import_files
from workflows.definitions.reading import FILE_BYTES, Unreadable
from workflows.errors import DefinitionRefused, Place
from workflows.inspection import inspect_files
from workflows.operations import registry
from workflows.outbox import GIVEN_NAMES
from workflows.vocabulary import NAMES


def import_bytes(name: str, data: bytes) -> Imported:
    """Return the bundle for one diagram, as uploaded; raise DefinitionRefused if unreadable."""
    return _imported(name, {name: data})


def import_path(path: Path) -> Imported:
    """Return the bundle for a diagram's file; raise DefinitionRefused if it cannot be read.

    Where the file lies in a bundle, or `path` is a bundle's folder, the bundle comes whole.
    """
    if path.is_dir():
        files = files_of_folder(path)
        diagrams = sorted(one for one in files if one.endswith(".bpmn"))
        if SETTINGS not in files or not diagrams:
            raise _refused(path, "the folder holds no bundle", "Name a file of BPMN 2.0.")
        return _imported(diagrams[0], files)
    if not path.is_file():
        raise _refused(path, "there is no such file", "Name a file of BPMN 2.0.")
    if path.suffix == ".bpmn" and (path.parent / SETTINGS).is_file():
        files = files_of_folder(path.parent)
        if path.name in files:
            return _imported(path.name, files)
    with path.open("rb") as file:
        return _imported(path.name, {path.name: file.read(FILE_BYTES + 1)})


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


def _imported(name: str, files: dict[str, bytes]) -> Imported:
    surroundings = Surroundings(
        operations=registry,
        functions=frozenset(NAMES),
        names=frozenset(GIVEN_NAMES),
        lists=frozenset(options.names()),
        text_names=letters.NAMES,
    )
    try:
        return import_files(name, files, check=inspect_files, surroundings=surroundings)
    except Unreadable as error:
        raise error.refused(name) from error


def _refused(path: Path, reason: str, advice: str) -> DefinitionRefused:
    return DefinitionRefused(place=Place(file=str(path)), reason=reason, advice=advice)
