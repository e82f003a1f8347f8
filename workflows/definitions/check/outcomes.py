"""Rules about outcomes: what people choose and what gateways test fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.definitions.check.graph import Journey
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Flow, Node
from workflows.definitions.forms import OUTCOME, Form
from workflows.definitions.settings import nearest

UNREAD = rule(
    803,
    "Outcomes are read by a gateway",
    reason="People choose between buttons, and the case goes the same way whatever they choose.",
    mend="Let a gateway behind the task test outcome, or take the field out of the form.",
    severity="warning",
)
UNOFFERED = rule(
    804,
    "Gateways test values that a form offers",
    reason="A value that no form offers is never true; its flow is dead.",
    mend="Use the value of an option, or add the option to the form.",
)
CONSEQUENCE = rule(
    808,
    "Outcomes say what will happen",
    reason="A button whose consequence nobody reads is pressed by mistake.",
    mend='Add the option\'s value to the properties of the field "outcome", with the consequence'
    " in words.",
    severity="warning",
)
CHOSEN = rule(
    810,
    "The outcome is a single choice that must be made",
    reason="Without an outcome the case takes the default flow, which nobody decided.",
    mend="Make the field outcome a radio or select field, and required.",
)

CONDITION_LENGTH = 2_000
"""Longer conditions are not searched for the values that they test."""

_EQUAL = re.compile(r'(?<![\w.])([^\W\d]\w*)\s*!?=\s*"([^"\\]*)"')
_IN = re.compile(r"(?<![\w.])([^\W\d]\w*)\s+in\s*[(\[]([^)\]]*)[)\]]")
_STRING = re.compile(r'"([^"\\]*)"')


@subject
def choices(material: Material) -> Iterator[Finding]:
    """Look at the outcome field of every form."""
    for name, form in material.forms.items():
        yield from _consequences(f"forms/{name}.form", form)


def _consequences(file: str, form: Form) -> Iterator[Finding]:
    field = form.outcome_field
    if field is not None and (field.kind not in ("radio", "select") or not field.required):
        yield CHOSEN.found(
            file, "the outcome can be left out or taken twice", element=OUTCOME, name=field.label
        )
    for outcome in form.outcomes:
        if len(form.outcomes) > 1 and not outcome.consequence:
            yield CONSEQUENCE.found(
                file, f'the outcome "{outcome.value}" does not say what will happen',
                element=OUTCOME, name=outcome.label,
            )  # fmt: skip


def tested(condition: str) -> dict[str, set[str]]:
    """Return name -> literal texts that a condition compares it with."""
    found: dict[str, set[str]] = {}
    if len(condition) > CONDITION_LENGTH:
        return found
    for name, value in _EQUAL.findall(condition):
        found.setdefault(name, set()).add(value)
    for name, values in _IN.findall(condition):
        found.setdefault(name, set()).update(_STRING.findall(values))
    return found


@subject
def outcomes(material: Material) -> Iterator[Finding]:
    """Compare what gateways test with what the forms before them offer."""
    if not material.whole:
        return
    journey = Journey(material)
    choices = _choices(material)
    for file, scope in material.scopes():
        for flow in scope.flows:
            source = scope.nodes.get(flow.source)
            if flow.condition and source is not None:
                yield from _tested(material, journey, file, flow, source, choices)
    for file, node in material.nodes():
        form = material.form_of(node)
        chooses = form is not None and len(form.outcomes) > 1
        if chooses and not _is_read(material, journey, node):
            yield UNREAD.at(file, node, "no gateway behind this task tests its outcome")


def _choices(material: Material) -> dict[str, set[str] | None]:
    """Return name -> values that forms and scripts can give it; None when they cannot be known."""
    found: dict[str, set[str] | None] = {}
    for form in material.forms.values():
        for field in form.fields:
            known = {option.value for option in field.options}
            open_ = field.kind not in ("radio", "select", "checklist", "taglist")
            _add(found, field.key, None if open_ or field.options_key else known)
    for _, node in material.nodes():
        for one in node.assignments:
            literal = re.fullmatch(r'"([^"\\]*)"', one.text)
            _add(found, one.target, {literal.group(1)} if literal else None)
        if node.operator is not None:
            _add(found, node.operator.get("resultVariable", ""), None)
    for table in material.tables.values():
        for name in table.outputs:
            _add(found, name, None)
    return found


def _add(found: dict[str, set[str] | None], name: str, values: set[str] | None) -> None:
    before = found.get(name, set())
    found[name] = None if values is None or before is None else before | values


def _tested(
    material: Material,
    journey: Journey,
    file: str,
    flow: Flow,
    source: Node,
    choices: dict[str, set[str] | None],
) -> Iterator[Finding]:
    for name, values in tested(flow.condition or "").items():
        offered = choices.get(name)
        if name == OUTCOME:
            offered = _offered(material, journey, source) if offered is not None else None
        if offered is None:
            continue
        for value in sorted(values - offered):
            yield UNOFFERED.at(
                file, flow, f'no form offers "{value}" for {name}.{nearest(value, offered)}'
            )


def _offered(material: Material, journey: Journey, gateway: Node) -> set[str] | None:
    """Return the outcomes that can be in force at a gateway; None when that is not known."""
    offered: set[str] = set()
    seen = {gateway}
    waiting = [gateway]
    while waiting:
        for node in journey.before(waiting.pop()):
            form = material.form_of(node)
            if form is not None and form.outcomes:
                offered |= {one.value for one in form.outcomes}
            elif (value := _assigned(node)) is not None:
                offered |= value
            elif node not in seen:
                seen.add(node)
                waiting.append(node)
    start = material.settings.start_form if material.settings else ""
    if start in material.forms:
        offered |= {one.value for one in material.forms[start].outcomes}
    return offered


def _assigned(node: Node) -> set[str] | None:
    if node.kind != "scriptTask":
        return None
    values = [one.text for one in node.assignments if one.target == OUTCOME]
    literals = [re.fullmatch(r'"([^"\\]*)"', value) for value in values]
    return {one.group(1) for one in literals if one} if values else None


def _is_read(material: Material, journey: Journey, task: Node) -> bool:
    seen = {task}
    waiting = [task]
    while waiting:
        for node in journey.after(waiting.pop()):
            if node in seen:
                continue
            seen.add(node)
            if OUTCOME in material.read_by(node):
                return True
            form = material.form_of(node)
            if form is None or OUTCOME not in form.keys:
                waiting.append(node)
    return False
