"""Which tables the migrations answer for: ours, not those of the job engine."""

from __future__ import annotations


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Tell Alembic whether to compare the thing called `name` with the models."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))
