"""Random walks through diagrams, made alike on a stored case and on one that stays in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Any

from tests.engine.drawings import (
    Drawing,
    condition,
    document,
    each,
    event,
    extensions,
    loop,
    timer,
)
from tests.engine.hosts import TestHost
from workflows import engine
from workflows.engine.events import happen
from workflows.engine.snapshot import Outcome
from workflows.engine.step import Step

MESSAGES = ("m1", "m2")
SIGNALS = ("s1",)
ESCALATIONS = ("up",)
ERRORS = ("bad",)

VALUES: Sequence[Any] = (
    True,
    False,
    1,
    0,
    1.5,
    2**70,
    Decimal(1),
    Decimal("1.00"),
    Decimal("0.10"),
    None,
    "文",
    "",
    date(2026, 3, 2),
    datetime(2026, 3, 2, 8, tzinfo=UTC),
    timedelta(days=3),
    ["A", {"typename": 1}],
    {"$d": "x"},
    {"b": [True, 1], "a": {}},
)


class Writer:
    """Draws processes of nested blocks: each block has one way in and one way out."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.drawings: list[Drawing] = []
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def main(self, depth: int) -> str:
        """Draw the main process, a loop around everything; return its id."""
        return self._drawn(lambda d: self._loop(d, depth, self._row))

    def process(self, depth: int) -> str:
        """Draw a called process; return its id."""
        return self._drawn(lambda d: self.block(d, depth))

    def _drawn(self, inside: Callable[[Drawing], tuple[str, str]]) -> str:
        d = Drawing(self.name("p"))
        self.drawings.append(d)
        first, last = inside(d)
        start, end = d.start(self.name("start")), d.end(self.name("end"))
        d.chain(start, first)
        d.chain(last, end)
        return d.process

    def block(self, d: Drawing, depth: int) -> tuple[str, str]:
        kinds = ["task", "task", "task", "script", "wait"]
        if depth > 0:
            kinds = ["task", "row", "row", "choice", "loop", "both", "some", "call", "many", "sub"]
            kinds += ["wait", "guarded", "round"]
        return getattr(self, "_" + self.random.choice(kinds))(d, depth - 1)

    def _task(self, d: Drawing, depth: int) -> tuple[str, str]:
        task = d.user(self.name("t"))
        for _ in range(self.random.choice([0, 0, 0, 1, 2])):
            self._side(d, task)
        return task, task

    def _side(self, d: Drawing, on: str) -> None:
        """Put an event on the side of an activity; its path ends by itself."""
        inner = self.random.choice(
            [
                timer("P5D"),
                timer("from_now", "timeDate"),
                timer("R3/P2D", "timeCycle"),
                event("message", "m1", messageVariable="got"),
                event("signal", "s1"),
                event("escalation", "up"),
                event("error", "bad"),
            ]
        )
        kind = self.name("side")
        interrupts = "errorEvent" in inner or self.random.random() < 0.4
        d.boundary(kind, on, inner, interrupts=interrupts)
        after = d.user(self.name("aside"))
        d.chain(kind, after, d.end(self.name("end")))

    def _script(self, d: Drawing, depth: int) -> tuple[str, str]:
        name = self.name("v")
        value = self.random.choice(
            ['date("2026-03-02")', "1.50 + 1", "[1, true, null]", '{"a b": @"P1Y2M"}', "true", "1"]
        )
        script = d.script(self.name("s"), f"{name} = {value}\nlatest = {name}")
        return script, script

    def _wait(self, d: Drawing, depth: int) -> tuple[str, str]:
        if self.random.random() < 0.3:
            gate, after = self.name("g"), self.name("x")
            d.node("eventBasedGateway", gate)
            d.choice(after)
            for inner in (timer("P1D"), event("message", "m2"), timer("P1M")):
                caught = d.catch(self.name("c"), inner)
                d.chain(gate, caught, after)
            return gate, after
        inner = self.random.choice(
            [timer("PT12H"), event("message", "m1"), event("signal", "s1"), condition("pick != 0")]
        )
        caught = d.catch(self.name("c"), inner)
        return caught, caught

    def _row(self, d: Drawing, depth: int) -> tuple[str, str]:
        first, last = self.block(d, depth)
        for _ in range(self.random.randint(1, 2)):
            begin, end = self.block(d, depth)
            d.chain(last, begin)
            last = end
        return first, last

    def _choice(self, d: Drawing, depth: int) -> tuple[str, str]:
        default = self.name("f")
        split, merge = d.choice(self.name("g"), default), d.choice(self.name("x"))
        for number in range(3):
            first, last = self.block(d, depth)
            if number < 2:
                d.flow(split, first, f"pick = {number}", id=self.name("f"))
            else:
                d.flow(split, first, id=default)
            d.chain(last, merge)
        return split, merge

    def _loop(
        self, d: Drawing, depth: int, inside: Callable[..., tuple[str, str]] | None = None
    ) -> tuple[str, str]:
        default = self.name("f")
        merge, split = d.choice(self.name("x")), d.choice(self.name("g"), default)
        first, last = (inside or self.block)(d, depth)
        ask, out = d.user(self.name("ask")), d.choice(self.name("x"))
        d.chain(merge, first)
        d.chain(last, ask, split)
        d.flow(split, merge, "again", id=self.name("f"))
        d.flow(split, out, id=default)
        return merge, out

    def _both(self, d: Drawing, depth: int) -> tuple[str, str]:
        split, join = d.parallel(self.name("g")), d.parallel(self.name("j"))
        for _ in range(self.random.randint(2, 3)):
            first, last = self.block(d, depth)
            d.chain(split, first)
            d.chain(last, join)
        return split, join

    def _some(self, d: Drawing, depth: int) -> tuple[str, str]:
        default = self.name("f")
        split, join = d.inclusive(self.name("g"), default), d.inclusive(self.name("j"))
        for when in ("pick != 1", "pick != 0", ""):
            first, last = self.block(d, depth)
            d.flow(split, first, when, id=self.name("f") if when else default)
            d.chain(last, join)
        return split, join

    def _call(self, d: Drawing, depth: int) -> tuple[str, str]:
        call = d.call(self.name("c"), self.process(depth))
        return call, call

    def _guarded(self, d: Drawing, depth: int) -> tuple[str, str]:
        """A called process with events on its side."""
        call = d.call(self.name("c"), self.process(depth))
        for _ in range(self.random.randint(1, 2)):
            self._side(d, call)
        return call, call

    def _many(self, d: Drawing, depth: int) -> tuple[str, str]:
        output = self.random.random() < 0.5
        how = each(
            "units",
            self.name("item"),
            into=self.name("list") if output else "",
            until="numberOfCompletedInstances >= 2" if self.random.random() < 0.3 else "",
            in_turn=self.random.random() < 0.4,
        )
        if self.random.random() < 0.5:
            many = d.user(self.name("t"), how)
        else:
            many = d.call(self.name("c"), self.process(depth), how)
        if self.random.random() < 0.5:
            self._side(d, many)
        return many, many

    def _sub(self, d: Drawing, depth: int) -> tuple[str, str]:
        inside = Drawing(self.name("unused"))
        first, last = self.block(inside, depth)
        throw = inside.throw(self.name("throw"), event("escalation", "up"))
        inside.chain(last, throw)
        ending = self.random.choice(["", "", event("error", "bad"), _TERMINATE])
        gate = inside.choice(self.name("g"), default := self.name("f"))
        inside.chain(throw, gate)
        inside.flow(gate, inside.end(self.name("end")), id=default)
        inside.flow(gate, inside.end(self.name("end"), ending), "pick = 1", id=self.name("f"))
        inside.chain(inside.start(self.name("start")), first)
        sub = d.sub(self.name("sub"), inside)
        if "error" in ending:
            caught = d.boundary(self.name("side"), sub, event("error", "bad"))
            d.chain(caught, d.user(self.name("mend")), d.end(self.name("end")))
        if self.random.random() < 0.5:
            self._side(d, sub)
        return sub, sub

    def _round(self, d: Drawing, depth: int) -> tuple[str, str]:
        how = loop("again", maximum=3, before=self.random.random() < 0.3)
        scripts = extensions(preScript="before = pick", postScript="after = before")
        task = d.user(self.name("t"), scripts + how)
        return task, task


