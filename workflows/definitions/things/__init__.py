"""What the files of a bundle consist of, as things with an id and values in words to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Thing:
    """An element, field, rule or setting; `sort` and the names of `values` are message ids."""

    id: str
    sort: str
    name: str
    values: Mapping[str, str]
    keys: Mapping[str, str] = field(default_factory=dict)
    """What a value is compared by, where that is not what people read (the id of a neighbour)."""
