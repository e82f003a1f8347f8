"""Listeners of other engines, drawn as steps that one can see."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Flow, Node, Scope
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft, Listener
from workflows.definitions.importer.report import Said
from workflows.definitions.importer.work import operator
from workflows.definitions.messages import Message

LISTENERS = 60
"""Most listeners that are drawn; a diagram with more steps of code than that is one of code."""


def draw_listeners(draft: Draft) -> None:
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
                draft.say(
                    one,
                    "listener",
                    Said(
                        severity="todo",
                        sentence=Message(
                            "The step that calls %(operation)s was not drawn: there are more than"
                            " %(most)s of them.",
                            operation=listener.operation,
                            most=LISTENERS,
                        ),
                        mend=Message("Draw it where it is needed."),
                    ),
                )


def _listener(draft: Draft, scope: Scope, one: Node | Flow | Scope, listener: Listener) -> None:
    if isinstance(one, Flow):
        _on_flow(draft, one.id, listener.operation)
    elif isinstance(one, Node):
        _step(draft, one.id, listener.when, listener.operation)
    else:
        ends = scope.starts() if listener.when == "before" else scope.ends()
        for node in ends:
            _step(
                draft,
                node.id,
                "after" if listener.when == "before" else "before",
                listener.operation,
            )


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
