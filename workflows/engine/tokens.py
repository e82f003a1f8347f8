"""The tree of a running case: tokens on its nodes, one branch of them per running process.

The library's own tasks predict the future of the whole tree, copy all data at each node and
write a log record at each change of state. Tokens do none of that: children are made when a node
completes, values are shared because nothing changes a value in place, and what runs next waits
in a queue.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

FUTURE: int = TaskState.FUTURE
WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
LIVE: int = WAITING | READY | STARTED
FINISHED: int = TaskState.FINISHED_MASK


class Token(Task):
    """A token on a node; finished tokens are the path that it took."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Token | None = None,
        state: int = FUTURE,
        id: UUID | None = None,
    ) -> None:
        self.id: UUID = id or uuid4()
        self.workflow: Any = workflow
        self.task_spec: Any = task_spec
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.took: tuple[int, ...] | None = None
        """Which of the node's outgoing flows to follow; None is all of them."""
        self.own: dict[str, Any] = {}
        """Values that are this token's alone when it comes to its node: an instance's item."""
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self._state = state
        self._children: list[UUID] = []
        self._parent: UUID | None = None
        workflow.tasks[self.id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    @property
    def run_of(self) -> Run:
        """The run that this token belongs to."""
        return self.workflow.top_workflow  # type: ignore[no-any-return]

    def is_live(self) -> bool:
        """Whether the token still stands on its node."""
        return bool(self._state & LIVE) and self.workflow.tasks.get(self.id) is self

    def siblings(self) -> Iterator[Token]:
        """Return the other tokens with the same parent."""
        parent = self.parent
        return (child for child in parent.children if child is not self) if parent else iter(())

    def _add_child(self, task_spec: Any, state: int = FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        before, self._state = self._state, value
        if value == before:
            return
        if before == WAITING:
            self.workflow.waiting.pop(self.id, None)
        elif value == WAITING:
            self.workflow.waiting[self.id] = self
        if value & LIVE:
            self.run_of.newest = self
        if value == READY and not self.task_spec.manual:
            self.run_of.queue.append(self)

    def _inherit_data(self) -> None:
        self.data = {**self.data, **self.parent.data, **self.own}

    def complete(self) -> None:
        """Leave the node: make a token for each flow taken, then let them arrive."""
        spec = self.task_spec
        names = spec._outputs
        taken = range(len(names)) if self.took is None else self.took
        specs = self.workflow.spec.task_specs
        for index in taken:
            Token(self.workflow, specs[names[index]], self)
        self._set_state(COMPLETED)
        self.run_of.on_passed(self, taken)
        parent = self.parent
        if parent is not None:
            settle = getattr(parent.task_spec, "settle", None)
            if settle is not None:
                settle(self)
        spec._on_complete(self)


class Branch:
    """What the main process and the called ones have in common: their part of the tree."""

    spec: Any
    tasks: dict[UUID, Token]
    task_tree: Token
    last_task: Token | None
    data: dict[str, Any]
    completed: bool
    top_workflow: Any

    def prepare(self) -> None:
        """Set up the registers that the library does not know."""
        self.waiting: dict[UUID, Token] = {}
        self.is_current = True

    def begin(self, data: dict[str, Any]) -> None:
        """Put the first token on the start."""
        self.task_tree = Token(self, self.spec.start)
        self.task_tree.data = data
        self.task_tree._ready()

    def live_tokens(self) -> Iterator[Token]:
        """Return the tokens that stand on a node, in the order in which they came."""
        return (token for token in self.tasks.values() if token._state & LIVE)

    def coming_tokens(self) -> Iterator[Token]:
        """Return live tokens and those that are on their way to a node."""
        return (token for token in self.tasks.values() if token._state & (LIVE | FUTURE))

    def update_waiting_tasks(self) -> None:
        """Let joins look again whether they may go on."""
        for token in list(self.waiting.values()):
            if token.task_spec.attentive and token.is_live():
                token.task_spec._update(token)

    def _task_completed_notify(self, token: Token) -> None:
        self.last_task = token
        self.top_workflow.last_done = token
        if token.task_spec.name == "End":
            self._mark_complete(token)
        if self.completed:
            self.finish()
        else:
            self.update_waiting_tasks()
        self.top_workflow.look_again(token)

    def _mark_complete(self, token: Token) -> None:
        self.data = token.data
        self.completed = True

    def finish(self) -> None:
        """Called once when the process has ended."""
        raise NotImplementedError

    def _remove_task(self, task_id: UUID) -> None:
        """Take a token and all below it out of the tree."""
        token = self.tasks[task_id]
        parent = token.parent
        if parent is not None:
            parent._children.remove(task_id)
        below = [token]
        for one in below:
            below.extend(one.children)
            self.forget(one)

    def forget(self, token: Token) -> None:
        """Drop a token from the registers, with the process that it called."""
        del self.tasks[token.id]
        self.waiting.pop(token.id, None)
        self.top_workflow.discard(token.id)


class Called(Branch, BpmnSubWorkflow):
    """A called process while it runs."""

    def __init__(self, spec: Any, caller: Token) -> None:
        self.prepare()
        self.caller = caller
        self.parent_task_id = caller.id
        self.top_workflow = caller.run_of
        self.correlations: dict[str, Any] = {}
        self.depth = caller.workflow.depth + 1
        BpmnBaseWorkflow.__init__(self, spec, deserializing=True)

    @property
    def parent_workflow(self) -> Any:
        """The branch that holds the call activity."""
        return self.caller.workflow

    def finish(self) -> None:
        """Hand the values over to the call activity and let it go on."""
        caller = self.caller
        if self.is_current and caller.is_live():
            assert self.last_task is not None
            caller.data = dict(self.last_task.data)
            self.top_workflow.discard(caller.id)
            caller._set_state(READY)


class Run(Branch, BpmnWorkflow):
    """A case while one step of it is made."""

    def __init__(
        self,
        root: Any,
        called: dict[str, Any],
        script_engine: Any,
        on_passed: Callable[[Token, Any], None],
        has_conditions: bool,
    ) -> None:
        self.prepare()
        self.queue: deque[Token] = deque()
        self.last_done: Token | None = None
        self.newest: Token | None = None
        self.on_passed = on_passed
        self.has_conditions = has_conditions
        BpmnWorkflow.__init__(self, root, called, script_engine=script_engine, deserializing=True)

    def finish(self) -> None:
        """Stop all that is still under way: the case has ended."""
        for caller_id in list(self.subprocesses):
            self.discard(caller_id)
        self.queue.clear()

    def branches(self) -> Iterator[Branch]:
        """Return the main process and then the called ones, callers before what they call."""
        yield self
        yield from self.subprocesses.values()

    def call(self, caller: Token, spec_name: str) -> Called:
        """Start a called process with the caller's values."""
        branch = Called(self.subprocess_specs[spec_name], caller)
        self.subprocesses[caller.id] = branch
        branch.begin(dict(caller.data))
        return branch

    def look_again(self, passed: Token) -> None:
        """Let events that wait for a condition see the values of a node that has just completed."""
        if not self.has_conditions:
            return
        for branch in list(self.branches()):
            for token in list(branch.waiting.values()):
                look = getattr(getattr(token.task_spec, "event_definition", None), "look", None)
                if look is not None and look(token, passed.data):
                    token._ready()

    def discard(self, caller_id: UUID) -> None:
        """Drop a called process and all that it called in its turn."""
        branch = self.subprocesses.pop(caller_id, None)
        if branch is not None:
            branch.is_current = False
            for token_id in branch.tasks:
                self.discard(token_id)

    def next_token(self) -> Token | None:
        """Return the next token that can be run without a person, None when there is none."""
        while self.queue:
            token = self.queue.popleft()
            if token._state == READY and token.is_live() and token.workflow.is_current:
                return token
        return None
