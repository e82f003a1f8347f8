"""Ways out: gateways where several flows leave, a default, and choices where words stand."""

from __future__ import annotations

import re

from workflows.definitions.diagram import ACTIVITIES, EVENTS, Flow, Node, Scope
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted, together
from workflows.definitions.importer.tokens import string
from workflows.definitions.messages import Message

DECIDING = ("exclusiveGateway", "inclusiveGateway")


_REFUSAL = re.compile(
    r"驳回|不同意|不通过|退回|拒绝|未通过|否|不合格|reject|refuse|deny|decline|disagree|\bno\b"
    r"|!= true|= false",
    re.IGNORECASE,
)


def split_ways(draft: Draft, scope: Scope) -> None:
    """Draw a gateway where several flows, or one with a condition, leave a step."""
    for node in scope.nodes.values():
        if node.kind not in ACTIVITIES | EVENTS:
            continue
        if len(node.outgoing) < 2:
            for flow in node.outgoing:
                if flow.condition is not None:
                    _needless(draft, flow, Message("the step has no other way out"))
            node.element.attrib.pop("default", None)
            continue
        conditions = [flow for flow in node.outgoing if flow.condition is not None]
        plain = [flow for flow in node.outgoing if flow.condition is None]
        named = draft.language == "plain" and all(flow.name for flow in node.outgoing)
        kind = "exclusiveGateway" if conditions or named else "parallelGateway"
        gateway = pen.node(draft, scope.element, kind, f"{node.id}_ways")
        pen.behind(draft, node, gateway)
        if conditions and plain and not gateway.get("default"):
            gateway.set("default", plain[0].id)
        draft.say(
            node,
            "outgoing",
            Said(
                severity="guessed",
                sentence=Message(
                    "%(count)s flows left the step; %(kind)s was drawn behind it.",
                    count=len(node.outgoing),
                    kind=_KINDS[kind],
                ),
                mend=Message("Choose another gateway if it is not what was meant."),
            ),
        )


_KINDS = {
    "exclusiveGateway": Message("an exclusive gateway (one of the ways is taken)"),
    "parallelGateway": Message("a parallel gateway (all ways are taken)"),
}


def _needless(draft: Draft, flow: Flow, reason: str) -> None:
    text = pen.no_condition(flow.element)
    draft.say(
        flow,
        "condition",
        Said(
            severity="dropped",
            sentence=Message(
                "The condition %(text)s is left out: %(reason)s.", text=quoted(text), reason=reason
            ),
            mend=Message("Draw a gateway if the way is not always taken."),
        ),
    )


def settle_gateways(draft: Draft, scope: Scope) -> None:
    """Give every gateway that decides its default and conditions; all others have none."""
    for node in scope.nodes.values():
        if node.kind in DECIDING and len(node.outgoing) > 1:
            if all(flow.condition is None for flow in node.outgoing):
                _ways_in_words(draft, node)
            else:
                _default(draft, node)
        elif "Gateway" in node.kind:
            node.element.attrib.pop("default", None)
            for flow in node.outgoing:
                if flow.condition is not None:
                    _needless(
                        draft,
                        flow,
                        Message("a %(kind)s takes this way anyway", kind=Message(node.kind)),
                    )


_DEFAULT_IS = Message("the default flow is taken when nothing else is true")


def _default(draft: Draft, node: Node) -> None:
    """See that one flow is taken when no condition is true, and that the others have one."""
    default = next((flow for flow in node.outgoing if flow.id == node.default), None)
    bare = [flow for flow in node.outgoing if flow.condition is None and flow is not default]
    if default is None:
        default = bare.pop(0) if bare else _least_harmful(node)
        node.element.set("default", default.id)
        text = default.condition
        draft.say(
            node,
            "default",
            Said(
                severity="guessed",
                sentence=together(
                    Message(
                        "The gateway had no default flow; %(name)s is taken when nothing else is"
                        " true.",
                        name=quoted(default.name or default.id),
                    ),
                    Message("Its condition %(text)s went.", text=quoted(text)) if text else "",
                ),
                mend=Message("Choose another flow if nothing should be approved by default."),
            ),
        )
        if text:
            _remember(draft, text)
    elif default.condition is not None:
        _needless(draft, default, _DEFAULT_IS)
    pen.no_condition(default.element)
    for flow in bare:
        name = variable(f"way_{flow.id}")
        pen.condition(flow.element, f"{name} = true")
        draft.labels[name] = flow.name or f"走向 {_target_name(node, flow)}"
        draft.say(
            flow,
            "condition",
            Said(
                severity="todo",
                sentence=Message(
                    "The flow has no condition; somebody answers %(name)s in the form before.",
                    name=name,
                ),
                mend=Message("Write a condition."),
            ),
        )


_VALUE = re.compile(r'([^\W\d]\w*)\s*=\s*("(?:[^"\\]|\\.)*")')


def _remember(draft: Draft, condition: str) -> None:
    """Keep the values that a condition tested before it went, so that forms offer them."""
    for name, value in _VALUE.findall(condition):
        texts = draft.wishes.setdefault(name, [])
        plain = value[1:-1]
        if plain not in texts:
            texts.append(plain)


def _least_harmful(node: Node) -> Flow:
    """Return the flow that refuses, else the last: nothing is approved by itself."""
    for flow in node.outgoing:
        if _REFUSAL.search(f"{flow.name} {flow.condition or ''}"):
            return flow
    return node.outgoing[-1]


def _target_name(node: Node, flow: Flow) -> str:
    target = node.scope.nodes.get(flow.target)
    return target.name or target.id if target else flow.target


def _ways_in_words(draft: Draft, node: Node) -> None:
    """Let people choose among flows that have names instead of conditions."""
    after_task = [flow.source for flow in node.incoming]
    direct = all(
        (source := node.scope.nodes.get(one)) is not None and source.kind == "userTask"
        for one in after_task
    )
    others = any(
        flow.condition and "outcome" in flow.condition
        for one in after_task
        for flow in (node.scope.nodes[one].incoming if one in node.scope.nodes else ())
    )
    name = "outcome" if direct and after_task and not others else variable(f"{node.id}_choice")
    labels = [flow.name or _target_name(node, flow) for flow in node.outgoing]
    labels = [
        f"{label} {n}" if labels.index(label) < n - 1 and label in labels[: n - 1] else label
        for n, label in enumerate(labels, start=1)
    ]
    default = node.default or _least_harmful(node).id
    node.element.set("default", default)
    for flow, label in zip(node.outgoing, labels, strict=True):
        if flow.id != default:
            pen.condition(flow.element, f"{name} = {string(label)}")
    if name != "outcome":
        draft.labels.setdefault(name, node.name or "选择")
        draft.wishes[name] = labels
    draft.of(node.id).groups = labels
    draft.say(
        node,
        "condition",
        Said(
            severity="guessed",
            sentence=Message(
                "The ways out had no conditions; whoever does the step before chooses by"
                " %(name)s: %(labels)s. When nothing is chosen it is %(default)s.",
                name=name,
                labels=", ".join(labels),
                default=labels[[flow.id for flow in node.outgoing].index(default)],
            ),
            mend=Message("Write conditions if a value decides."),
        ),
    )
