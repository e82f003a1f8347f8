"""Rules about timers and messages: valid, single, and waiting for something that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from workflows.definitions.check.fault import Fault
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Diagram, Node, child_text
from workflows.definitions.places import TIMERS, is_literal
from workflows.definitions.reading import bpmn, local
from workflows.definitions.settings import nearest
from workflows.feel.temporal import parse_duration

ONE_TIME = rule(
    751,
    "A timer has one time",
    reason="Without a date, duration or cycle the engine cannot wait, with two it takes one.",
    mend="Give the timer exactly one of date, duration and cycle.",
)
CYCLE = rule(
    752,
    "Cycles have a length",
    reason="A cycle of no time never returns; a very short one floods the case.",
    mend="Use a period of at least one minute, such as R3/P1D.",
)
LITERAL = rule(
    753,
    "Times are valid",
    reason="A bare PT5M is a literal; what looks like one but is not would be read as a name.",
    mend="Write P5D, PT2H, 2024-03-08T09:00:00+08:00, or FEEL such as workdays(5).",
)
QUOTED = rule(
    754,
    "Literal times stand without quotation marks",
    reason="A quoted text is a text, not a time.",
    mend='Write PT5M without quotation marks, or duration("PT5M").',
)
MESSAGE = rule(
    761,
    "Messages and signals are declared",
    reason="An event that waits for something without a name waits for ever.",
    mend="Choose a message in the properties panel, or declare a new one.",
)
CODE = rule(
    762,
    "Errors and escalations are declared",
    reason="An event without a code catches nothing.",
    mend="Choose the error or escalation in the properties panel.",
)

_LOOKS_LITERAL = re.compile(r"^(?:R\d*/|P[\dT]|\d{4}-\d)")
_QUOTED = re.compile(r"""^["'](?:R\d*/|-?P[\dT]|\d{4}-\d)[^"']*["']$""")
_NO_TIME = re.compile(r"P(?:0+[YMWD])*(?:T(?:0+(?:\.0+)?[HMS])*)?$")
_NUMBERS = re.compile(r"\d+")
_YEARS = 100
_SECONDS_ONLY = re.compile(r"PT(\d+)(?:\.\d+)?S$")
_REFERENCES = {
    "messageEventDefinition": ("messageRef", "message"),
    "signalEventDefinition": ("signalRef", "signal"),
    "errorEventDefinition": ("errorRef", "error"),
    "escalationEventDefinition": ("escalationRef", "escalation"),
}


@subject
def timers(material: Material) -> Iterator[Finding]:
    """Look at the time of every timer."""
    for file, node in material.nodes():
        for name in ("due", "warn"):
            for fault in due_faults(name, node.properties.get(name, "")):
                yield fault.rule.at(file, node, fault.sentence)
        for event in node.events:
            if local(event) != "timerEventDefinition":
                continue
            kinds = [kind for kind in TIMERS if event.find(bpmn(kind)) is not None]
            given = [kind for kind in kinds if child_text(event, kind)]
            if len(given) != 1:
                yield ONE_TIME.at(file, node, f"the timer has {len(given) or 'no'} times")
            for kind in given:
                for fault in time_faults(kind, child_text(event, kind)):
                    yield fault.rule.at(file, node, fault.sentence)


def due_faults(name: str, text: str) -> Iterator[Fault]:
    """Return what is wrong with a due or warning time that is written out."""
    if is_literal(text) and (text[0] == "R" or not _real(text)):
        yield Fault(rule=LITERAL, sentence=f'"{text[:60]}" is no valid {name}')


def time_faults(kind: str, text: str) -> Iterator[Fault]:
    """Return what is wrong with a timer's text of a kind, such as `timeDate`."""
    if _QUOTED.match(text):
        yield Fault(rule=QUOTED, sentence=f"the time {text[:60]} is quoted")
    elif _LOOKS_LITERAL.match(text) and not is_literal(text):
        yield Fault(rule=LITERAL, sentence=f'"{text[:60]}" is no valid time')
    elif is_literal(text):
        fits = {"timeCycle": text[0] == "R", "timeDuration": text[0] == "P"}
        if not fits.get(kind, text[0].isdigit()) or not _real(text):
            yield Fault(rule=LITERAL, sentence=f'"{text[:60]}" is no valid {kind}')
    if kind == "timeCycle" and text.startswith("R") and is_literal(text):
        yield from _cycle_faults(text)


def _real(text: str) -> bool:
    """Whether a literal names a day that exists, or a length within a lifetime."""
    if not text[0].isdigit():
        return _within_a_lifetime(text.rpartition("/")[2])
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _within_a_lifetime(period: str) -> bool:
    if "W" in period:
        return all(int(one[:12]) <= _YEARS * 53 for one in _NUMBERS.findall(period))
    length = parse_duration(period)
    if isinstance(length, timedelta):
        return length <= timedelta(days=366 * _YEARS)
    # Years or months beside days are no length: nobody can say which month is meant.
    return length is not None and length.months <= 12 * _YEARS


def _cycle_faults(text: str) -> Iterator[Fault]:
    period = text.rpartition("/")[2]
    seconds = _SECONDS_ONLY.match(period)
    if _NO_TIME.match(period) or (seconds and int(seconds.group(1)[:6]) < 60):
        yield Fault(rule=CYCLE, sentence=f'the cycle "{text[:60]}" is shorter than a minute')


@subject
def messages(material: Material) -> Iterator[Finding]:
    """Look at what events refer to."""
    for file, diagram in material.diagrams.items():
        for node in diagram.nodes():
            for event in node.events:
                if local(event) in _REFERENCES:
                    attribute, kind = _REFERENCES[local(event)]
                    yield from _reference(file, diagram, node, event.get(attribute), kind)


def _reference(
    file: str, diagram: Diagram, node: Node, reference: str | None, kind: str
) -> Iterator[Finding]:
    declared = diagram.names_of(kind)
    rule_ = MESSAGE if kind in ("message", "signal") else CODE
    if not reference:
        # A boundary event without a code catches every error; that can be meant.
        if node.kind != "boundaryEvent" or rule_ is MESSAGE:
            yield rule_.at(file, node, f"the event names no {kind}")
    elif reference.rpartition(":")[2] not in declared and reference not in declared:
        yield rule_.at(
            file, node, f'there is no {kind} "{reference}".{nearest(reference, set(declared))}'
        )
