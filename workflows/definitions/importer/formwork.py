"""Forms: each user task gets one, with what the other product asked and what is read behind it."""

from __future__ import annotations

import json
import re
from typing import Any

from workflows.definitions.diagram import Node
from workflows.definitions.importer.draft import Draft, set_property
from workflows.definitions.importer.fieldwork import component
from workflows.definitions.importer.report import Said
from workflows.definitions.messages import Message
from workflows.definitions.places import item_names

OPINION = "opinion"
_WRONG = re.compile(r"[^\w.-]+")


def give_forms(draft: Draft, taken: frozenset[str]) -> None:
    """Give every user task a form; `taken` are the names of forms that exist already."""
    names = set(taken)
    for node in draft.nodes():
        if node.kind != "userTask":
            continue
        named = node.properties.get("form", "")
        if named:
            if named in draft.embedded and named not in names:
                draft.components[named] = _unique(draft.embedded[named])
                draft.of(node.id).form = named
                names.add(named)
            continue
        notes = draft.of(node.id)
        inside = draft.embedded.get(notes.form)
        name = _free(notes.form or node.id, names)
        names.add(name)
        components = [*(inside or ()), *notes.components]
        if not components:
            components = [_opinion(node)]
            if not notes.form:
                draft.say(
                    node,
                    "form",
                    Said(
                        severity="guessed",
                        sentence=Message(
                            "The task had no form; %(name)s asks for an opinion.", name=name
                        ),
                        mend=Message("Draw what people fill in."),
                    ),
                )
        _give_output(node, components)
        draft.components[name] = _unique(components)
        set_property(node.element, "form", name)


def _opinion(node: Node) -> dict[str, Any]:
    return {**component(OPINION, "办理意见", "textarea"), "validate": {"maxLength": 1000}}


def _give_output(node: Node, components: list[dict[str, Any]]) -> None:
    """Let the form of an instance give what the activity collects."""
    output = item_names(node)[1]
    if not output or any(one.get("key") == output for one in components):
        return
    if components and components[0].get("key") == OPINION:
        components[0] = {**components[0], "key": output, "id": f"field_{output}"}
    else:
        components.append(component(output, "意见", "textarea"))


def _unique(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(components):
        found.setdefault(str(one.get("key") or one.get("path") or f"#{number}"), one)
    return list(found.values())


def _free(wish: str, taken: set[str]) -> str:
    base = _WRONG.sub("_", wish).strip("._-")[:80] or "form"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def start_form(draft: Draft, main: str, taken: frozenset[str]) -> str:
    """Make the form that starts a case of the main process, and return its name."""
    scope = next(one for one in draft.diagram().processes if one.id == main)
    start = next(iter(scope.starts()), None)
    notes = draft.of(start.id if start else main)
    name = _free(notes.form or "start", {*taken, *draft.components})
    inside = draft.embedded.get(notes.form, [])
    components = _unique([*inside, *notes.components])
    if all(one.get("key") != "title" for one in components):
        components.insert(0, {**component("title", "标题", "string", required=True)})
        draft.report.add(
            main,
            scope.name,
            Message("start form"),
            Said(
                severity="guessed",
                sentence=Message(
                    "The form %(name)s starts a case; it asks for its title.", name=name
                ),
                mend=Message("Draw what a case begins with."),
            ),
        )
    draft.components[name] = components
    return name


def files_of(draft: Draft) -> dict[str, bytes]:
    """Return the forms made by this import as files."""
    return {
        f"forms/{name}.form": json.dumps(
            {"type": "default", "id": name, "schemaVersion": 18, "components": components},
            ensure_ascii=False,
            indent=2,
        ).encode()
        + b"\n"
        for name, components in draft.components.items()
    }
