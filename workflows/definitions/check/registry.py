"""The rules of the check: each with number, title, reason and mend, registered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from workflows.definitions.check.chinese import CHINESE, Words
from workflows.definitions.check.material import Material
from workflows.definitions.check.sentences import in_chinese
from workflows.definitions.diagram import Flow, Node, Scope

Severity = Literal["error", "warning"]
Language = Literal["en", "zh"]


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

    def said(self, language: Language) -> str:
        """Return the sentence in a language; with the rule's title where it has no own words."""
        if language == "en":
            return self.sentence
        chinese = RULES[self.rule].chinese.title
        return in_chinese(self.sentence) or f"不符合“{chinese}”（{self.sentence}）"

    def mended(self, language: Language) -> str:
        """Return what to do about it in a language."""
        if language == "en":
            return self.mend
        rule = RULES[self.rule]
        own = in_chinese(self.mend) if self.mend != rule.mend else None
        return own or rule.chinese.mend


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule; `reason` says what would happen without it."""

    number: int
    title: str
    reason: str
    mend: str
    chinese: Words
    severity: Severity = "error"

    def words(self, language: Language) -> Words:
        """Return title, reason and mend in a language."""
        return Words(self.title, self.reason, self.mend) if language == "en" else self.chinese

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
        return self.found(file, sentence, element=what.id, name=_name_of(what), mend=mend)


def _name_of(what: Node | Flow | Scope) -> str:
    """Return how people know an element; a flow without a name goes by its ends."""
    if what.name or not isinstance(what, Flow):
        return what.name
    beside = what.element.getparent()
    names = {one.get("id"): one.get("name") for one in (() if beside is None else beside)}
    return " → ".join(names.get(end) or end for end in (what.source, what.target))


Subject = Callable[[Material], Iterator[Finding]]

RULES: dict[int, Rule] = {}
SUBJECTS: list[Subject] = []


def rule(number: int, title: str, *, reason: str, mend: str, severity: Severity = "error") -> Rule:
    """Register a rule; a number is given once, and has its Chinese words."""
    if number in RULES:
        raise ValueError(f"rule {number} stands there twice")
    made = Rule(
        number=number,
        title=title,
        reason=reason,
        mend=mend,
        chinese=CHINESE[number],
        severity=severity,
    )
    RULES[number] = made
    return made


def subject(check: Subject) -> Subject:
    """Register a function that looks at a bundle and yields findings."""
    SUBJECTS.append(check)
    return check
