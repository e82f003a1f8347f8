"""The report of a simulation: what did not hold, and what no scenario looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflows.simulate.coverage import Trail


@dataclass(frozen=True, kw_only=True)
class Instead:
    """What would hold in place of an expectation; `case` is '' for the step's own."""

    case: str
    key: str
    row: str
    values: Sequence[Any]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON, days as YYYY-MM-DD."""
        values = [one.isoformat() if isinstance(one, date) else one for one in self.values]
        return {"case": self.case, "key": self.key, "row": self.row, "values": values}


@dataclass(frozen=True, kw_only=True)
class Failed:
    """One thing that did not hold: in which scenario, at which step, expected and found."""

    scenario: str
    step: int
    element: str
    expected: str
    found: str
    at: str = ""
    """The element of a diagram where it is seen best; empty where nothing is known."""
    true: Instead | None = None
    """What would hold instead; None where that cannot be written into the scenario."""

    def as_json(self) -> dict[str, Any]:
        """Return the failure for `--json`; `step` 0 is the start."""
        return {
            "scenario": self.scenario,
            "step": self.step,
            "element": self.element,
            "expected": self.expected,
            "found": self.found,
            "at": self.at,
            "true": self.true.as_json() if self.true else None,
        }


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of playing the scenarios of a bundle."""

    scenarios: int
    failed: Sequence[Failed] = ()
    uncovered_flows: Sequence[dict[str, str]] = field(default_factory=list)
    uncovered_rules: Sequence[dict[str, str]] = field(default_factory=list)
    trails: Mapping[str, Trail] = field(default_factory=dict)
    """What each scenario passed, by its name."""

    @property
    def ok(self) -> bool:
        """True if nothing failed; what is uncovered is only told."""
        return not self.failed

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`."""
        return {
            "scenarios": self.scenarios,
            "failed": [one.as_json() for one in self.failed],
            "uncovered_flows": list(self.uncovered_flows),
            "uncovered_rules": list(self.uncovered_rules),
            "trails": {name: trail.as_json() for name, trail in self.trails.items()},
        }

    def text(self) -> str:
        """Return the report for people."""
        lines = [f"{self.scenarios} scenarios, {len(self.failed)} findings"]
        for one in self.failed:
            where = f"{one.scenario}, step {one.step} ({one.element})"
            lines += [f"  {where}", f"    expected: {one.expected}", f"    found:    {one.found}"]
        if self.uncovered_flows:
            lines.append(f"{len(self.uncovered_flows)} flows that no scenario covers:")
            lines += [
                f"  {flow['process']}/{flow['flow']}: {flow['from']} -> {flow['to']}\n"
                f"    {flow['why']}"
                for flow in self.uncovered_flows
            ]
        if self.uncovered_rules:
            lines.append(f"{len(self.uncovered_rules)} rules that no scenario covers:")
            lines += [
                f"  {rule['decision']}/{rule['rule']}\n    {rule['why']}"
                for rule in self.uncovered_rules
            ]
        return "\n".join(lines)
