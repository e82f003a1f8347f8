"""What an import says: each thing dropped, guessed, left to do or kept, by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import orjson

from workflows.definitions.messages import Message, Translate, as_data, from_data, spoken

Severity = Literal["dropped", "guessed", "todo", "kept"]
SEVERITIES: tuple[Severity, ...] = ("todo", "dropped", "guessed", "kept")
"""In the order in which a person should read them."""
TITLES: Mapping[Severity, Message] = {
    "todo": Message("to do"),
    "dropped": Message("dropped"),
    "guessed": Message("guessed"),
    "kept": Message("said in another way"),
}

LONGEST = 4_000
"""Longest quotation of a script or value in a sentence."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What became of something, in words; `mend` is what the admin may do about it.

    Both are messages, or empty.
    """

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
    """What it is about: an attribute or element as written, or a message."""
    sentence: str
    mend: str
    rule: int = 0
    """The rule of the check that is not kept; 0 for what the importer itself says."""
    file: str = ""
    """Path of the written file that holds the element; empty where there is none."""

    def as_text(self, say: Translate = str) -> str:
        """Return the line for people."""
        where = self.element + (f" “{self.name}”" if self.name else "")
        severity, subject = spoken(TITLES[self.severity], say), spoken(self.subject, say)
        head = " ".join(part for part in (severity, where, subject) if part)
        sentence, mend = spoken(self.sentence, say), spoken(self.mend, say)
        return f"{head}\n  {sentence}" + (f"\n  {mend}" if mend else "")

    def as_mapping(self, say: Translate = str) -> dict[str, Any]:
        """Return the line for programs; only sentence and mend are in a language."""
        return {
            "file": self.file,
            "element": self.element,
            "name": self.name,
            "severity": self.severity,
            "subject": spoken(self.subject, str),
            "sentence": spoken(self.sentence, say),
            "mend": spoken(self.mend, say),
        }

    def as_data(self) -> dict[str, Any]:
        """Return the line as plain values, still in no language; `from_data` reads it."""
        return {
            "element": self.element,
            "name": self.name,
            "severity": self.severity,
            "rule": self.rule,
            "file": self.file,
            **{one: as_data(getattr(self, one)) for one in ("subject", "sentence", "mend")},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Line:
        """Return the line that `as_data` has made plain."""
        said = {one: from_data(data[one]) for one in ("subject", "sentence", "mend")}
        return cls(
            element=data["element"],
            name=data["name"],
            severity=data["severity"],
            rule=data["rule"],
            file=data["file"],
            **said,
        )


@dataclass
class Report:
    """The lines of one import, in the order in which things were found."""

    lines: list[Line] = field(default_factory=list)
    _known: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, element: str, name: str, subject: str, said: Said, *, rule: int = 0) -> None:
        """Write down what became of `subject`, once."""
        line = Line(
            element=element,
            name=name,
            severity=said.severity,
            subject=subject,
            sentence=said.sentence,
            mend=said.mend,
            rule=rule,
        )
        known = (element, spoken(subject, str), spoken(said.sentence, str))
        if known not in self._known:
            self._known.add(known)
            self.lines.append(line)

    def place(self, files: Mapping[str, str]) -> None:
        """Write down in which file each element lies; `files` maps ids and subjects to paths."""
        self.lines = [
            replace(line, file=files.get(line.element or spoken(line.subject, str), ""))
            for line in self.lines
        ]

    def count(self, severity: Severity) -> int:
        """Return how many lines have a severity."""
        return sum(line.severity == severity for line in self.lines)

    def ordered(self) -> list[Line]:
        """Return the lines, what is to do first."""
        return sorted(self.lines, key=lambda line: SEVERITIES.index(line.severity))

    def as_text(self, say: Translate = str) -> str:
        """Return the report for people."""
        counts = ", ".join(f"{spoken(TITLES[one], say)} {self.count(one)}" for one in SEVERITIES)
        return "\n".join([*(line.as_text(say) for line in self.ordered()), counts])

    def as_mappings(self, say: Translate = str) -> list[dict[str, Any]]:
        """Return the lines for programs."""
        return [line.as_mapping(say) for line in self.lines]


def together(*said: str) -> str:
    """Return several sentences as one message; empty ones are left out."""
    found = [one for one in said if one]
    made = found[0] if found else ""
    for one in found[1:]:
        made = Message("%(first)s %(second)s", first=made, second=one)
    return made


def quoted(text: str) -> str:
    """Return a text as it stands in a sentence: on one line, shortened where it is endless."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= LONGEST else f"“{line[:LONGEST]}...”"


def as_json(body: dict[str, object]) -> str:
    """Return a body as indented JSON."""
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
