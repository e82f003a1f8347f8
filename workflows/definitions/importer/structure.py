"""The shape of a process: one start, ends, gateways that split, and a way when nothing is true."""

from __future__ import annotations

import re

from lxml import etree

from workflows.definitions.check.graph import in_loop
from workflows.definitions.check.multi_instance import MOST_INSTANCES
from workflows.definitions.diagram import ACTIVITIES, EVENTS, Flow, Node, Scope, child_text
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft, Listener, remove
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.speech import operator
from workflows.definitions.importer.tokens import string
from workflows.definitions.reading import bpmn

DECIDING = ("exclusiveGateway", "inclusiveGateway")
_REFUSAL = re.compile(
    r"驳回|不同意|不通过|退回|拒绝|未通过|否|不合格|reject|refuse|deny|decline|disagree|\bno\b"
    r"|!= true|= false",
    re.IGNORECASE,
)


def shape(draft: Draft) -> None:
    """Draw what a process lacks, and say what was drawn."""
    _loose(draft)
    _listeners(draft)
    for each in (_into_starts, _starts, _ends, _splits, _gateways, _outputs):
        for scope in list(draft.diagram().scopes()):
            each(draft, scope)


def _loose(draft: Draft) -> None:
    """Take out flows that lead from or to nothing."""
    for scope in draft.diagram().scopes():
        for flow in scope.flows:
            missing = [one for one in (flow.source, flow.target) if one not in scope.nodes]
            if not missing:
                continue
            draft.say(flow, "sequenceFlow", Said(
                severity="dropped",
                sentence=f"The flow from {quoted(flow.source)} to {quoted(flow.target)}"
                f" {quoted(flow.condition or '')} has no end {quoted(missing[0])} on its level.",
                mend="Draw the flow again.",
            ))  # fmt: skip
            scope.element.remove(flow.element)
            for node in scope.nodes.values():
                if node.default == flow.id:
                    node.element.attrib.pop("default")
        for node in scope.nodes.values():
            if node.default and all(flow.id != node.default for flow in node.outgoing):
                draft.say(node, "default", Said(
                    severity="dropped", sentence=f"The default flow {quoted(node.default)} does"
                    " not leave here.", mend="Choose the default flow.",
                ))  # fmt: skip
                node.element.attrib.pop("default", None)
            if node.kind == "boundaryEvent" and node.attached_to not in scope.nodes:
                draft.say(node, "boundaryEvent", Said(
                    severity="todo", sentence=f"The event sits on {quoted(node.attached_to)},"
                    " which is not there.", mend="Draw it onto the border of a task.",
                ))  # fmt: skip


LISTENERS = 60
"""Most listeners that are drawn; a diagram with more steps of code than that is one of code."""


def _listeners(draft: Draft) -> None:
    """Draw listeners as steps: before, behind, on a flow; those of a process at start and ends."""
    drawn = 0
    for scope in list(draft.diagram().scopes()):
        around: list[Node | Flow | Scope] = [*scope.nodes.values(), *scope.flows]
        if scope.kind == "process":
            around.append(scope)
        for one in around:
            for listener in dict.fromkeys(draft.of(one.id).listeners):
                drawn += 1
                if drawn <= LISTENERS:
                    _listener(draft, scope, one, listener)
                    continue
                draft.say(one, "listener", Said(
                    severity="todo", sentence=f"The step that calls {listener.operation} was not"
                    f" drawn: there are more than {LISTENERS} of them.",
                    mend="Draw it where it is needed.",
                ))  # fmt: skip


def _listener(draft: Draft, scope: Scope, one: Node | Flow | Scope, listener: Listener) -> None:
    if isinstance(one, Flow):
        _on_flow(draft, one.id, listener.operation)
    elif isinstance(one, Node):
        _step(draft, one.id, listener.when, listener.operation)
    else:
        ends = scope.starts() if listener.when == "before" else scope.ends()
        for node in ends:
            _step(draft, node.id, "after" if listener.when == "before" else "before",
                  listener.operation)  # fmt: skip


