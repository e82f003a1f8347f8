"""What a rule says in one language."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """What a rule says in one language."""

    title: str
    reason: str
    mend: str
