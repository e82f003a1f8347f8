"""Coverage: which flows and rules of a bundle its scenarios have passed and looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Step
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.definitions.diagram import Diagram

Pair = tuple[str, str]


@dataclass
class Coverage:
    """What the played steps covered: (process, flow) and (decision, rule)."""

    flows: set[Pair] = field(default_factory=set)
    rules: set[Pair] = field(default_factory=set)

    def note(self, session: Session, case_id: int, after: int) -> None:
        """Take in the steps of a case that came after step number `after`."""
        for effects in session.scalars(
            select(Step.effects).where(Step.case_id == case_id, Step.number > after)
        ):
            self.flows.update((process, flow) for process, flow in effects.get("flows", ()))
            self.rules.update((decision, rule) for decision, rule in effects.get("rules", ()))

    def uncovered_flows(self, bundle: Bundle) -> list[dict[str, str]]:
        """Return the sequence flows that no step passed, with the names of their ends."""
        return [flow for pair, flow in all_flows(bundle).items() if pair not in self.flows]

    def uncovered_rules(self, definition: Definition) -> list[dict[str, str]]:
        """Return the rules of decision tables that never matched."""
        covered = set(self.rules)
        for decision, rule in self.rules:
            if decision in definition.decisions:
                covered.update((one, rule) for one in definition.decisions.requires(decision))
        return [
            {"decision": decision, "rule": rule}
            for decision, rule in all_rules(definition)
            if (decision, rule) not in covered
        ]


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
