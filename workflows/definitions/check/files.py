"""Rules about files: readable, of bounded size, named after what they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from workflows.definitions.bundle import largest, read_toml
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.reading import Unreadable, bpmn, canonical, decode
from workflows.errors import DefinitionRefused

UNREADABLE = rule(
    101,
    "Files can be read",
    reason="A file in another format or encoding cannot be understood.",
    mend="Save the file again in the studio, as UTF-8.",
)
DTD = rule(
    102,
    "No document type definition",
    reason="A DTD can fetch other files or grow without end.",
    mend="Delete the <!DOCTYPE ...> part; a process needs none.",
)
SIZE = rule(
    103,
    "Files have a bounded size",
    reason="Larger files could keep the server busy for others.",
    mend="Split the process into called processes.",
)
SETTINGS = rule(
    104,
    "bundle.toml is complete",
    reason="It says whose process this is, who plays which lane and which stages there are.",
    mend="Correct the line in bundle.toml.",
)
PROCESS = rule(
    105,
    "One process per file, named after the file",
    reason="Called processes are found by the name of their file.",
    mend="Draw one process per file and give the file the process id as its name.",
)
EXECUTABLE = rule(
    106,
    "The process is executable",
    reason="The engine skips a process that is not marked as executable.",
    mend='Set isExecutable="true" (a tick in the properties panel).',
)
DECEIVING = rule(
    107,
    "Names are what they look like",
    reason="Hidden signs that turn the direction of writing make a name look like another.",
    mend="Type the name again without invisible signs.",
)
NAME_LENGTH = rule(
    108,
    "Names are short enough to be shown",
    reason="A name of hundreds of characters breaks every list and picture.",
    mend="Shorten the name; put the rest into the documentation of the element.",
    severity="warning",
)

LONGEST_NAME = 200
FILE_NODES = 300
FILE_FLOWS = 1_000
BUNDLE_NODES = 3_000
DECISIONS = 300
TEXT_BYTES = 200_000
FEEL_CHARACTERS = 100_000
"""FEEL in all files of a bundle; what is more takes longer than anybody wants to wait."""
FEEL_EACH = 10
"""What every expression counts beside its characters."""
_HIDDEN = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
"""Signs that turn or hide writing, and control characters but for tabs and ends of lines."""


@subject
def files(material: Material) -> Iterator[Finding]:
    """Look at every diagram as a file."""
    for file, diagram in material.diagrams.items():
        stem = file.rpartition("/")[2].rpartition(".")[0]
        if diagram.root.tag != bpmn("definitions"):
            yield UNREADABLE.found(file, "the file is not a BPMN 2.0 diagram")
        elif not diagram.processes:
            yield PROCESS.found(file, "the file holds no process")
        elif len(diagram.processes) > 1:
            names = ", ".join(scope.id for scope in diagram.processes)
            yield PROCESS.found(file, f"the file holds several processes ({names})")
        elif material.whole and diagram.processes[0].id != stem:
            process = diagram.processes[0]
            yield PROCESS.at(
                file, process, f'the process is called "{process.id}", the file "{stem}"'
            )
        for process in diagram.processes:
            if process.element.get("isExecutable") != "true":
                yield EXECUTABLE.at(file, process, "the process is not marked as executable")


@subject
def names(material: Material) -> Iterator[Finding]:
    """Look at ids and names for signs that deceive."""
    for file, diagram in material.diagrams.items():
        for element in diagram.root.iter():
            id_ = str(element.get("id") or "")[:LONGEST_NAME]
            for attribute, text in element.attrib.items():
                if _deceives(text):
                    yield DECEIVING.found(
                        file,
                        f"the {attribute} holds invisible signs ({_shown(text)})",
                        element=id_,
                    )
                elif len(text) > LONGEST_NAME and attribute == "name":
                    yield NAME_LENGTH.found(
                        file, f"the name has {len(text)} characters", element=id_
                    )
    yield from _deceiving_words(material)


def _deceiving_words(material: Material) -> Iterator[Finding]:
    """Look at what forms, letters, decisions and bundle.toml say."""
    for path, data in material.files.items():
        text = next((one for one in _words_in(path, data) if _deceives(one)), None)
        if text is not None:
            yield DECEIVING.found(path, f"the text holds invisible signs ({_shown(text)})")


def _words_in(path: str, data: bytes) -> Iterator[str]:
    """Yield the texts of a file that holds no diagram; nothing where it cannot be read."""
    kind = path.rpartition(".")[2]
    if len(data) > largest(path):
        return
    try:
        if kind == "dmn":
            yield canonical(data).decode(errors="replace")
        elif kind in ("txt", "form", "toml"):
            written = decode(data).lstrip("\ufeff")
            yield written
            if kind == "txt" or "\\" not in written:
                return  # nothing is written as an escape, so what stands there is all
            yield from _strings(json.loads(written) if kind == "form" else read_toml(path, data))
    except (Unreadable, DefinitionRefused, ValueError, RecursionError):
        return


def _strings(value: object) -> Iterator[str]:
    """Yield all texts in a value read from JSON or TOML, keys too."""
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            pending += [*found.keys(), *found.values()]
        elif isinstance(found, list):
            pending += found


def _deceives(text: str) -> bool:
    return _HIDDEN.search(text) is not None


def _shown(text: str) -> str:
    """Return the place of the first invisible sign, written out."""
    found = _HIDDEN.search(text)
    first = found.start() if found else 0
    return text[max(0, first - 20) : first + 20].encode("unicode_escape").decode()[:80]
