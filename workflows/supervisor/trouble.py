"""Why the processes cannot run, each in one sentence that says what to do."""

from __future__ import annotations

from workflows.errors import ThroughTrainError


class CannotRun(ThroughTrainError):
    """Something outside the product keeps it from running."""

    sentence = "{problem}:"
    mend = "{advice}"

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem=problem, advice=advice)
