"""The rules of the check: each with number, title, reason and mend, registered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from workflows.definitions.check.material import Material
from workflows.definitions.diagram import Flow, Node, Scope

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that the check found, in words for the person who drew it."""

    file: str
    element: str
    name: str
    severity: Severity
    rule: int
    sentence: str
    mend: str

    def as_mapping(self) -> dict[str, object]:
        """Return the finding for programs."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule; `reason` says what would happen without it."""

    number: int
    title: str
    reason: str
    mend: str
    severity: Severity = "error"

    def found(self, file: str, sentence: str, *, element: str = "", name: str = "",
              mend: str = "") -> Finding:  # fmt: skip
        """Return a finding of this rule; `mend` overrides the rule's own."""
        return Finding(
            file=file,
            element=element,
            name=name,
            severity=self.severity,
            rule=self.number,
            sentence=sentence,
            mend=mend or self.mend,
        )

    def at(self, file: str, what: Node | Flow | Scope, sentence: str, mend: str = "") -> Finding:
        """Return a finding of this rule at a node, flow or process."""
        return self.found(file, sentence, element=what.id, name=what.name, mend=mend)


Subject = Callable[[Material], Iterator[Finding]]

RULES: dict[int, Rule] = {}
SUBJECTS: list[Subject] = []


def rule(number: int, title: str, *, reason: str, mend: str, severity: Severity = "error") -> Rule:
    """Register a rule; a number is given once."""
    if number in RULES:
        raise ValueError(f"rule {number} stands there twice")
    made = Rule(number=number, title=title, reason=reason, mend=mend, severity=severity)
    RULES[number] = made
    return made


def subject(check: Subject) -> Subject:
    """Register a function that looks at a bundle and yields findings."""
    SUBJECTS.append(check)
    return check