def _current(draft: Draft, id_: str) -> Node | None:
    return next((node for node in draft.nodes() if node.id == id_), None)


def _made(draft: Draft, scope: Scope, wish: str, operation: str) -> etree._Element:
    made = pen.node(draft, scope.element, "serviceTask", wish, operation)
    operator(made, operation, {}, "")
    return made


def _step(draft: Draft, id_: str, when: str, operation: str) -> None:
    node = _current(draft, id_)
    if node is None:
        return
    if node.kind == "startEvent":
        when = "after"
    if node.kind == "endEvent":
        when = "before"
    if node.kind == "boundaryEvent" and when == "before":
        when = "after"
    made = _made(draft, node.scope, f"{id_}_{when}", operation)
    (pen.before if when == "before" else pen.behind)(draft, node, made)


def _on_flow(draft: Draft, id_: str, operation: str) -> None:
    for scope in draft.diagram().scopes():
        for flow in scope.flows:
            if flow.id == id_:
                pen.on(draft, flow, scope, _made(draft, scope, f"{id_}_call", operation))
                return


def _into_starts(draft: Draft, scope: Scope) -> None:
    for start in scope.starts():
        if not start.incoming or len(start.outgoing) != 1:
            continue
        for flow in start.incoming:
            flow.element.set("targetRef", start.outgoing[0].target)
            draft.say(flow, "sequenceFlow", Said(
                severity="guessed", sentence="The flow led back into the start event; it leads to"
                " the first step now.", mend="Look whether that step is the right one.",
            ))  # fmt: skip


def _is_event_subprocess(scope: Scope) -> bool:
    return bool(scope.element.get("triggeredByEvent") == "true")


def _starts(draft: Draft, scope: Scope) -> None:
    if not scope.nodes or _is_event_subprocess(scope):
        return
    starts = scope.starts()
    if len(starts) > 1:
        _one_start(draft, scope, starts)
    if starts:
        return
    firsts = [
        node for node in scope.nodes.values()
        if not node.incoming and node.kind != "boundaryEvent"
        and node.element.get("triggeredByEvent") != "true"
        and node.element.get("isForCompensation") != "true"
    ] or [next(iter(scope.nodes.values()))]  # fmt: skip
    start = pen.node(draft, scope.element, "startEvent", f"{scope.id}_start")
    target = firsts[0].id
    if len(firsts) > 1:
        split = pen.node(draft, scope.element, "parallelGateway", f"{scope.id}_split")
        target = split.get("id")
        for node in firsts:
            pen.flow(draft, scope.element, target, node.id)
    pen.flow(draft, scope.element, start.get("id"), target)
    draft.say(scope, "startEvent", Said(
        severity="guessed", sentence=f"There was no start event; one was drawn before"
        f" {quoted(', '.join(node.name or node.id for node in firsts))}.",
        mend="Look whether the process begins there.",
    ))  # fmt: skip


def _one_start(draft: Draft, scope: Scope, starts: list[Node]) -> None:
    """Let a gateway behind the first start lead to where the others led."""
    first, others = starts[0], starts[1:]
    name = variable(f"{scope.id}_start_way")
    gateway = pen.node(draft, scope.element, "exclusiveGateway", f"{scope.id}_ways")
    default = first.outgoing[0].id if first.outgoing else ""
    pen.behind(draft, first, gateway)
    if default:
        gateway.set("default", default)
    labels, ids = [first.name or first.id], [first.id]
    for start in others:
        label = start.name or start.id
        labels.append(label)
        ids.append(start.id)
        for flow in start.outgoing:
            flow.element.set("sourceRef", gateway.get("id"))
            pen.condition(flow.element, f"{name} = {string(label)}")
        draft.of(first.id).components += draft.of(start.id).components
        remove(start.element)
    draft.labels[name] = "从何处开始"
    draft.wishes[name] = labels
    draft.say(scope, "startEvent", Said(
        severity="guessed", sentence=f"There were {len(starts)} start events; {name} in the first"
        f" form says which way a case takes: {', '.join(labels)} (they were {', '.join(ids)}).",
        mend="Let a value that is known anyway decide.",
    ))  # fmt: skip


