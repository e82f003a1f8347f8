"""What can be wrong with an expression, in words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from workflows.errors import ThroughTrainError


class FeelError(ThroughTrainError):
    """An expression could not be evaluated; `reason` is plain words."""

    sentence = "The expression “{expression}” cannot be used: {reason}"
    mend = "Correct the expression in the diagram, decision or form."

    def __init__(self, reason: str, *, expression: str = "") -> None:
        self.reason = reason
        self.expression = expression
        super().__init__(reason=reason, expression=_short(expression))

    def within(self, expression: str) -> FeelError:
        """Return this error with the expression named, unless one is named already."""
        if not self.expression:
            self.expression = expression
            self.values["expression"] = _short(expression)
            self.args = (self.text(),)
        return self


class FeelSyntaxError(FeelError):
    """The text is not FEEL; `position` counts characters from 0."""

    def __init__(self, reason: str, *, expression: str = "", position: int = 0) -> None:
        self.position = position
        super().__init__(reason, expression=expression)

    @property
    def line(self) -> int:
        """The line of the fault, from 1."""
        return self.expression.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """The column of the fault, from 1."""
        return self.position - self.expression.rfind("\n", 0, self.position)


class UnknownName(FeelSyntaxError):
    """A name or function that nothing declares; `name` is it, `nearest` a known one or None."""

    def __init__(
        self,
        name: str,
        known: Iterable[str],
        *,
        kind: str = "name",
        expression: str = "",
        position: int = 0,
    ) -> None:
        self.name = name
        self.nearest = nearest(name, known)
        hint = f", did you mean “{self.nearest}”?" if self.nearest else "."
        super().__init__(
            f"nothing declares the {kind} “{name}”{hint}",
            expression=expression,
            position=position,
        )


class BudgetExceeded(FeelError):
    """The evaluation was stopped because it did more than its budget allows."""

    mend = "Make the expression smaller, or move the work into an operation."


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when none is near."""
    candidates = sorted(set(known))
    found = get_close_matches(name, candidates, n=1, cutoff=0.6)
    if found:
        return found[0]
    folded = {candidate.casefold(): candidate for candidate in candidates}
    return folded.get(name.casefold())


def _short(expression: str) -> str:
    """Return the expression on one line, cut to a length that a page can show."""
    line = " ".join(expression.split())
    return line if len(line) <= 200 else line[:197] + "..."
