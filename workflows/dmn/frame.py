"""What the evaluation of one decision carries along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.scope import Run


class Frame:
    """Names in scope, functions, budget, and the rules that matched so far."""

    __slots__ = ("budget", "functions", "rules", "run", "scope")

    def __init__(
        self,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        budget: Budget,
        rules: list[str],
    ) -> None:
        self.scope = scope
        self.functions = functions
        self.budget = budget
        self.rules = rules
        self.run = Run(scope, functions, budget, strict=False)

    def with_names(self, names: Mapping[str, Any]) -> Frame:
        """Return a frame in which further names are in scope."""
        return Frame({**self.scope, **names}, self.functions, self.budget, self.rules)

    def only(self, names: Mapping[str, Any]) -> Frame:
        """Return a frame with no other names than these."""
        return Frame(names, self.functions, self.budget, self.rules)


Boxed = Callable[[Frame], Any]
"""A compiled boxed expression."""
