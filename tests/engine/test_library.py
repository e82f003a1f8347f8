"""The engine room against the library itself, with the library's own parser, nodes and timers.

Only where the library runs what is drawn: see the hazards for the rest. It is given FEEL, since
it would run Python otherwise; each value has a name of its own, since it loses changes of a name
that two branches carry.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache, partial
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from tests.engine.drawings import Drawing, document, each, event, timer
from tests.engine.hosts import TestHost
from tests.engine.walks import VALUES, Writer
from workflows import engine
from workflows.engine.script import compile_script
from workflows.engine.timers import is_literal
from workflows.engine.values import same
from workflows.errors import StepFailed
from workflows.feel import compile_expression

NAMES = ("pick", "again", "units")


class LibraryWriter(Writer):
    """Draws only blocks that the library runs as they are drawn."""

    def block(self, d: Drawing, depth: int) -> tuple[str, str]:
        kinds = ["task", "task", "script", "wait"]
        if depth > 0:
            kinds = ["task", "row", "row", "choice", "loop", "both", "call", "many", "sub"]
        return getattr(self, "_" + self.random.choice(kinds))(d, depth - 1)

    def _side(self, d: Drawing, on: str) -> None:
        side = self.name("side")
        interrupts = self.random.random() < 0.4
        inner = timer("P5D")
        if interrupts and self.random.random() < 0.5:
            inner = event("message", "m1")
        d.boundary(side, on, inner, interrupts=interrupts)
        d.chain(side, d.user(self.name("aside")), d.end(self.name("end")))

    def _script(self, d: Drawing, depth: int) -> tuple[str, str]:
        script = d.script(self.name("s"), f'{self.name("kept")} = date("2026-03-02")')
        return script, script

    def _wait(self, d: Drawing, depth: int) -> tuple[str, str]:
        caught = d.catch(self.name("c"), self.random.choice([timer("P1D"), event("message", "m1")]))
        return caught, caught

    def _choice(self, d: Drawing, depth: int) -> tuple[str, str]:
        first, last = super()._choice(d, depth)
        ask = d.user(self.name("ask"))
        d.chain(ask, first)
        return ask, last

    def _both(self, d: Drawing, depth: int) -> tuple[str, str]:
        """In a process of its own: in a loop the library's join fires early."""
        block = super()._both
        process = self._drawn(lambda inside: block(inside, depth))
        call = d.call(self.name("c"), process)
        return call, call

    def _many(self, d: Drawing, depth: int) -> tuple[str, str]:
        many = self.name("many")
        output = f"list_{many}"
        how = each("units", f"item_{many}", into=output, gives=f"out_{many}")
        clear = d.script(self.name("s"), f"{output} = []")
        if self.random.random() < 0.5:
            d.user(many, how)
        else:
            process = self._drawn(lambda inside: self._giving(inside, depth, f"out_{many}"))
            d.call(many, process, how)
        d.chain(clear, many)
        return clear, many

    def _giving(self, d: Drawing, depth: int, output: str) -> tuple[str, str]:
        first, last = self.block(d, depth)
        script = d.script(self.name("s"), f'{output} = "done"')
        d.chain(script, first)
        return script, last

    def _sub(self, d: Drawing, depth: int) -> tuple[str, str]:
        inside = Drawing(self.name("unused"))
        first, last = self.block(inside, depth)
        inside.chain(inside.start(self.name("start")), first)
        inside.chain(last, inside.end(self.name("end")))
        sub = d.sub(self.name("sub"), inside)
        if self.random.random() < 0.5:
            self._side(d, sub)
        return sub, sub


