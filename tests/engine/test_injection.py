"""Python in a diagram is refused when it is read, or is a name that has no value: it never runs."""

from __future__ import annotations

import builtins
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.drawings import (
    Drawing,
    condition,
    each,
    event,
    extensions,
    files,
    loop,
    timer,
)
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.script import ClosedEnvironment
from workflows.errors import DefinitionRefused, StepFailed, ThroughTrainError

FLAG = "ran.txt"
PYTHON = f'__import__("os").system("touch {FLAG}")'
LAMBDA = f'(lambda: __import__("os").system("touch {FLAG}"))()'
ATTRIBUTE = "().__class__.__base__.__subclasses__()"
TEXTS = (PYTHON, LAMBDA, ATTRIBUTE, f"exec({PYTHON!r})", f"eval({PYTHON!r})", 'open("/etc/passwd")')


@pytest.fixture(autouse=True)
def no_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let Python's own doors cry when somebody goes through."""
    monkeypatch.chdir(tmp_path)
    opened: list[str] = []

    def refuse(name: str) -> Any:
        def refused(*arguments: Any, **more: Any) -> Any:
            opened.append(name)
            raise AssertionError(f"{name} was called with {arguments[:1]}")

        return refused

    monkeypatch.setattr(os, "system", refuse("os.system"))
    monkeypatch.setattr(os, "popen", refuse("os.popen"))
    for name in ("eval", "exec"):
        monkeypatch.setattr(builtins, name, refuse(name))
    yield
    monkeypatch.undo()
    assert not opened
    assert not (tmp_path / FLAG).exists()


def _around(add: Any, text: str, **declared: Any) -> engine.Specification:
    """A process with one node that holds the text, between two tasks."""
    d = Drawing("p")
    d.start()
    d.user("before")
    add(d, text)
    d.user("after")
    d.end()
    d.chain("start", "before", "x")
    d.chain("x", "after", "end")
    return engine.parse(files(d, **declared), "p")


def _gateway(d: Drawing, text: str) -> None:
    d.choice("x", default="plain")
    d.user("other")
    d.end("other_end")
    d.flow("x", "other", text)
    d.chain("other", "other_end")
    # The default flow is the one that the caller draws.
    d.nodes = [
        node.replace('default="plain"', f'default="f{len(d.flows) + 1}_p"') for node in d.nodes
    ]


def _inclusive(d: Drawing, text: str) -> None:
    _gateway(d, text)
    d.nodes = [node.replace("exclusiveGateway", "inclusiveGateway") for node in d.nodes]


def _thrown(kind: str, **payload: str) -> Any:
    def add(d: Drawing, text: str) -> None:
        d.throw("x", event(kind, "m", **dict.fromkeys(payload, text)))

    return add


PLACES: dict[str, Any] = {
    "script": lambda d, text: d.script("x", f"a = {text}"),
    "script of Python": lambda d, text: d.script("x", text),
    "script before": lambda d, text: d.user("x", extensions(preScript=f"a = {text}")),
    "script after": lambda d, text: d.user("x", extensions(postScript=f"a = {text}")),
    "gateway": _gateway,
    "inclusive gateway": _inclusive,
    "duration": lambda d, text: d.catch("x", timer(text)),
    "date": lambda d, text: d.catch("x", timer(text, "timeDate")),
    "cycle": lambda d, text: (
        d.user("x"),
        d.boundary("side", "x", timer(text, "timeCycle"), interrupts=False),
        d.end("side_end"),
        d.chain("side", "side_end"),
    ),
    "collection": lambda d, text: d.user("x", each(text, "item")),
    "cardinality": lambda d, text: d.user("x", each(times=text)),
    "completion": lambda d, text: d.user("x", each("[1, 2]", "item", until=text)),
    "loop": lambda d, text: d.user("x", loop(text, maximum=3)),
    "loop before": lambda d, text: d.user("x", loop(text, before=True)),
    "conditional event": lambda d, text: d.catch("x", condition(text)),
    "message payload": _thrown("message", messagePayload=""),
    "signal payload": _thrown("signal", payloadExpression=""),
    "service parameter": lambda d, text: d.service("x", "op", "result", number=text),
    "service result": lambda d, text: d.service("x", text.replace('"', "'"), "result"),
    "decision": lambda d, text: d.rule("x", text),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_place_runs_python(place: str, text: str) -> None:
    host = TestHost(operations={"op": lambda **more: None})
    refused: DefinitionRefused | StepFailed | None = None
    try:
        spec = _around(PLACES[place], text, messages=("m",), signals=("m",))
        case = Case(spec, host)
        for _ in range(4):
            for task in case.now.tasks:
                case.do(task)
    except (DefinitionRefused, StepFailed) as error:
        refused = error
    if refused is not None:
        assert refused.place.element
        assert refused.reason


def test_texts_that_stay_texts_still_run() -> None:
    spec = _around(PLACES["script"], '"__import__(\\"os\\").system(\\"touch x\\")"')
    case = Case(spec)
    case.do("before")
    assert case.task("after").data["a"] == '__import__("os").system("touch x")'


@pytest.mark.parametrize(
    "extra",
    [
        f'<bpmn:correlationProperty id="c"><bpmn:correlationPropertyRetrievalExpression '
        f'messageRef="m"><bpmn:messagePath>{PYTHON}</bpmn:messagePath>'
        "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>",
        '<bpmn:collaboration id="co"><bpmn:correlationKey id="k" name="k"/></bpmn:collaboration>',
    ],
)
def test_correlations_are_refused(extra: str) -> None:
    d = Drawing("p")
    d.start()
    d.end()
    d.chain("start", "end")
    with pytest.raises(DefinitionRefused, match="not run here"):
        engine.parse(files(d, messages=("m",), extra=extra), "p")


def test_a_process_variable_correlation_is_refused() -> None:
    inner = event("message", "m").replace(
        "</bpmn:messageEventDefinition>",
        "<bpmn:extensionElements><spiffworkflow:processVariableCorrelation>"
        f"<spiffworkflow:propertyId>a</spiffworkflow:propertyId><spiffworkflow:expression>{PYTHON}"
        "</spiffworkflow:expression></spiffworkflow:processVariableCorrelation>"
        "</bpmn:extensionElements></bpmn:messageEventDefinition>",
    )
    with pytest.raises(DefinitionRefused, match="not run here"):
        _around(lambda d, text: d.catch("x", inner), "", messages=("m",))


def test_an_ad_hoc_process_is_refused_with_its_condition() -> None:
    inner = f"<bpmn:completionCondition>{PYTHON}</bpmn:completionCondition>"
    with pytest.raises(DefinitionRefused, match="adHocSubProcess"):
        _around(lambda d, text: d.node("adHocSubProcess", "x", inner), "")


def test_the_door_that_the_library_may_take_past_the_engine_is_shut() -> None:
    closed = ClosedEnvironment()
    for call in (closed.evaluate, closed.execute):
        with pytest.raises(ThroughTrainError):
            call("1 + 1", {})
    with pytest.raises(ThroughTrainError):
        closed.call_service({}, operation_name="x")


def test_decision_cells_are_the_hosts() -> None:
    seen: list[str] = []

    class Host(TestHost):
        def decide(self, decision: str, scope: Any) -> Any:
            seen.append(decision)
            return super().decide(decision, scope)

    case = Case(_around(PLACES["decision"], PYTHON), Host())
    with pytest.raises(StepFailed):
        case.do("before")
    assert seen == [PYTHON]
