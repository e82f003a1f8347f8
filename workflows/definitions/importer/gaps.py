"""Gaps in forms: what expressions read and nothing sets, and outcomes that gateways read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from workflows.definitions.check.graph import Journey
from workflows.definitions.check.material import Material, Surroundings
from workflows.definitions.check.names import declared
from workflows.definitions.check.reader import read_material
from workflows.definitions.diagram import Node
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.fieldwork import SAID, choice, component
from workflows.definitions.importer.formwork import files_of
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.places import Use, names_of

ROUNDS = 4


def close_gaps(
    draft: Draft, files: dict[str, bytes], surroundings: Surroundings
) -> dict[str, bytes]:
    """Add to forms what expressions read and nothing sets; return the files with those forms."""
    for _ in range(ROUNDS):
        material, _findings = read_material(files, surroundings, whole=True)
        before = json.dumps(draft.components, sort_keys=True)
        _outcomes(draft, material)
        _undeclared(draft, material)
        files = {**files, **files_of(draft)}
        if json.dumps(draft.components, sort_keys=True) == before:
            break
    return files


def _outcomes(draft: Draft, material: Material) -> None:
    """Let forms offer the outcomes that named ways out of a gateway stand for."""
    journey = Journey(material)
    for _, node in material.nodes():
        labels = draft.of(node.id).groups if "Gateway" in node.kind else []
        if labels and any("outcome" in (flow.condition or "") for flow in node.outgoing):
            for name in _forms_before(draft, material, journey, node):
                _offer(draft, name, labels)


def _offer(draft: Draft, form: str, labels: list[str]) -> None:
    components = draft.components[form]
    field = next((one for one in components if one.get("key") == "outcome"), None)
    if field is None:
        components.append(
            {
                **choice("outcome", "办理结果", labels),
                "properties": {label: f"选择“{label}”" for label in labels},
            }
        )
        return
    known = {one.get("value") for one in field.get("values", [])}
    for label in labels:
        if label not in known:
            field.setdefault("values", []).append({"label": label, "value": label})
            field.setdefault("properties", {})[label] = f"选择“{label}”"


def _undeclared(draft: Draft, material: Material) -> None:
    known = declared(material)
    journey = Journey(material)
    uses = [use for _, use in material.uses]
    wanted: dict[str, list[Use]] = {}
    for use in uses:
        for name in names_of(use.text) - known:
            wanted.setdefault(name, []).append(use)
    for name in sorted(wanted):
        made = _field(draft, name, wanted[name])
        forms: dict[str, None] = {}
        early = made["type"] not in ("checkbox", "radio")
        if early:  # an amount or a date is known to whoever brings the case
            forms |= dict.fromkeys(_first(draft, material, wanted[name]))
        for use in wanted[name]:
            if use.node is not None and not forms:
                forms |= dict.fromkeys(_forms_before(draft, material, journey, use.node, use))
        lacking = [
            form for form in forms if all(one.get("key") != name for one in draft.components[form])
        ]
        for form in lacking:
            draft.components[form].append(made)
        if lacking:
            _say_gap(draft, wanted[name][0], name, made, lacking)
            _say_parts(draft, name, wanted[name])


def _first(draft: Draft, material: Material, uses: list[Use]) -> Iterator[str]:
    """Return the form of the first step if it comes before all uses, else that of the start."""
    main = material.process(material.settings.main) if material.settings else None
    node = next(iter(main.starts()), None) if main else None
    while node is not None and len(node.outgoing) == 1:
        node = node.scope.nodes.get(node.outgoing[0].target)
        if node is None or any(use.node is node and use.element == node.id for use in uses):
            break
        made = list(_made(draft, node))
        if made:
            yield from made
            return
        if node.kind == "userTask" or len(node.incoming) > 1:
            break
    yield from _start(draft, material)


def _say_gap(draft: Draft, use: Use, name: str, made: dict[str, Any], forms: list[str]) -> None:
    draft.report.add(
        use.element,
        use.name,
        Message("variable %(name)s", name=name),
        Said(
            severity="guessed",
            sentence=Message(
                "%(place)s: %(name)s is read, and nothing in the file sets it; it became a %(kind)s"
                " of the form %(forms)s.",
                place=Message(use.place),
                name=quoted(name),
                kind=SAID[made["type"]],
                forms=", ".join(forms),
            ),
            mend=Message("Draw the field where the value is known, or let an operation return it."),
        ),
    )


def _say_parts(draft: Draft, name: str, uses: list[Use]) -> None:
    """Tell of a name that is read as a value with parts: no field of a form gives one."""
    part = re.compile(rf"(?<![\w.]){re.escape(name)}\.\w+")
    for use in uses:
        found = part.search(use.text)
        if found is None:
            continue
        sentence = Message(
            "%(place)s: %(part)s is part of a value, and no field of a form gives such a value.",
            place=Message(use.place),
            part=quoted(found.group()),
        )
        mend = Message("Read a field of its own instead, or let an operation return the value.")
        said = Said(severity="todo", sentence=sentence, mend=mend)
        draft.report.add(use.element, use.name, Message("variable %(name)s", name=name), said)


def _field(draft: Draft, name: str, uses: list[Use]) -> dict[str, Any]:
    """Return a field for a variable, of the type that its uses suggest."""
    text = " ".join(use.text for use in uses)
    label = draft.labels.get(name, name)
    values = list(
        dict.fromkeys(
            [
                *draft.wishes.get(name, []),
                *re.findall(rf'(?<![\w.]){re.escape(name)}\s*!?=\s*"([^"\\]*)"', text),
                *(
                    one
                    for listed in re.findall(
                        rf"list contains\(\[([^\]]*)\], {re.escape(name)}\)", text
                    )
                    for one in re.findall(r'"([^"\\]*)"', listed)
                ),
            ]
        )
    )
    values = [value for value in values if value]
    if values:
        if len(values) == 1:
            values.append(_other(values[0]))
        return choice(name, label, values)
    held = re.findall(rf'list contains\({re.escape(name)}, "([^"\\]*)"\)', text)
    if held:
        return {**choice(name, label, list(dict.fromkeys(held))), "type": "taglist"}
    places = {use.place for use in uses}
    if "assignee" in places:
        return {**component(name, label, "string"), "type": "select", "valuesKey": "people"}
    if "collection" in places:
        # Over an empty list nobody would be asked, and the case would run on.
        made = component(name, label, "string", required=True)
        return {**made, "type": "taglist", "valuesKey": "people"}
    return component(name, label, _type(name, text, uses))


def _other(value: str) -> str:
    pairs = {
        "同意": "不同意",
        "通过": "不通过",
        "agree": "reject",
        "approve": "reject",
        "yes": "no",
        "是": "否",
        "true": "false",
        "pass": "reject",
        "不同意": "同意",
        "驳回": "通过",
        "reject": "agree",
        "1": "0",
        "0": "1",
    }
    return pairs.get(value, "其他")


def _type(name: str, text: str, uses: list[Use]) -> str:
    quoted_name = re.escape(name)
    if re.search(rf"(?<![\w.]){quoted_name}\s*!?=\s*(?:true|false)\b", text):
        return "boolean"
    if re.search(rf'"\s*\+\s*{quoted_name}(?![\w.(])|(?<![\w.]){quoted_name}\s*\+\s*"', text):
        return "string"
    if re.search(rf"\bif {quoted_name} = null then -?\d", text):
        return "number"
    number = rf"(?<![\w.]){quoted_name}\s*(?:[-+*/<>]|!?=|>=|<=)\s*-?\d"
    if re.search(number, text) or re.search(rf"[-+*/<>]=?\s*{quoted_name}(?![\w.(])", text):
        return "number"
    if any(use.place in ("timeDate", "due") and use.text == name for use in uses):
        return "datetime"
    if any(use.place == "number of instances" for use in uses):
        return "number"
    return "string"


def _forms_before(
    draft: Draft, material: Material, journey: Journey, node: Node, use: Use | None = None
) -> Iterator[str]:
    """Return the made forms that are filled in last before a node, on every way to it."""
    own = use is not None and use.element != node.id and node.kind == "userTask"
    waiting = [node] if not own else []
    seen = {node}
    found: dict[str, None] = {}
    if own:
        found |= dict.fromkeys(_made(draft, node))
    while waiting:
        one = waiting.pop()
        before = list(journey.before(one))
        if not before and one.kind == "startEvent":
            found |= dict.fromkeys(_start(draft, material))
        for other in before:
            if other in seen:
                continue
            seen.add(other)
            names = list(_made(draft, other))
            found |= dict.fromkeys(names)
            if not names:
                waiting.append(other)
    if not found:
        found |= dict.fromkeys(_start(draft, material))
    yield from found


def _made(draft: Draft, node: Node) -> Iterator[str]:
    name = node.properties.get("form", "") if node.kind == "userTask" else ""
    if name in draft.components:
        yield name


def _start(draft: Draft, material: Material) -> Iterator[str]:
    name = material.settings.start_form if material.settings else ""
    if name in draft.components:
        yield name
