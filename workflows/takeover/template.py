"""The template of a register: its headings, and an example of what a row holds."""

from __future__ import annotations

from workflows.takeover.plan import Plan


def template_rows(plan: Plan) -> list[list[str]]:
    """Return the headings and one example row, in the order of the columns."""
    return [
        [column.name for column in plan.columns],
        [column.example for column in plan.columns],
    ]
