"""What an operation is told, and where it leaves what it changes on the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.actor import Actor
from workflows.definitions.texts import Text

if TYPE_CHECKING:
    from workflows.city import City


class CaseOfStep(Protocol):
    """The case as operations and domain functions may know it, also while it is being made."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def process_id(self) -> int: ...
    @property
    def enterprise_id(self) -> int | None: ...
    @property
    def place_id(self) -> int: ...
    @property
    def lead_unit_id(self) -> int | None: ...
    @property
    def submitted_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class TimeMove:
    """What an operation asks of the case's running deadlines; the step's effects carry it out.

    kind `extend`: the due time of the open tasks `element` (of `tasks` alone, where it names some)
    becomes `until` (`how` tells how that was counted); `restore` takes that back. `suspend`: all
    deadlines stand still but those of the elements in `but`. `resume`: what somebody suspended
    runs on.
    """

    kind: str
    reason: str
    element: str = ""
    until: datetime | None = None
    how: Mapping[str, Any] = field(default_factory=dict)
    but: frozenset[str] = frozenset()
    tasks: frozenset[UUID] = frozenset()


@dataclass(kw_only=True)
class CaseChanges:
    """What the operations of a step change on the case's row; the ledger writes it with the step.

    `timeline` holds (kind, values, public) of lines for the case's story, `counts` how much each
    counter was raised, `moves` what is asked of the deadlines, `notices` rows for people of units.
    """

    state: str = ""
    result: str = ""
    closed_at: datetime | None = None
    lead_unit_id: int | None = None
    place_id: int | None = None
    parties: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    moves: list[TimeMove] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    timeline: list[tuple[str, dict[str, Any], bool]] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    """What other cases are told, or which are begun, once the step is committed (see `outbox`)."""


@dataclass(frozen=True, kw_only=True)
class OperationContext:
    """The step in which an operation runs.

    `facts` are the case's facts with this step's values, typed; `texts` are the bundle's. An
    operation writes its own tables through `session`, in the step's transaction; it never commits
    and never touches the row of the case: what it changes there goes into `changes`.
    """

    session: Session
    city: City
    case: CaseOfStep
    actor: Actor
    now: datetime
    step: int
    facts: Mapping[str, Any]
    changes: CaseChanges
    texts: Mapping[str, Text] = field(default_factory=dict)

    @property
    def lead_unit_id(self) -> int | None:
        """The lead unit, as changed by this step or as it was."""
        return self.changes.lead_unit_id or self.case.lead_unit_id

    @property
    def place_id(self) -> int:
        """The case's place, as changed by this step or as it was."""
        return self.changes.place_id or self.case.place_id
