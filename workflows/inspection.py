"""The check of definitions, told what this application offers them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from workflows import letters, options
from workflows.definitions.check import Finding, check_bundle, check_path
from workflows.operations import registry
from workflows.outbox import GIVEN_NAMES
from workflows.vocabulary import NAMES


def inspect_files(
    files: Mapping[str, bytes], *, units: Collection[str] | None = None
) -> list[Finding]:
    """Return all findings about a bundle given as path -> bytes, errors first.

    `units` are the keys of the city's units, None where there is no city to ask.
    """
    return check_bundle(files, units=units, **_offered())


def inspect_path(path: Path | str) -> list[Finding]:
    """Return all findings about one file or a bundle's folder, errors first."""
    return check_path(path, **_offered())


def inspect_contents(
    contents: Mapping[str, bytes], *, whole: bool, units: Collection[str] | None = None
) -> list[Finding]:
    """Return all findings about a bundle, or (not `whole`) about files by themselves."""
    return check_bundle(contents, whole=whole, units=units, **_offered())


def _offered() -> dict[str, Any]:
    return {
        "operations": registry,
        "functions": NAMES,
        "names": GIVEN_NAMES,
        "lists": options.names(),
        "text_names": letters.NAMES,
    }
