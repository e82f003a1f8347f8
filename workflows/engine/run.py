"""What the other rooms may ask of the engine: one step each, from bytes to bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from SpiffWorkflow.exceptions import SpiffWorkflowException

from workflows.engine.compaction import compact
from workflows.engine.elements import main_of
from workflows.engine.events import Catching, Message, Signal, happen
from workflows.engine.limits import Meter, describe, failed
from workflows.engine.script import FeelEngine
from workflows.engine.snapshot import (
    Host,
    OpenTask,
    OpenTimer,
    OpenWait,
    Outcome,
    Passed,
)
from workflows.engine.specification import Specification
from workflows.engine.state import Unreadable, decode, encode
from workflows.engine.timers import CycleTimer, Timer
from workflows.engine.tokens import LIVE, READY, WAITING, Branch, Called, Run, Token
from workflows.errors import AlreadyDone, Place, StepFailed

_SOMEBODY = "somebody else"


def start(spec: Specification, data: Mapping[str, Any], host: Host) -> Outcome:
    """Begin a case with the given values and run it to its first wait states."""
    step = _Step(spec, host)
    with step.guarded():
        step.run.begin(dict(data))
        step.advance()
        return step.outcome()


def complete(
    spec: Specification, state: bytes, task_id: UUID, values: Mapping[str, Any], host: Host
) -> Outcome:
    """Complete a person's task with the given values and run on to the next wait states.

    Raises AlreadyDone when the task is not open, StepFailed when the step cannot be made.
    """
    step = _Step(spec, host, state)
    token = step.find(task_id)
    if token is None or token.state != READY:
        raise AlreadyDone(person=_SOMEBODY)
    with step.guarded():
        token.data.update(values)
        step.run_token(token)
        step.advance()
        return step.outcome()


def wake(spec: Specification, state: bytes, timer_ids: Collection[UUID], host: Host) -> Outcome:
    """Let timers happen and run on; the one that was due first goes first.

    Of timers that no longer wait nothing happens; AlreadyDone when that is so for all of them.
    """
    step = _Step(spec, host, state)
    found = [token for one in set(timer_ids) if (token := step.find(one)) and _is_timer(token)]
    if not found:
        raise AlreadyDone(person=_SOMEBODY)
    with step.guarded():
        for token in sorted(found, key=lambda one: (one.internal_data["due_at"], one.id)):
            if token.state == WAITING and token.is_live() and token.workflow.is_current:
                step.current = token
                token.task_spec.event_definition.fire(token)
                step.advance()
        return step.outcome()


def deliver(
    spec: Specification,
    state: bytes,
    message: str,
    payload: Mapping[str, Any],
    host: Host,
    wait_id: UUID | None = None,
) -> Outcome:
    """Hand a message (or signal) to one waiting event and run on.

    With `wait_id` to that one, else to the one that has waited longest. Raises AlreadyDone when
    that one no longer waits, StepFailed when nothing waits for the message.
    """
    step = _Step(spec, host, state)
    waiting = [
        token
        for token in step.tokens()
        if _is_wait(token) and token.task_spec.event_definition.name == message
    ]
    if wait_id is not None:
        waiting = [token for token in waiting if token.id == wait_id]
        if not waiting:
            raise AlreadyDone(person=_SOMEBODY)
    if not waiting:
        raise StepFailed(
            place=Place(process=spec.main),
            reason=f"nothing waits for the message {message}",
            advice="It may have come too late; look where the case stands.",
        )
    with step.guarded():
        step.current = waiting[0]
        happen(waiting[0], dict(payload))
        step.advance()
        return step.outcome()


def reopen(
    spec: Specification,
    earlier_state: bytes,
    task_id: UUID,
    host: Host,
    later_state: bytes | None = None,
) -> Outcome:
    """Go back to where a task was open, for its recall; due times stay as they were.

    The task and the timers and messages on its boundary get new ids. With `later_state`, the
    state that is taken back, so does everything that the taken-back step had ended.
    """
    step = _Step(spec, host, earlier_state)
    token = step.find(task_id)
    if token is None or token.state != READY:
        raise AlreadyDone(person=_SOMEBODY)
    again = {token.id}
    again.update(one.id for one in token.siblings() if main_of(one) is token)
    if later_state is not None:
        later = {one.id for one in _Step(spec, host, later_state).tokens()}
        again.update(one.id for one in step.tokens() if one.id not in later)
    for branch in list(step.run.branches()):
        _rename(branch, {one: uuid4() for one in again if one in branch.tasks})
    with step.guarded():
        return step.outcome()


def look(spec: Specification, state: bytes) -> Outcome:
    """Return where a case stands; nothing runs."""
    step = _Step(spec, None, state)
    return step.seen(state, step.run)


class _Step:
    """One step under way, and what happens in it."""

    def __init__(self, spec: Specification, host: Host | None, state: bytes | None = None) -> None:
        self.spec = spec
        self.host = host
        self.engine = None if host is None else FeelEngine(spec.expressions, spec.scripts, host)
        self.meter = None if host is None else Meter(host.limits)
        self.current: Token | None = None
        self.passed: list[Passed] = []
        self.flows: list[tuple[str, str]] = []
        self.run = self._read(state)

    def _read(self, state: bytes | None) -> Run:
        spec = self.spec
        run = Run(spec.root, dict(spec.called), self.engine, self.note, spec.has_conditions)
        if state is not None:
            try:
                decode(state, run)
            except Unreadable as error:
                raise StepFailed(
                    place=Place(process=spec.main),
                    reason=f"the case's state cannot be read: {error}",
                    advice="Look whether the case belongs to another version of the process.",
                ) from error
        return run

    def note(self, token: Token, taken: Collection[int]) -> None:
        """Note a node that has completed and the flows taken from it."""
        spec = token.task_spec
        process = token.workflow.spec.home
        if spec.bpmn_id is not None:
            self.passed.append(
                Passed(
                    process=process,
                    element=spec.bpmn_id,
                    name=spec.bpmn_name or "",
                    kind=spec.passed_kind,
                    task_id=token.id,
                )
            )
            flows = spec.flows
            self.flows.extend((process, flows[index]) for index in taken if flows[index])

    def tokens(self) -> Iterator[Token]:
        """Return all live tokens of the case."""
        for branch in self.run.branches():
            yield from branch.live_tokens()

    def find(self, token_id: UUID) -> Token | None:
        """Return a live token by its id."""
        for branch in self.run.branches():
            token = branch.tasks.get(token_id)
            if token is not None:
                return token if token._state & LIVE else None
        return None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what the library raises into the failure of the step, at the node that ran."""
        advice = "Mend the diagram and deploy it again, or tell the developers."
        try:
            yield
        except StepFailed as error:
            if error.place == Place():
                raise failed(self.current, error.reason, error.advice) from error
            raise
        except SpiffWorkflowException as error:
            raise failed(self.current, describe(error), advice) from error
        except RecursionError as error:
            raise failed(self.current, "it is nested too deeply", advice) from error

    def run_token(self, token: Token) -> None:
        """Run one node."""
        self.current = token
        token.run()

    def advance(self) -> None:
        """Run all nodes that need no person."""
        assert self.meter is not None
        while (token := self.run.next_token()) is not None:
            self.meter.count(token)
            self.run_token(token)

    def outcome(self) -> Outcome:
        """Return where the case stands now, as read again from the bytes to be kept."""
        assert self.host is not None
        compact(self.run)
        state = encode(self.run, self.host.limits)
        return self.seen(state, self._read(state))

    def seen(self, state: bytes, run: Run) -> Outcome:
        """Return a run as others see it, with what has happened in this step."""
        done, newest = self.run.last_done, run.newest
        if run.completed:
            data = run.data
        elif done is not None:
            data = done.data
        else:
            data = newest.data if newest is not None else {}
        tokens = [token for branch in run.branches() for token in branch.live_tokens()]
        return Outcome(
            state=state,
            tasks=tuple(_open_task(one) for one in tokens if _is_task(one)),
            timers=tuple(_open_timer(one) for one in tokens if _is_timer(one)),
            waits=tuple(_open_wait(one) for one in tokens if _is_wait(one)),
            ended=run.completed,
            data=dict(data),
            passed=tuple(self.passed),
            flows=tuple(self.flows),
            decisions=() if self.engine is None else tuple(self.engine.decisions),
        )


