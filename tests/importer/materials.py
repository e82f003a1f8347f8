"""The files of other products that the tests import."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workflows.definitions.importer import Imported
from workflows.importing import import_bytes

FILES = Path(__file__).parent / "files"
PATHS = sorted(path for path in FILES.rglob("*") if path.is_file())
NAMES = [path.relative_to(FILES).as_posix() for path in PATHS]


@cache
def imported(name: str) -> Imported:
    """Return what came of a file, imported once."""
    path = FILES / name
    return import_bytes(path.name, path.read_bytes())


def said(result: Imported) -> str:
    """Return all that a report says, in one text."""
    return "\n".join(line.as_text() for line in result.report.lines)


def inline(body: str, *, spaces: str = "", roots: str = "") -> Imported:
    """Return what comes of a process of a few lines, of Activiti where nothing else is said."""
    spaces = spaces or 'xmlns:activiti="http://activiti.org/bpmn"'
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' {spaces} id="d" targetNamespace="t">{roots}'
        f'<process id="p" name="流程" isExecutable="true">{body}</process></definitions>'
    )
    return import_bytes("p.bpmn20.xml", text.encode())
