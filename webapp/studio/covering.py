"""What the scenarios of a draft or version prove, drawn on its diagrams and in its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from webapp.context import reading
from webapp.diagrams import Mark, marked
from webapp.language import gettext
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.failing import expected_words, found_words
from webapp.studio.sources import Source, source_of
from workflows.actions.bundle_drafts import newest_trial
from workflows.definitions.bundle import Bundle, read_toml
from workflows.definitions.contents import kind_of, pretty
from workflows.definitions.decisiontables import DecisionTable, decision_tables
from workflows.definitions.diagram import Diagram
from workflows.definitions.reading import Unreadable
from workflows.errors import DefinitionRefused, NotFound
from workflows.simulate.coverage import all_flows

COVERED, UNPROVEN, NEVER, FAILED, WAY = "covered", "unproven", "never", "failed", "way"
SIGNS = {
    COVERED: ("✓", lazy_gettext("proven")),
    UNPROVEN: ("?", lazy_gettext("passed, but nobody looked")),
    NEVER: ("○", lazy_gettext("never passed")),
    FAILED: ("✕", lazy_gettext("does not hold here")),
    WAY: ("→", lazy_gettext("the way of this scenario")),
}
"""State -> sign and word: no state is told by colour alone."""


@dataclass(frozen=True, kw_only=True)
class DiagramLine:
    """A diagram in the list: how many of its flows are proven."""

    path: str
    title: str
    covered: int
    total: int
    failed: int
    passed: int
    """Flows that the chosen scenario took here."""


@dataclass(frozen=True, kw_only=True)
class ScenarioLine:
    """A scenario in the list; `failed` are its failures as the report has them."""

    name: str
    title: str
    flows: int
    failed: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class TableView:
    """A decision table with the state of each of its rules, in its order."""

    table: DecisionTable
    states: list[tuple[str, str]]
    covered: int


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The newest finished trial of some files, prepared for pages."""

    report: Mapping[str, Any]
    flows: Mapping[tuple[str, str], str]
    """(process, flow) -> why it is not proven, empty where it is."""
    rules: Mapping[tuple[str, str], str]
    paths: Mapping[str, str]
    """Process -> the file that draws it."""
    elements: Mapping[str, str]
    """Element -> the file in which it is drawn."""

    def way(self, scenario: str) -> set[tuple[str, str]]:
        """Return the flows that a scenario passed."""
        found = self.report.get("trails", {}).get(scenario, {}).get("flows", [])
        return {(one[0], one[1]) for one in found}

    def failures(self, scenario: str = "") -> list[dict[str, Any]]:
        """Return what did not hold, in one scenario or in all."""
        found = self.report.get("failed", [])
        return [one for one in found if not scenario or one.get("scenario") == scenario]


@blueprint.get("/<key>/<ref>/coverage")
@may(PROCESS_ADMIN)
def coverage(key: str, ref: str) -> ResponseReturnValue:
    """Show what the scenarios prove: a diagram with its flows, the tables, the scenarios."""
    source = source_of(key, ref)
    proof = _proof(source)
    scenario = request.args.get("scenario", "")
    lines = _diagram_lines(source, proof, scenario)
    asked = request.args.get("diagram", "")
    shown = asked if asked in {one.path for one in lines} else _first(proof, scenario, lines)
    return render_template(
        "studio/coverage.html",
        source=source,
        diagrams=lines,
        shown=shown,
        title=next((one.title for one in lines if one.path == shown), ""),
        scenario=scenario,
        scenarios=_scenario_lines(source, proof),
        tables=_tables(source, proof),
        failures=[(one, _where(proof, one)) for one in proof.failures(scenario)],
        counts=(sum(not why for why in proof.flows.values()), len(proof.flows)),
        rules=(sum(not why for why in proof.rules.values()), len(proof.rules)),
        signs=SIGNS,
    )


