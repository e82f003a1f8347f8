"""What another version would do to the running cases: each is tried, nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.queries.moves import drafted_fields, running_cases
from workflows import engine
from workflows.access import look_at
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.definition import Definition
from workflows.engine.migrate import Event, Moved, NodeMapping
from workflows.engine.passage import Refusal
from workflows.engine.snapshot import Outcome
from workflows.errors import StepFailed
from workflows.host import StepHost
from workflows.locked import LockedCase
from workflows.passage import Passage, other_dues, other_rules, other_tables, rows_of

BATCH = 200
SHOWN = 20
"""Cases that are named for each reason."""

Json = dict[str, Any]
At = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One case, as it would be in the other version."""

    case: LockedCase
    before: Outcome
    after: Outcome | None
    refusals: tuple[Refusal, ...]
    armed: tuple[Event, ...] = ()
    cancelled: tuple[Event, ...] = ()


def look_into(
    city: City,
    process_id: int,
    target: Definition,
    mapping: NodeMapping,
    *,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Json:
    """Try all running cases of a process in another version and return what would become of them.

    The result is plain JSON; sentences in it are [message id, values] for the reader's language.
    """
    besides = target.version_id or None
    with city.database.reading() as session:
        running = [one for one, _ in running_cases(session, process_id, besides=besides)]
    found = _Impact(target=target, mapping=mapping)
    for start in range(0, len(running), BATCH):
        progress(start, len(running))
        # A connection for each portion, and only cases that still run: trying many takes minutes.
        with city.database.reading() as session:
            among = running[start : start + BATCH]
            left = [
                one for one, _ in running_cases(session, process_id, besides=besides, among=among)
            ]
            _look_at(city, session, found, left, now)
    progress(len(running), len(running))
    return found.as_json()


def _look_at(
    city: City, session: Session, found: _Impact, ids: Collection[int], now: datetime
) -> None:
    """Try some cases and count them; those that ended meanwhile are not among them."""
    drafts = drafted_fields(session, ids)
    for case in look_at(session, SYSTEM, ids):
        passage = found.passage(city.library.version(case.version_id))
        host = _host(city, session, found.target, case, now)
        tried = _try(passage, case, host)
        found.count(passage, tried, drafts)
        if tried.after is not None:
            found.times(passage, tried, host)


def _host(
    city: City, session: Session, target: Definition, case: LockedCase, now: datetime
) -> StepHost:
    return StepHost(
        city=city,
        session=session,
        definition=target,
        case=case,
        actor=SYSTEM,
        now=now,
        step=case.revision + 1,
        facts=target.typed(case.facts),
    )


def _try(passage: Passage, case: LockedCase, host: StepHost) -> Tried:
    before = engine.look(passage.old.specification, case.engine_state)
    try:
        moved = passage.take(case, host)
    except StepFailed as failed:
        moved = Moved(outcome=None, refusals=(Refusal.of(failed),))
    return Tried(
        case=case,
        before=before,
        after=moved.outcome,
        refusals=moved.refusals,
        armed=moved.armed,
        cancelled=moved.cancelled,
    )


@dataclass(kw_only=True)
class _Impact:
    """Counts what happens to each case."""

    target: Definition
    mapping: NodeMapping
    passages: dict[int, Passage] = field(default_factory=dict)
    cases: int = 0
    versions: Counter[int] = field(default_factory=Counter)
    stages: dict[str, Counter[str]] = field(default_factory=dict)
    elements: dict[At, Json] = field(default_factory=dict)
    reasons: dict[Refusal, list[LockedCase]] = field(default_factory=dict)
    refused: list[Json] = field(default_factory=list)
    armed: Counter[Event] = field(default_factory=Counter)
    cancelled: Counter[Event] = field(default_factory=Counter)
    dues: dict[At, Json] = field(default_factory=dict)
    drafts: dict[At, Json] = field(default_factory=dict)
    roles: dict[At, Json] = field(default_factory=dict)
    pauses: dict[At, Json] = field(default_factory=dict)

    def passage(self, old: Definition) -> Passage:
        """Return the way from a version, the same one for all of its cases."""
        if old.version_id not in self.passages:
            self.passages[old.version_id] = Passage(old=old, new=self.target, mapping=self.mapping)
        return self.passages[old.version_id]

    def count(self, passage: Passage, tried: Tried, drafts: Mapping[Any, Collection[str]]) -> None:
        """Count one case."""
        goes = not tried.refusals
        self.cases += 1
        self.versions[passage.old.number] += 1
        stage = self.stages.setdefault(tried.case.stage, Counter())
        stage["fits" if goes else "refused"] += 1
        for at, name, kind in _open_at(tried.before):
            element = self.elements.setdefault(
                at, {"name": name, "kind": kind, "cases": 0, "refused": 0}
            )
            element["cases"] += 1
            element["refused"] += not goes
        for refusal in tried.refusals:
            self.reasons.setdefault(refusal, []).append(tried.case)
        if not goes:
            self.refused.append({"id": tried.case.id, "number": tried.case.number})
        self.armed.update(tried.armed if goes else ())
        self.cancelled.update(tried.cancelled if goes else ())
        if tried.after is not None:
            self._tasks(passage, tried.case, tried.after, drafts)

    def _tasks(
        self,
        passage: Passage,
        case: LockedCase,
        after: Outcome,
        drafts: Mapping[Any, Collection[str]],
    ) -> None:
        for task in after.tasks:
            item = case.item(task.id)
            role = passage.new.role_of_lane(task.lane or "")
            if item is not None and role != item.role:
                row = self.roles.setdefault(
                    (task.process, task.element),
                    {"name": task.name, "before": item.role, "after": role or "", "cases": 0},
                )
                row["cases"] += 1
            pauses = task.properties.get("pauses") == "true"
            if item is not None and pauses != item.pauses:
                row = self.pauses.setdefault(
                    (task.process, task.element),
                    {"name": task.name, "pauses": pauses, "cases": 0},
                )
                row["cases"] += 1
            lost = self._lost_fields(task.properties.get("form", ""), drafts.get(task.id, ()))
            if lost:
                row = self.drafts.setdefault(
                    (task.process, task.element), {"name": task.name, "fields": [], "cases": 0}
                )
                row["fields"] = sorted({*row["fields"], *lost})
                row["cases"] += 1

    def _lost_fields(self, form: str, drafted: Collection[str]) -> set[str]:
        found = self.target.forms.get(form)
        kept = set() if found is None else {one.key for one in found.fields} | {"outcome"}
        return {key for key in drafted if key not in kept and not key.startswith("_")}

    def times(self, passage: Passage, tried: Tried, host: StepHost) -> None:
        """Note the open tasks whose due time the new version would have counted otherwise."""
        assert tried.after is not None
        at = {one.id: (one.process, one.element, one.name) for one in tried.after.tasks}
        try:
            for other in other_dues(passage, tried.case, tried.after, host):
                process, element, name = at[other.task_id]
                row = self.dues.setdefault((process, element), {"name": name, "examples": []})
                row["cases"] = row.get("cases", 0) + 1
                if len(row["examples"]) < 3:
                    row["examples"].append(
                        {
                            "number": tried.case.number,
                            "id": tried.case.id,
                            "kept": _written(other.kept),
                            "would": _written(other.would),
                        }
                    )
        except StepFailed as failed:
            place = failed.place
            row = self.dues.setdefault(
                (place.process, place.element), {"name": place.name, "examples": []}
            )
            row["cases"] = row.get("cases", 0) + 1
            row["problem"] = failed.reason

    def as_json(self) -> Json:
        """Return all of it."""
        newest = max(self._ways(), key=lambda way: way.old.number, default=None)
        reasons = sorted(self.reasons.items(), key=lambda one: -len(one[1]))
        return {
            "cases": self.cases,
            "fits": self.cases - len(self.refused),
            "refused": self.refused,
            "mapping": rows_of(self.mapping),
            "stand_ins": [self._called(process, new) for process, _, new in rows_of(self.mapping)],
            "versions": sorted(self.versions.items()),
            "stages": {key: dict(counts) for key, counts in self.stages.items()},
            "elements": _rows(self.elements),
            "reasons": [_reason(refusal, cases) for refusal, cases in reasons],
            "lost": list(self._lost()),
            "armed": _events(self.armed),
            "cancelled": _events(self.cancelled),
            "dues": _rows(self.dues),
            "drafts": _rows(self.drafts),
            "roles": _rows(self.roles),
            "pauses": _rows(self.pauses),
            "rules": [] if newest is None else list(other_rules(newest)),
            "tables": [] if newest is None else other_tables(newest),
            "learned": sorted(set().union(*(one.learned for one in self._ways()))),
        }

    def _ways(self) -> Sequence[Passage]:
        return list(self.passages.values())

    def _called(self, process: str, element: str) -> str:
        found = self.target.specification.elements.get((process, element))
        return (found.name if found is not None else "") or element

    def _lost(self) -> Iterator[Json]:
        """Yield elements that another one may stand in for, with those that could."""
        seen: dict[At, Json] = {}
        for refusal, cases in self.reasons.items():
            if refusal.lost:
                key = (refusal.process, refusal.lost)
                row = seen.setdefault(key, self._candidates(key))
                row["cases"] = row.get("cases", 0) + len(cases)
        for (process, element), row in seen.items():
            yield {"process": process, "element": element, **row}

    def _candidates(self, key: At) -> Json:
        found = [way.old.specification.elements.get(key) for way in self._ways()]
        was = next((one for one in found if one is not None), None)
        kinds = {was.kind} if was is not None else set()
        if kinds & _BY_HAND:
            kinds = _BY_HAND
        others = [
            {"id": one.id, "name": one.name or one.id}
            for one in self.target.specification.elements.values()
            if one.process == key[0] and one.kind in kinds
        ]
        return {"name": (was.name if was is not None else "") or key[1], "candidates": others}


_BY_HAND = {"userTask", "manualTask", "task"}


def _open_at(outcome: Outcome) -> Iterator[tuple[At, str, str]]:
    """Yield where a case stands, each element once; events beside open tasks are left out."""
    seen: set[At] = set()
    tasks = ((one, "task") for one in outcome.tasks)
    timers = ((one, "timer") for one in outcome.timers if one.guards is None)
    waits = ((one, "wait") for one in outcome.waits)
    for found in (tasks, timers, waits):
        for one, kind in found:
            at = (one.process, one.element)
            if at not in seen:
                seen.add(at)
                yield at, one.name or one.element, kind


def _rows(found: Mapping[At, Json]) -> list[Json]:
    return [
        {"process": process, "element": element, **row} for (process, element), row in found.items()
    ]


def _events(found: Counter[Event]) -> list[Json]:
    return [
        {"process": one.process, "element": one.element, "name": one.name, "cases": count}
        for one, count in found.items()
    ]


def said(refusal: Refusal) -> Json:
    """Return a reason as it is kept: [message id, values] with its element."""
    return {
        "process": refusal.process,
        "element": refusal.element,
        "said": [str(refusal.message), refusal.message.params],
        "lost": refusal.lost,
    }


def _reason(refusal: Refusal, cases: list[LockedCase]) -> Json:
    shown = [{"id": case.id, "number": case.number} for case in cases[:SHOWN]]
    return {**said(refusal), "cases": len(cases), "shown": shown}


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