_TERMINATE = "<bpmn:terminateEventDefinition/>"


def random_diagram(seed: int, depth: int = 3) -> tuple[dict[str, bytes], str]:
    """Draw a diagram; the same seed gives the same one."""
    writer = Writer(Random(seed))
    main = writer.main(depth)
    drawn = document(
        *writer.drawings,
        messages=MESSAGES,
        signals=SIGNALS,
        errors=ERRORS,
        escalations=ESCALATIONS,
    )
    return {"random.bpmn": drawn}, main


@dataclass(frozen=True)
class Action:
    """What to do with a case: the index counts the open tasks, timers or waits."""

    kind: str
    index: int
    values: dict[str, Any]


def start_values() -> dict[str, Any]:
    """The values that a walked case starts with."""
    return {
        "pick": 2,
        "again": False,
        "units": ["A", "B", "C"],
        "from_now": datetime(2026, 4, 1, tzinfo=UTC),
        "latest": None,
    }


def next_action(now: Outcome, random: Random, number: int) -> Action | None:
    """Choose what to do with a case as it stands; None when nothing can be done."""
    options = (
        [("task", index) for index in range(len(now.tasks))] * 3
        + [("timer", index) for index in range(len(now.timers))]
        + [("wait", index) for index in range(len(now.waits))]
    )
    if not options:
        return None
    kind, index = random.choice(options)
    values = {
        f"k{number}": random.choice(VALUES),
        "pick": random.choice([0, 1, 2]),
        "again": random.random() < 0.4,
        "latest": random.choice(VALUES),
    }
    if random.random() < 0.2:
        values["units"] = random.choice([[], ["X"], ["A", "B", "C", "D"], None])
    return Action(kind, index, values)


