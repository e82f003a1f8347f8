"""What an admin asks for: one act on one case, or the same on many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

KINDS = ("set", "move", "add", "end", "rearm", "restore", "suspend", "resume", "cancel")
"""Change values; move, add, end a token; a new time; an earlier step; suspend, resume, cancel."""
SAME_FOR_MANY = ("set", "move", "add", "end", "rearm", "suspend", "resume", "cancel")
"""Kinds that mean the same for many cases: they name elements, not single tokens or steps."""


class At(NamedTuple):
    """An element of a diagram."""

    process: str
    element: str


@dataclass(frozen=True, kw_only=True)
class Act:
    """One repair.

    `token` is the token to take hold of, or `at` the element that it stands on; `to` where one is
    begun; `also` are tokens that end together with a moved one. `values` are names with FEEL
    literals. `deadline` is the row of a deadline, or `at` the element that it belongs to, `due_at`
    its new time (aware). `step` is the number of the step to go back to. `public` is what the
    company (of a suspended case: everybody) reads.
    """

    kind: str
    token: UUID | None = None
    at: At | None = None
    to: At | None = None
    also: tuple[UUID, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    deadline: int | None = None
    due_at: datetime | None = None
    step: int = 0
    public: str = ""
    public_en: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return the act as JSON has it, without what is empty."""
        data = {
            "kind": self.kind,
            "token": str(self.token) if self.token else None,
            "at": list(self.at) if self.at else None,
            "to": list(self.to) if self.to else None,
            "also": [str(one) for one in self.also],
            "values": dict(self.values),
            "deadline": self.deadline,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "step": self.step,
            "public": self.public,
            "public_en": self.public_en,
        }
        return {key: value for key, value in data.items() if value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Act:
        """Return the act that `as_data` wrote."""
        token, at, to, due_at = (data.get(name) for name in ("token", "at", "to", "due_at"))
        return cls(
            kind=data["kind"],
            token=UUID(token) if token else None,
            at=At(*at) if at else None,
            to=At(*to) if to else None,
            also=tuple(UUID(one) for one in data.get("also", ())),
            values=data.get("values", {}),
            deadline=data.get("deadline"),
            due_at=datetime.fromisoformat(due_at) if due_at else None,
            step=data.get("step", 0),
            public=data.get("public", ""),
            public_en=data.get("public_en", ""),
        )
