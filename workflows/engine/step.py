"""One step under way: the tree it works on, what happens in it, and how others see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from SpiffWorkflow.exceptions import SpiffWorkflowException

from workflows.engine.compaction import compact
from workflows.engine.elements import main_of
from workflows.engine.events import Catching, Message, Signal
from workflows.engine.limits import Meter, describe, failed
from workflows.engine.script import FeelEngine
from workflows.engine.snapshot import Host, OpenTask, OpenTimer, OpenWait, Outcome, Passed
from workflows.engine.specification import Specification
from workflows.engine.state import Unreadable, decode, encode
from workflows.engine.timers import CycleTimer, Timer
from workflows.engine.tokens import LIVE, READY, WAITING, Branch, Called, Run, Token
from workflows.errors import Place, StepFailed


class Step:
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
                    cause="state",
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
                raise failed(self.current, error.reason, error.advice, error.cause) from error
            raise
        except SpiffWorkflowException as error:
            raise failed(self.current, describe(error), advice) from error
        except RecursionError as error:
            raise failed(self.current, "it is nested too deeply", advice, "limit") from error

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

    def check_moving(self) -> None:
        """StepFailed when nothing could ever move the case again although it has not ended."""
        if self.run.completed or any(_can_move(token) for token in self.tokens()):
            return
        waiting = [token for token in self.tokens() if token.state == WAITING]
        drawn = [token for token in waiting if token.task_spec.bpmn_id is not None]
        raise failed(
            next(iter(drawn or waiting), self.current),
            "the case would stand still here: what it waits for can never come",
            "Look for a branch that leaves between a parallel gateway and its join.",
            "stuck",
        )

    def outcome(self) -> Outcome:
        """Return where the case stands now, as read again from the bytes to be kept."""
        assert self.host is not None
        self.check_moving()
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
            tasks=tuple(_open_task(one) for one in tokens if is_task(one)),
            timers=tuple(_open_timer(one) for one in tokens if is_timer(one)),
            waits=tuple(_open_wait(one) for one in tokens if is_wait(one)),
            ended=run.completed,
            data=dict(data),
            passed=tuple(self.passed),
            flows=tuple(self.flows),
            decisions=() if self.engine is None else tuple(self.engine.decisions),
        )


def _can_move(token: Token) -> bool:
    return is_task(token) or is_timer(token) or is_wait(token)


def is_task(token: Token) -> bool:
    """Whether a token waits for a person."""
    return token.state == READY and bool(token.task_spec.manual)


def is_timer(token: Token) -> bool:
    """Whether a token waits for a time."""
    return _waits_for(token, Timer, CycleTimer)


def is_wait(token: Token) -> bool:
    """Whether a token waits for a message or signal."""
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
    callers = list(callers_of(token))
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


def callers_of(token: Token) -> Iterator[Token]:
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
        data=token.data,
    )


def _open_wait(token: Token) -> OpenWait:
    spec = token.task_spec
    return OpenWait(
        id=token.id,
        process=token.workflow.spec.home,
        element=spec.bpmn_id,
        name=spec.bpmn_name or "",
        message=spec.event_definition.name,
        properties={} if spec.element is None else spec.element.properties,
        data=token.data,
    )
