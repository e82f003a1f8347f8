"""Coverage: which flows and rules of a bundle its scenarios have passed and looked at whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Step
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.definitions.diagram import Diagram

Pair = tuple[str, str]

ON_THE_WAY = "what held before the clock moved on"
"""What an `advance` up to that moment would say."""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """How a flow or rule was passed: in which step of which scenario, and what that left unsaid."""

    where: str
    missing: tuple[str, ...]


@dataclass
class Trail:
    """What one scenario passed, whether it looked or not: flows and rules, in their order."""

    flows: dict[Pair, None] = field(default_factory=dict)
    rules: dict[Pair, None] = field(default_factory=dict)

    def as_json(self) -> dict[str, list[Pair]]:
        """Return the trail for a report."""
        return {"flows": list(self.flows), "rules": list(self.rules)}


@dataclass
class Coverage:
    """What the played steps passed, by (process, flow) and (decision, rule).

    Covered is what a step passed that looked at all of it: who got the work, its due time, its
    light and the sentence the company reads. Of the rest the most thorough look is kept.
    """

    flows: dict[Pair, Passage] = field(default_factory=dict)
    rules: dict[Pair, Passage] = field(default_factory=dict)
    trails: dict[str, Trail] = field(default_factory=dict)
    """By the name of the scenario."""

    def note(
        self,
        session: Session,
        case_id: int,
        after: int,
        *,
        scenario: str,
        where: str,
        unsaid: Sequence[str],
    ) -> None:
        """Take in the steps of a case that came after step number `after`.

        What was passed while the clock moved on, before the last moment, nobody looked at.
        """
        steps = session.execute(
            select(Step.at, Step.effects)
            .where(Step.case_id == case_id, Step.number > after)
            .order_by(Step.number)
        ).all()
        for at, effects in steps:
            missing = tuple(unsaid) if at == steps[-1].at else (ON_THE_WAY,)
            passage = Passage(where=where, missing=missing)
            trail = self.trails.setdefault(scenario, Trail())
            for kind, passed, gone in (
                ("flows", self.flows, trail.flows),
                ("rules", self.rules, trail.rules),
            ):
                for first, second in effects.get(kind, ()):
                    _keep(passed, (first, second), passage)
                    gone[first, second] = None

    def uncovered_flows(self, bundle: Bundle) -> list[dict[str, str]]:
        """Return the sequence flows that are not covered, with the names of their ends and why."""
        return [
            {**flow, "why": _why(self.flows.get(pair))}
            for pair, flow in all_flows(bundle).items()
            if not _covered(self.flows.get(pair))
        ]

    def uncovered_rules(self, definition: Definition) -> list[dict[str, str]]:
        """Return the rules of decision tables that are not covered, and why."""
        passed = dict(self.rules)
        for (decision, rule), passage in self.rules.items():
            if decision in definition.decisions:
                for one in definition.decisions.requires(decision):
                    _keep(passed, (one, rule), passage)
        return [
            {"decision": decision, "rule": rule, "why": _why(passed.get((decision, rule)))}
            for decision, rule in all_rules(definition)
            if not _covered(passed.get((decision, rule)))
        ]


def _keep(passed: dict[Pair, Passage], pair: Pair, passage: Passage) -> None:
    known = passed.get(pair)
    if known is None or len(passage.missing) < len(known.missing):
        passed[pair] = passage


def _covered(passage: Passage | None) -> bool:
    return passage is not None and not passage.missing


def _why(passage: Passage | None) -> str:
    if passage is None:
        return "never passed"
    return f"passed in {passage.where}, which does not say: {', '.join(passage.missing)}"


def all_flows(bundle: Bundle) -> Mapping[Pair, dict[str, str]]:
    """Return every sequence flow of a bundle by (process id, flow id)."""
    found: dict[Pair, dict[str, str]] = {}
    for path, data in bundle.diagrams.items():
        for scope in Diagram.parse(path, data).scopes():
            for flow in scope.flows:
                ends = [
                    scope.nodes[end].name or end if end in scope.nodes else end
                    for end in (flow.source, flow.target)
                ]
                found[scope.process, flow.id] = {
                    "process": scope.process,
                    "flow": flow.id,
                    "from": ends[0],
                    "to": ends[1],
                }
    return found


def all_rules(definition: Definition) -> Iterator[Pair]:
    """Yield every rule of a bundle's decision tables as (decision id, rule id)."""
    decisions = definition.decisions
    for decision in decisions.ids:
        for table in decisions.tables(decision):
            yield from ((decision, rule.id) for rule in table.rules)