class FeelForTheLibrary(PythonScriptEngine):
    """Gives the library FEEL, and timers as the texts that it reads itself."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        if is_literal(expression):
            return expression
        return compile_expression(expression, NAMES)(task.data)

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        for name, expression in compile_script(script).lines:
            task.data[name] = expression(task.data)
        return True


@lru_cache(maxsize=64)
def _drawn(seed: int) -> tuple[bytes, str]:
    writer = LibraryWriter(Random(seed))
    main = writer.main(3)
    return document(*writer.drawings, messages=("m1",)), main


@lru_cache(maxsize=64)
def _ours(seed: int) -> engine.Specification:
    data, main = _drawn(seed)
    return engine.parse({"x.bpmn": data}, main)


@lru_cache(maxsize=64)
def _theirs(seed: int) -> tuple[Any, Any]:
    data, main = _drawn(seed)
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(data)
    return parser.get_spec(main), parser.get_subprocess_specs(main)


def _kept(data: Any) -> dict[str, Any]:
    """Values that only one branch can have written, and items."""
    return {name: data[name] for name in sorted(data) if name[0] == "k" or name[:4] == "item"}


def _key(entry: tuple[Any, ...]) -> str:
    return repr(entry[:2])


class Library:
    """A case in the library's own hands."""

    def __init__(self, seed: int, data: dict[str, Any]) -> None:
        self.workflow = BpmnWorkflow(*_theirs(seed), script_engine=FeelForTheLibrary())
        self.workflow.task_tree.data.update(data)
        self.workflow.do_engine_steps()

    def tasks(self) -> list[tuple[str, dict[str, Any], Any]]:
        found = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return sorted(((t.task_spec.bpmn_id, _kept(t.data), t) for t in found), key=_key)

    def events(self, kind: type[Any]) -> list[tuple[str, dict[str, Any], Any]]:
        found = [
            (task.task_spec.bpmn_id, _kept(task.data), task)
            for task in self.workflow.event_manager.tasks.values()
            if isinstance(task.task_spec.event_definition, kind)
        ]
        return sorted(found, key=_key)

    def complete(self, task: Any, values: dict[str, Any]) -> None:
        task.data.update(values)
        task.run()
        self.workflow.do_engine_steps()

    def fire(self, task: Any) -> None:
        task.internal_data["event_value"] = datetime(2001, 1, 1, tzinfo=UTC).isoformat()
        self.workflow.refresh_timers()
        self.workflow.do_engine_steps()

    def send(self, task: Any) -> None:
        task.task_spec.catch(task, BpmnEvent(task.task_spec.event_definition, payload={}))
        task.task_spec._update(task)
        self.workflow.do_engine_steps()


def _ours_open(now: Any) -> list[list[tuple[str, dict[str, Any], Any]]]:
    tasks = [(one.element, _kept(one.data), one) for one in now.tasks]
    timers = [(one.element, {}, one) for one in now.timers]
    waits = [(one.element, {}, one) for one in now.waits]
    return [sorted(group, key=_key) for group in (tasks, timers, waits)]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_the_engine_goes_the_way_of_the_library(diagram: int, walk: int) -> None:
    _walk(diagram, walk)


def test_these_walks_go_far() -> None:
    assert sum(_walk(seed, seed) for seed in range(40)) > 200


def _walk(diagram: int, walk: int) -> int:
    random, host = Random(walk), TestHost()
    data = {"pick": 2, "again": False, "units": ["A", "B"]}
    spec = _ours(diagram)
    now = engine.start(spec, data, host)
    theirs = Library(diagram, data)
    for number in range(25):
        tasks, timers, waits = _ours_open(now)
        assert [(name, values) for name, values, _ in tasks] == [
            (name, values) for name, values, _ in theirs.tasks()
        ]
        assert same([values for _, values, _ in tasks], [one[1] for one in theirs.tasks()])
        their_timers = theirs.events(TimerEventDefinition)
        assert [one[0] for one in timers] == [one[0] for one in their_timers]
        their_waits = theirs.events(MessageEventDefinition)
        assert [one[0] for one in waits] == [one[0] for one in their_waits]
        assert now.ended == theirs.workflow.is_completed()
        if now.ended:
            assert same(_kept(now.data), _kept(theirs.workflow.data))
            return number
        choices = (
            [("task", index) for index in range(len(tasks))] * 3
            + [("timer", index) for index in range(len(timers)) if _is_single(timers, index)]
            + [("wait", index) for index in range(len(waits)) if _is_single(waits, index)]
        )
        if not choices:
            return number
        kind, index = random.choice(choices)
        if kind == "task":
            values = {
                f"k{number}": random.choice(VALUES),
                "pick": random.choice([0, 1, 2]),
                "again": random.random() < 0.5,
            }
            element = tasks[index][0]
            if element.startswith("many"):
                values[f"out_{element}"] = number
            task_id = tasks[index][2].id
            ours = partial(engine.complete, spec, now.state, task_id, values, host)
            their_own = partial(theirs.complete, theirs.tasks()[index][2], dict(values))
        elif kind == "timer":
            ours = partial(engine.wake, spec, now.state, [timers[index][2].id], host)
            their_own = partial(theirs.fire, their_timers[index][2])
        else:
            wait_id = waits[index][2].id
            ours = partial(engine.deliver, spec, now.state, "m1", {}, host, wait_id=wait_id)
            their_own = partial(theirs.send, their_waits[index][2])
        try:
            now = ours()
        except StepFailed as failed:
            # The library lets such a case stand still without a word.
            if "stand still" not in failed.reason:
                raise
            return number
        their_own()
    return 25


def _is_single(group: list[tuple[str, dict[str, Any], Any]], index: int) -> bool:
    """Whether only one instance stands on this event: the values do not tell two apart."""
    return [one[0] for one in group].count(group[index][0]) == 1
