"""Every standard place that evaluates something: its foreign expression becomes FEEL."""

from __future__ import annotations

import re

from lxml import etree

from workflows.definitions.diagram import Flow, Node, child_text
from workflows.definitions.importer.draft import (
    Draft,
    is_feel,
    translated,
    untranslated,
)
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.instances import read_instances
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.times import literal
from workflows.definitions.importer.work import read_script
from workflows.definitions.messages import Message
from workflows.definitions.places import TIMERS
from workflows.definitions.reading import XSI, bpmn, local

_RETURNED = re.compile(r"^\s*return\b([^;]+);?\s*$")
"""A condition of a language with statements that only says what is true."""
_TYPE = f"{{{XSI}}}type"


def translate_all(draft: Draft) -> None:
    """Translate conditions, timers, instances and scripts of every diagram of the file."""
    diagram = draft.diagram()
    for scope in diagram.scopes():
        for flow in scope.flows:
            _condition(draft, flow)
        for node in scope.nodes.values():
            for event in node.events:
                _timer(draft, node, event)
                _conditional(draft, node, event)
            read_instances(draft, node)
            if node.kind == "scriptTask":
                read_script(draft, node)


def _condition(draft: Draft, flow: Flow) -> None:
    element = flow.element.find(bpmn("conditionExpression"))
    if element is None:
        return
    written = flow.condition or ""
    text = _RETURNED.sub(r"\1", written)
    said = element.attrib.pop("language", "")
    if said:
        _in_feel(draft, flow, said)
    if not text:
        flow.element.remove(element)
        draft.say(
            flow,
            "condition",
            Said(severity="dropped", sentence=Message("An empty condition says nothing.")),
        )
        return
    language = "feel" if draft.language == "feel" else draft.language
    try:
        feel, guesses = draft.feel(text, language=language, condition=True)
    except Untranslatable as error:
        _placeholder(draft, flow, element, written, error, words=not said)
        return
    _write(element, feel)
    draft.say(flow, "condition", translated(Message("The condition"), written, feel, guesses))


def _in_feel(draft: Draft, what: Flow | Node, said: str) -> None:
    sentence = Message("The condition is in FEEL now, not in %(said)s.", said=quoted(said))
    draft.say(what, "language", Said(severity="kept", sentence=sentence))


def _write(element: etree._Element, feel: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = feel
    element.set(_TYPE, "bpmn:tFormalExpression")


def _placeholder(
    draft: Draft,
    flow: Flow,
    element: etree._Element,
    text: str,
    error: Untranslatable,
    *,
    words: bool,
) -> None:
    if words and draft.language == "plain" and not text.startswith(("${", "#{")):
        # Words such as “金额大于5000元”: the way is named by them, and somebody chooses it.
        flow.element.remove(element)
        if not flow.element.get("name"):
            flow.element.set("name", " ".join(text.split())[:100])
        draft.say(
            flow,
            "condition",
            Said(
                severity="guessed",
                sentence=Message(
                    "The condition %(text)s is in words; whoever does the step before chooses the"
                    " way by its name.",
                    text=quoted(text),
                ),
                mend=Message("Write a condition in FEEL if a value decides."),
            ),
        )
        return
    name = variable(f"condition_{flow.id}")
    draft.labels[name] = " ".join(text.split())[:200]
    _write(element, f"{name} = true")
    draft.say(
        flow,
        "condition",
        untranslated(
            Message("The condition"),
            text,
            error,
            Message("Somebody answers %(name)s in the form before.", name=name),
        ),
    )


def _timer(draft: Draft, node: Node, event: etree._Element) -> None:
    if local(event) != "timerEventDefinition":
        return
    for kind in TIMERS:
        element = event.find(bpmn(kind))
        if element is None:
            continue
        text = child_text(event, kind)
        known = literal(text, kind) or literal(text.removeprefix("="), kind)
        if known is not None:
            if known.text != text:
                _write(element, known.text)
                draft.say(node, kind, _time_said(text, known.text, known.guess))
            continue
        _write(element, _computed(draft, node, kind, text))


def _time_said(text: str, now: str, guess: Message | None) -> Said:
    if guess:
        return Said(
            severity="guessed",
            sentence=Message(
                "The time %(text)s is %(now)s: %(guess)s.", text=quoted(text), now=now, guess=guess
            ),
            mend=Message("Correct the period, or draw a timer with a date in FEEL."),
        )
    return Said(
        severity="kept",
        sentence=Message("The time %(text)s is %(now)s.", text=quoted(text), now=now),
    )


def _computed(draft: Draft, node: Node, kind: str, text: str) -> str:
    name = variable(f"{node.id}_at")
    try:
        feel, guesses = draft.feel(text)
    except Untranslatable as error:
        if draft.language == "plain" and is_feel(text):
            return text
        draft.say(
            node,
            kind,
            untranslated(
                Message("The time"),
                text,
                error,
                Message("The name %(name)s stands in its place.", name=name),
            ),
        )
        draft.labels[name] = " ".join(text.split())[:200] or name
        return name if kind == "timeDate" else f"duration({name})"
    if kind == "timeDuration" and feel.isidentifier():
        guesses = (*guesses, Message("the value is a text such as P3D"))
        feel = f"duration({feel})"
    draft.say(node, kind, translated(Message("The time"), text, feel, guesses))
    return feel


def _conditional(draft: Draft, node: Node, event: etree._Element) -> None:
    element = event.find(bpmn("condition"))
    if local(event) != "conditionalEventDefinition" or element is None:
        return
    text = child_text(event, "condition")
    try:
        feel, guesses = draft.feel(text, condition=True)
    except Untranslatable as error:
        name = variable(f"condition_{node.id}")
        draft.labels[name] = " ".join(text.split())[:200]
        feel, guesses = f"{name} = true", ()
        draft.say(
            node,
            "condition",
            untranslated(
                Message("The condition"),
                text,
                error,
                Message("The name %(name)s stands in its place.", name=name),
            ),
        )
    else:
        draft.say(node, "condition", translated(Message("The condition"), text, feel, guesses))
    said = element.attrib.pop("language", "")
    if said:
        _in_feel(draft, node, said)
    _write(element, feel)
