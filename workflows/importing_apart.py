"""The importer in a process that stands by for it, within bounds of time and memory."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from workflows.apart import STARTED_WITHIN, bounds
from workflows.definitions.check import Finding
from workflows.definitions.importer import Imported
from workflows.definitions.importer.report import Line, Report
from workflows.definitions.messages import Message, as_data, from_data
from workflows.errors import DefinitionRefused, Place
from workflows.importing import import_path, import_upload
from workflows.standby import Failed, Late, Standby, packed, serve, unpacked

log = logging.getLogger("throughtrain.import")

_IMPORTER = Standby("workflows.importing_apart")
_ADVICE = Message("Send the diagrams in smaller parts, or split the process in its own product.")
_LATE = Message("the import did not come to an end in time")
_LARGE = Message("the import needed more memory than it may take")


def import_upload_apart(
    files: Mapping[str, bytes], *, units: Collection[str] | None = None
) -> Imported:
    """Return the bundle for uploaded files of another product; raise DefinitionRefused.

    As `import_upload`, but the work is done in another process, so that the caller's goes
    on serving others whatever the files hold.
    """
    head: dict[str, Any] = {"units": None if units is None else sorted(units)}
    try:
        answer = _IMPORTER.ask(packed(head, files), STARTED_WITHIN)
    except Late as error:
        raise _refused("", _LATE, _ADVICE) from error
    except Failed as error:
        log.warning("an import was stopped", extra={"action": "import", "reason": str(error)})
        raise _refused("", _LARGE, _ADVICE) from error
    if not answer:
        log.warning("an import was stopped", extra={"action": "import", "reason": "no answer"})
        raise _refused("", _LARGE, _ADVICE)
    head, made = unpacked(answer)
    if "refused" in head:
        raise _refused(*(from_data(one) for one in head["refused"]))
    return Imported(
        dialect=head["dialect"],
        files=made,
        report=Report(lines=[Line.from_data(one) for one in head["lines"]]),
        findings=[Finding(**one) for one in head["findings"]],
    )


def import_path_bounded(path: Path) -> Imported:
    """Return the bundle for a file, a folder or an archive; raise DefinitionRefused.

    As `import_path`, within bounds of time and memory; for the main thread of a command.
    """
    try:
        with bounds():
            return import_path(path)
    except TimeoutError as error:
        raise _refused(str(path), _LATE, _ADVICE) from error
    except MemoryError as error:
        raise _refused(str(path), _LARGE, _ADVICE) from error


def _refused(file: str, reason: str, advice: str) -> DefinitionRefused:
    return DefinitionRefused(place=Place(file=file), reason=reason, advice=advice)


def _answer(question: bytes) -> bytes:
    """Import the files of a question; return the bundle, or why there is none."""
    head, files = unpacked(question)
    try:
        with bounds():
            imported = import_upload(files, units=head["units"])
            return packed(_head(imported), imported.files)
    except DefinitionRefused as error:
        refused = (error.place.file, error.reason, error.advice)
    except TimeoutError:
        refused = ("", _LATE, _ADVICE)
    except MemoryError:
        refused = ("", _LARGE, _ADVICE)
    return packed({"refused": [as_data(one) for one in refused]}, {})


def _head(imported: Imported) -> dict[str, object]:
    return {
        "dialect": imported.dialect,
        "lines": [line.as_data() for line in imported.report.lines],
        "findings": [one.as_mapping() for one in imported.findings],
    }


if __name__ == "__main__":
    serve(_answer, STARTED_WITHIN)