def _ends(draft: Draft, scope: Scope) -> None:
    if not scope.nodes:
        return
    for node in scope.nodes.values():
        if node.kind == "endEvent":
            for flow in node.outgoing:
                draft.say(flow, "sequenceFlow", Said(
                    severity="dropped", sentence=f"The flow to {quoted(flow.target)} left an end"
                    " event.", mend="Draw it out of the last step.",
                ))  # fmt: skip
                scope.element.remove(flow.element)
    open_ = [
        node for node in scope.nodes.values()
        if not node.outgoing and node.kind != "endEvent"
        and node.element.get("triggeredByEvent") != "true"
        and node.element.get("isForCompensation") != "true"
    ]  # fmt: skip
    for node in open_:
        end = pen.node(draft, scope.element, "endEvent", f"{node.id}_end")
        pen.flow(draft, scope.element, node.id, end.get("id"))
        draft.say(node, "endEvent", Said(
            severity="guessed", sentence="No flow led on from here; an end event was drawn behind"
            " it.", mend="Draw the missing flow if the way goes on.",
        ))  # fmt: skip


def _splits(draft: Draft, scope: Scope) -> None:
    """Draw a gateway where several flows, or one with a condition, leave a step."""
    for node in scope.nodes.values():
        if node.kind not in ACTIVITIES | EVENTS:
            continue
        if len(node.outgoing) < 2:
            for flow in node.outgoing:
                if flow.condition is not None:
                    _needless(draft, flow, "the step has no other way out")
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
        draft.say(node, "outgoing", Said(
            severity="guessed",
            sentence=f"{len(node.outgoing)} flows left the step; {_KINDS[kind]} was drawn behind"
            " it.", mend="Choose another gateway if it is not what was meant.",
        ))  # fmt: skip


_KINDS = {
    "exclusiveGateway": "an exclusive gateway (one of the ways is taken)",
    "parallelGateway": "a parallel gateway (all ways are taken)",
}


def _needless(draft: Draft, flow: Flow, reason: str) -> None:
    text = pen.no_condition(flow.element)
    draft.say(flow, "condition", Said(
        severity="dropped", sentence=f"The condition {quoted(text)} is left out: {reason}.",
        mend="Draw a gateway if the way is not always taken.",
    ))  # fmt: skip


def _gateways(draft: Draft, scope: Scope) -> None:
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
                    _needless(draft, flow, f"a {node.kind} takes this way anyway")


