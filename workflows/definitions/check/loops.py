"""Rules about rounds: no loop without a wait, no process that calls itself, calls that exist."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.graph import Journey, in_loop, reach
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Scope
from workflows.definitions.settings import nearest

AUTOMATIC = rule(
    601,
    "Loops contain a wait state",
    reason="A loop of automatic nodes runs until its limit and then stops the case.",
    mend="Put a user task, a timer or a message event into the loop.",
)
RECURSION = rule(
    602,
    "Processes do not call themselves",
    reason="Calls without end stop at a limit, with an incident.",
    mend="Draw a loop with an exclusive gateway instead.",
)
CALLED = rule(
    603,
    "Called processes exist",
    reason="A call into nothing stops the case.",
    mend="Name the process id of another diagram of this bundle.",
)
DEPTH = rule(
    604,
    "Calls nest to a bounded depth",
    reason="Each level costs time in every step; beyond a limit the engine refuses.",
    mend="Draw some of the called processes into their callers.",
)

MOST_LEVELS = 10


@subject
def loops(material: Material) -> Iterator[Finding]:
    """Look for loops that nobody can stop."""
    journey = Journey(material)
    for file, scope in material.scopes():
        told: set[str] = set()
        for node in scope.nodes.values():
            if node.id in told or journey.waits(node) or not in_loop(node):
                continue
            round_ = reach(journey.without_wait(node), journey.without_wait)
            if node in round_:
                told |= {one.id for one in round_}
                yield AUTOMATIC.at(file, node, "a token can come back here without ever waiting")


@subject
def calls(material: Material) -> Iterator[Finding]:
    """Look at who calls whom."""
    called: dict[str, list[str]] = {}
    for file, node in material.nodes():
        if node.kind != "callActivity":
            continue
        called.setdefault(node.scope.process, []).append(node.called)
        if not node.called:
            yield CALLED.at(file, node, "the call activity names no process")
        elif material.whole and material.process(node.called) is None:
            known = {s.id for _, s in material.scopes() if s.kind == "process"}
            yield CALLED.at(
                file, node, f'there is no process "{node.called}".{nearest(node.called, known)}'
            )
    for file, diagram in material.diagrams.items():
        for process in diagram.processes:
            yield from _chain(file, process, called)


def _chain(file: str, process: Scope, called: dict[str, list[str]]) -> Iterator[Finding]:
    levels = 0
    current = {process.id}
    seen: set[str] = set()
    while current:
        current = {one for key in current for one in called.get(key, ())}
        if process.id in current:
            yield RECURSION.at(
                file, process, "the process calls itself, directly or through others"
            )
            return
        levels += 1
        if current <= seen and current:
            return  # a circle among others, told at its own members
        seen |= current
    if levels > MOST_LEVELS:
        yield DEPTH.at(file, process, f"{levels} levels of calls, more than {MOST_LEVELS}")
