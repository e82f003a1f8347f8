"""What an import says: each thing dropped, guessed, left to do or kept, by element."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Literal

import orjson

Severity = Literal["dropped", "guessed", "todo", "kept"]
SEVERITIES: tuple[Severity, ...] = ("todo", "dropped", "guessed", "kept")
"""In the order in which a person should read them."""

LONGEST = 4_000
"""Longest quotation of a script or value in a sentence."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What became of something, in words; `mend` is what the admin may do about it."""

    severity: Severity
    sentence: str
    mend: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the report."""

    element: str
    """Id of the element in the written diagram; empty for the file."""
    name: str
    severity: Severity
    subject: str
    """What it is about: an attribute or element as written, or `check 702`."""
    sentence: str
    mend: str

    def as_text(self) -> str:
        """Return the line for people."""
        where = self.element + (f" “{self.name}”" if self.name else "")
        head = " ".join(part for part in (self.severity, where, self.subject) if part)
        return f"{head}\n  {self.sentence}" + (f"\n  {self.mend}" if self.mend else "")


@dataclass
class Report:
    """The lines of one import, in the order in which things were found."""

    lines: list[Line] = field(default_factory=list)

    def add(self, element: str, name: str, subject: str, said: Said) -> None:
        """Write down what became of `subject`, once."""
        line = Line(
            element=element,
            name=name,
            severity=said.severity,
            subject=subject,
            sentence=said.sentence,
            mend=said.mend,
        )
        if line not in self.lines[-200:]:
            self.lines.append(line)

    def count(self, severity: Severity) -> int:
        """Return how many lines have a severity."""
        return sum(line.severity == severity for line in self.lines)

    def as_text(self) -> str:
        """Return the report for people, what is to do first."""
        ordered = sorted(self.lines, key=lambda line: SEVERITIES.index(line.severity))
        counts = ", ".join(f"{self.count(one)} {one}" for one in SEVERITIES)
        return "\n".join([*(line.as_text() for line in ordered), counts])

    def as_mappings(self) -> list[dict[str, str]]:
        """Return the lines for programs."""
        return [asdict(line) for line in self.lines]


def quoted(text: str) -> str:
    """Return a text as it stands in a sentence: on one line, shortened where it is endless."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= LONGEST else f"“{line[:LONGEST]}...”"


def as_json(body: dict[str, object]) -> str:
    """Return a body as indented JSON."""
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()


def joined(words: Iterable[str]) -> str:
    """Return words with commas between them."""
    return ", ".join(words)