def advance_clock(host: TestHost, random: Random) -> None:
    """Let some time pass before the next step."""
    host.later(hours=random.choice([1, 30, 200]))


class Stored:
    """A case that is bytes between all its steps."""

    def __init__(
        self,
        spec: engine.Specification,
        host: TestHost,
        begin: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.spec, self.host = spec, host
        self.now = engine.start(spec, {**start_values(), **begin}, host)

    def do(self, action: Action) -> Outcome:
        self.now = make(self.spec, self.now, action, self.host)
        return self.now


def make(spec: engine.Specification, now: Outcome, action: Action, host: TestHost) -> Outcome:
    """Make one step of a stored case."""
    if action.kind == "task":
        task = now.tasks[action.index]
        return engine.complete(spec, now.state, task.id, action.values, host)
    if action.kind == "timer":
        return engine.wake(spec, now.state, [now.timers[action.index].id], host)
    wait = now.waits[action.index]
    return engine.deliver(spec, now.state, wait.message, action.values, host, wait_id=wait.id)


class InMemory:
    """The same case as one tree from its start to its end: never stored, never made smaller."""

    def __init__(
        self,
        spec: engine.Specification,
        host: TestHost,
        begin: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.step = Step(spec, host)
        self.step.run.begin({**start_values(), **begin})
        self._finish()

    def _finish(self) -> None:
        self.step.advance()
        self.step.check_moving()
        self.now = self.step.seen(b"", self.step.run)

    def do(self, action: Action) -> Outcome:
        step = self.step
        step.passed.clear()
        step.flows.clear()
        step.run.last_done = None
        if step.meter is not None:
            step.meter.nodes = 0
        if action.kind == "task":
            token = step.find(self.now.tasks[action.index].id)
            assert token is not None
            token.data.update(action.values)
            token.run()
        elif action.kind == "timer":
            token = step.find(self.now.timers[action.index].id)
            assert token is not None
            token.task_spec.event_definition.fire(token)
        else:
            token = step.find(self.now.waits[action.index].id)
            assert token is not None
            happen(token, action.values)
        self._finish()
        return self.now


def told(now: Outcome) -> dict[str, Any]:
    """An outcome without what differs by chance: ids, and the bytes themselves."""
    elements = {one.id: one.element for one in now.tasks}
    return {
        "tasks": [
            (one.process, one.element, one.name, one.lane, one.path, one.instance, one.data)
            for one in now.tasks
        ],
        "timers": [
            (one.process, one.element, one.due_at, one.interrupting, elements.get(one.guards))
            for one in now.timers
        ],
        "waits": [(one.process, one.element, one.message, one.data) for one in now.waits],
        "ended": now.ended,
        "data": now.data,
        "passed": [(one.process, one.element, one.kind) for one in now.passed],
        "flows": now.flows,
    }