@blueprint.get("/<key>/<ref>/coverage/picture/<path:path>")
@may(PROCESS_ADMIN)
def coverage_picture(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Return a diagram with what is proven, or with the way of one scenario, for the script."""
    source = source_of(key, ref)
    if path not in source.files or kind_of(path) != "diagram":
        raise NotFound
    proof, scenario = _proof(source), request.args.get("scenario", "")
    here = {process for process, at in proof.paths.items() if at == path}
    marks = _way_marks(proof, scenario, here) if scenario else _flow_marks(proof, here)
    for one in proof.failures(scenario):
        if one.get("at") and _where(proof, one) == path:
            expected, found = expected_words(one["expected"]), found_words(one["found"])
            word = f"{one['scenario']}: {expected} → {found}"
            marks.append(_mark(str(one["at"]), FAILED, word))
    return marked(pretty(path, source.files[path]), marks)


def _proof(source: Source) -> Proof:
    with reading() as session:
        trial = newest_trial(session, source.checksum)
    if trial is None or trial.finished_at is None or "failed" not in trial.report:
        raise NotFound
    try:
        bundle = Bundle.from_files(source.files)
        report = trial.report
        bare = {(one["process"], one["flow"]): one["why"] for one in report["uncovered_flows"]}
        flows = {pair: bare.get(pair, "") for pair in all_flows(bundle)}
        paths, elements = _paths(bundle)
        rules = _rules(source, report)
    except (DefinitionRefused, Unreadable) as error:
        raise NotFound from error
    return Proof(report=report, flows=flows, rules=rules, paths=paths, elements=elements)


def _paths(bundle: Bundle) -> tuple[dict[str, str], dict[str, str]]:
    paths: dict[str, str] = {}
    elements: dict[str, str] = {}
    for path, data in bundle.diagrams.items():
        for scope in Diagram.parse(path, data).scopes():
            paths[scope.process] = path
            elements.update(dict.fromkeys(scope.nodes, path))
    return paths, elements


def _rules(source: Source, report: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    bare = {(one["decision"], one["rule"]): one["why"] for one in report["uncovered_rules"]}
    return {
        (table.id, rule): bare.get((table.id, rule), "")
        for path, data in source.files.items()
        if kind_of(path) == "table"
        for table in decision_tables(path, data)
        for rule in table.rules
    }


def _state(why: str) -> str:
    if not why:
        return COVERED
    return NEVER if why == "never passed" else UNPROVEN


def _said(why: str) -> str:
    """Return why something is not proven, in the reader's language."""
    if not why or why == "never passed":
        return str(SIGNS[_state(why)][1])
    where, _, missing = why.removeprefix("passed in ").partition(", which does not say: ")
    return gettext(
        "passed in %(where)s, which does not say: %(missing)s", where=where, missing=missing
    )


def _mark(element: str, state: str, word: str = "") -> Mark:
    sign, name = SIGNS[state]
    return Mark(element=element, mark=state, sign=sign, word=word or str(name))


def _flow_marks(proof: Proof, here: set[str]) -> list[Mark]:
    return [
        _mark(flow, _state(why), _said(why))
        for (process, flow), why in proof.flows.items()
        if process in here
    ]


def _way_marks(proof: Proof, scenario: str, here: set[str]) -> list[Mark]:
    way = proof.way(scenario)
    return [_mark(flow, WAY) for process, flow in sorted(way) if process in here]


def _where(proof: Proof, failure: Mapping[str, Any]) -> str:
    """Return the diagram in which the element of a failure stands, '' where it is in none."""
    return proof.elements.get(str(failure.get("at") or ""), "")


def _diagram_lines(source: Source, proof: Proof, scenario: str) -> list[DiagramLine]:
    titles = {one.path: one.title for one in looking.parts_of(source)}
    lines, way = [], proof.way(scenario)
    for path in dict.fromkeys(proof.paths.values()):
        own = [why for (process, _), why in proof.flows.items() if proof.paths.get(process) == path]
        lines.append(
            DiagramLine(
                path=path,
                title=titles.get(path, path),
                covered=sum(not why for why in own),
                total=len(own),
                failed=sum(_where(proof, one) == path for one in proof.failures(scenario)),
                passed=sum(proof.paths.get(process) == path for process, _ in way),
            )
        )
    settings = looking.settings_of(source.files)
    main = f"{settings.main}.bpmn" if settings else ""
    return sorted(lines, key=lambda one: (one.path != main, one.path))


def _first(proof: Proof, scenario: str, lines: list[DiagramLine]) -> str:
    """Return the diagram to begin with: where something fails, else the main one."""
    failing = [_where(proof, one) for one in proof.failures(scenario)]
    return next((path for path in failing if path), lines[0].path if lines else "")


def _scenario_lines(source: Source, proof: Proof) -> list[ScenarioLine]:
    lines = []
    for path, data in sorted(source.files.items()):
        if kind_of(path) != "scenario":
            continue
        name = path.removeprefix("scenarios/").removesuffix(".toml")
        title = str(read_toml(path, data).get("title", name))
        failed = proof.failures(name)
        lines.append(
            ScenarioLine(name=name, title=title, flows=len(proof.way(name)), failed=failed)
        )
    return sorted(lines, key=lambda one: (not one.failed, one.name))


def _tables(source: Source, proof: Proof) -> list[TableView]:
    found = []
    for path, data in sorted(source.files.items()):
        if kind_of(path) != "table":
            continue
        for table in decision_tables(path, data):
            whys = [proof.rules.get((table.id, rule), "") for rule in table.rules]
            found.append(
                TableView(
                    table=table,
                    states=[(_state(why), _said(why)) for why in whys],
                    covered=sum(not why for why in whys),
                )
            )
    return found
