"""Short words for the engine's tests: walk a case by the names of its elements."""

from __future__ import annotations

from typing import Any

from tests.engine.hosts import TestHost
from workflows import engine
from workflows.engine.snapshot import OpenTask, OpenTimer, OpenWait, Outcome


class Case:
    """A case that lives in nothing but its bytes."""

    def __init__(self, spec: engine.Specification, host: TestHost | None = None, **data: Any):
        self.spec = spec
        self.host = host or TestHost()
        self.now = engine.start(spec, data, self.host)

    def task(self, element: str, **data: Any) -> OpenTask:
        """The open task of an element, the first whose values contain `data`."""
        return next(
            one
            for one in self.now.tasks
            if one.element == element and all(one.data.get(k) == v for k, v in data.items())
        )

    def timer(self, element: str) -> OpenTimer:
        return next(one for one in self.now.timers if one.element == element)

    def wait(self, element: str) -> OpenWait:
        return next(one for one in self.now.waits if one.element == element)

    def do(self, task: str | OpenTask, **values: Any) -> Outcome:
        """Complete a task."""
        found = self.task(task) if isinstance(task, str) else task
        self.now = engine.complete(self.spec, self.now.state, found.id, values, self.host)
        return self.now

    def fire(self, *elements: str) -> Outcome:
        """Release timers."""
        ids = [self.timer(one).id for one in elements]
        self.now = engine.wake(self.spec, self.now.state, ids, self.host)
        return self.now

    def send(self, message: str, **payload: Any) -> Outcome:
        """Deliver a message to the first event that waits for it."""
        self.now = engine.deliver(self.spec, self.now.state, message, payload, self.host)
        return self.now

    @property
    def open(self) -> list[str]:
        """Elements of the open tasks, sorted."""
        return sorted(one.element for one in self.now.tasks)