def _is_task(token: Token) -> bool:
    return token.state == READY and bool(token.task_spec.manual)


def _is_timer(token: Token) -> bool:
    return _waits_for(token, Timer, CycleTimer)


def _is_wait(token: Token) -> bool:
    return _waits_for(token, Message, Signal)


def _waits_for(token: Token, *kinds: type[Any]) -> bool:
    spec = token.task_spec
    return (
        token.state == WAITING
        and isinstance(spec, Catching)
        and isinstance(spec.event_definition, kinds)
    )


def _open_task(token: Token) -> OpenTask:
    spec = token.task_spec
    callers = list(_callers(token))
    return OpenTask(
        id=token.id,
        process=token.workflow.spec.home,
        element=spec.bpmn_id,
        name=spec.bpmn_name or "",
        lane=next(
            (one.task_spec.element.lane for one in callers if one.task_spec.element.lane), None
        ),
        properties=spec.element.properties,
        data=token.data,
        path=tuple(one.task_spec.bpmn_id for one in reversed(callers[1:])),
        instance=next(
            (one.internal_data["instance"] for one in callers if "instance" in one.internal_data),
            None,
        ),
    )


def _callers(token: Token) -> Iterator[Token]:
    """Return a token and the tokens of the activities around it, innermost first."""
    yield token
    branch: Branch = token.workflow
    while isinstance(branch, Called):
        yield branch.caller
        branch = branch.caller.workflow


def _open_timer(token: Token) -> OpenTimer:
    spec = token.task_spec
    main = main_of(token)
    return OpenTimer(
        id=token.id,
        process=token.workflow.spec.home,
        element=spec.bpmn_id,
        name=spec.bpmn_name or "",
        due_at=token.internal_data["due_at"],
        how=token.internal_data["how"],
        guards=None if main is None else main.id,
        interrupting=spec.cancel_activity,
        expression=spec.event_definition.expression.strip(),
    )


def _open_wait(token: Token) -> OpenWait:
    spec = token.task_spec
    return OpenWait(
        id=token.id,
        process=token.workflow.spec.home,
        element=spec.bpmn_id,
        name=spec.bpmn_name or "",
        message=spec.event_definition.name,
    )


def _rename(branch: Branch, names: Mapping[UUID, UUID]) -> None:
    """Give tokens of a branch new ids, everywhere where the old ones stand."""
    if not names:
        return
    top: Run = branch.top_workflow
    for token in branch.tasks.values():
        token.id = names.get(token.id, token.id)
        token._children = [names.get(one, one) for one in token._children]
        if token._parent is not None:
            token._parent = names.get(token._parent, token._parent)
    branch.tasks = {token.id: token for token in branch.tasks.values()}
    branch.waiting = {token.id: token for token in branch.waiting.values()}
    top.subprocesses = {one.caller.id: one for one in top.subprocesses.values()}