def _default(draft: Draft, node: Node) -> None:
    """See that one flow is taken when no condition is true, and that the others have one."""
    default = next((flow for flow in node.outgoing if flow.id == node.default), None)
    bare = [flow for flow in node.outgoing if flow.condition is None and flow is not default]
    if default is None:
        default = bare.pop(0) if bare else _least_harmful(node)
        node.element.set("default", default.id)
        text = default.condition
        draft.say(node, "default", Said(
            severity="guessed",
            sentence=f"The gateway had no default flow; {quoted(default.name or default.id)} is"
            " taken when nothing else is true" + (
                f", and its condition {quoted(text)} went." if text else "."),
            mend="Choose another flow if nothing should be approved by default.",
        ))  # fmt: skip
        if text:
            _remember(draft, text)
    elif default.condition is not None:
        _needless(draft, default, "the default flow is taken when nothing else is true")
    pen.no_condition(default.element)
    for flow in bare:
        name = variable(f"way_{flow.id}")
        pen.condition(flow.element, f"{name} = true")
        draft.labels[name] = flow.name or f"走向 {_target_name(node, flow)}"
        draft.say(flow, "condition", Said(
            severity="todo", sentence=f"The flow has no condition; somebody answers {name} in the"
            " form before.", mend="Write a condition.",
        ))  # fmt: skip


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
    )  # fmt: skip
    others = any(
        flow.condition and "outcome" in flow.condition
        for one in after_task
        for flow in (node.scope.nodes[one].incoming if one in node.scope.nodes else ())
    )
    name = "outcome" if direct and after_task and not others else variable(f"{node.id}_choice")
    labels = [flow.name or _target_name(node, flow) for flow in node.outgoing]
    labels = [f"{label} {n}" if labels.index(label) < n - 1 and label in labels[: n - 1] else label
              for n, label in enumerate(labels, start=1)]  # fmt: skip
    default = node.default or _least_harmful(node).id
    node.element.set("default", default)
    for flow, label in zip(node.outgoing, labels, strict=True):
        if flow.id != default:
            pen.condition(flow.element, f"{name} = {string(label)}")
    if name != "outcome":
        draft.labels.setdefault(name, node.name or "选择")
        draft.wishes[name] = labels
    draft.of(node.id).groups = labels
    draft.say(node, "condition", Said(
        severity="guessed",
        sentence=f"The ways out had no conditions; whoever does the step before chooses by"
        f" {name}: {', '.join(labels)}. When nothing is chosen it is"
        f" {labels[[flow.id for flow in node.outgoing].index(default)]}.",
        mend="Write conditions if a value decides.",
    ))  # fmt: skip


def _outputs(draft: Draft, scope: Scope) -> None:
    """Give activities that run per item, and again in a loop, outputs of their own."""
    ids = {node.id for node in scope.nodes.values()}
    for node in scope.nodes.values():
        element = node.instances
        if element is None:
            continue
        for tag in ("inputDataItem", "outputDataItem"):
            item = element.find(bpmn(tag))
            if item is not None and item.get("id") in ids:
                new = f"{item.get('id')}_item"
                draft.say(node, tag, Said(
                    severity="guessed", sentence=f"The item {quoted(item.get('id', ''))} has the"
                    f" name of a step; it is called {new}.", mend="Look where it is read.",
                ))  # fmt: skip
                item.set("id", new)
                item.set("name", new)
        if in_loop(node):
            _output(draft, node, element)
        number = child_text(element, "loopCardinality")
        if number.isdigit() and int(number[:9]) > MOST_INSTANCES:
            draft.say(node, "loopCardinality", Said(
                severity="todo", sentence=f"{number[:9]} instances are more than"
                f" {MOST_INSTANCES}.", mend="Use a smaller number.",
            ))  # fmt: skip


def _output(draft: Draft, node: Node, element: etree._Element) -> None:
    missing = [
        tag for tag in ("loopDataOutputRef", "outputDataItem") if element.find(bpmn(tag)) is None
    ]
    if not missing:
        return
    name = variable(f"{node.id}_opinion")
    at = next((number for number, child in enumerate(element)
               if child.tag == bpmn("completionCondition")), len(element))  # fmt: skip
    if "outputDataItem" in missing:
        item = etree.Element(bpmn("outputDataItem"), id=name, name=name)
        element.insert(at, item)
    if "loopDataOutputRef" in missing:
        reference = etree.Element(bpmn("loopDataOutputRef"))
        reference.text = f"{name}s"
        before = element.find(bpmn("inputDataItem"))
        element.insert(at if before is None else list(element).index(before), reference)
    draft.labels.setdefault(name, "意见")
    draft.say(node, "multiInstanceLoopCharacteristics", Said(
        severity="guessed", sentence=f"The activity may run again; each instance gives {name},"
        f" all together {name}s.", mend="Rename them as you like.",
    ))  # fmt: skip
