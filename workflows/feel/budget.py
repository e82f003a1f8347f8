"""How much one evaluation may do before it is stopped."""

from __future__ import annotations

from workflows.feel.errors import BudgetExceeded


class Budget:
    """Counts the work of one evaluation; share one object to share the allowance.

    `steps`: iterations, function calls and elements touched by built-in functions.
    `depth`: function calls inside each other. `size`: characters of a string,
    elements of a list or context, counted through all levels. `pattern_steps`:
    moves of the regular expression matcher, which stand for its time.
    """

    __slots__ = ("depth", "pattern_steps", "size", "steps", "used")

    def __init__(
        self,
        *,
        steps: int = 100_000,
        depth: int = 40,
        size: int = 100_000,
        pattern_steps: int = 200_000,
    ) -> None:
        self.steps = steps
        self.depth = depth
        self.size = size
        self.pattern_steps = pattern_steps
        self.used = 0

    def spend(self, steps: int = 1) -> None:
        """Count `steps`; BudgetExceeded when more than the allowance is used."""
        self.used += steps
        if self.used > self.steps:
            raise BudgetExceeded(f"it needs more than {self.steps} steps.")

    def check_size(self, size: int) -> None:
        """BudgetExceeded when a value of `size` characters or elements is too large."""
        if size > self.size:
            raise BudgetExceeded(f"it makes a value of more than {self.size} elements.")

    def enter(self, steps: int = 1) -> None:
        """Go one call deeper at the price of `steps`; pair with `leave`."""
        self.spend(steps)
        self.depth -= 1
        if self.depth < 0:
            self.depth += 1
            raise BudgetExceeded("its functions call each other too deeply.")

    def leave(self) -> None:
        """Come back from a call."""
        self.depth += 1
