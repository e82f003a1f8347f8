"""What is wrong inside one text: the rule, the sentence, and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.definitions.check.registry import Finding, Rule

_TEXTS = re.compile(r'"(?:\\.|[^"\\])*"')


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a text; `position` counts characters from 0."""

    rule: Rule
    sentence: str
    position: int = 0
    length: int = 0
    """0: up to the end of the text."""

    @classmethod
    def at_word(cls, rule: Rule, sentence: str, word: str, text: str) -> Fault:
        """Return the fault at the place where a name or function stands in the text."""
        bare = _TEXTS.sub(lambda found: " " * len(found[0]), text)
        spaced = r"\s+".join(re.escape(part) for part in word.split())
        found = re.search(rf"(?<![\w.]){spaced}(?!\w)", bare)
        if found is None:
            return cls(rule=rule, sentence=sentence)
        length = found.end() - found.start()
        return cls(rule=rule, sentence=sentence, position=found.start(), length=length)

    def moved(self, by: int) -> Fault:
        """Return the fault of a text that begins `by` characters later."""
        return Fault(
            rule=self.rule,
            sentence=self.sentence,
            position=self.position + by,
            length=self.length,
        )

    def finding(self) -> Finding:
        """Return it as a finding without a place, for its words in a language."""
        return self.rule.found("", self.sentence)
