"""Running cases go on in another version of their diagrams, or are refused with a reason."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.engine.hosts import TestHost
from tests.engine.walks import Action, Stored, advance_clock, next_action, random_diagram, told
from workflows import engine
from workflows.engine.migrate import migrate
from workflows.engine.reading import BPMN
from workflows.engine.snapshot import Outcome
from workflows.engine.values import same
from workflows.errors import StepFailed

STEPS = 20
seeds = st.integers(0, 2**32 - 1)


@lru_cache(maxsize=64)
def _specification(seed: int) -> engine.Specification:
    return engine.parse(*random_diagram(seed))


def _longer(seed: int, diagram: int) -> engine.Specification:
    """The same diagram with nodes that do nothing put into some of its flows."""
    drawn, main = random_diagram(diagram)
    root = etree.fromstring(drawn["random.bpmn"])
    random = Random(seed)
    choices = {one.get("id") for one in root.iter(BPMN + "eventBasedGateway")}
    for flow in list(root.iter(BPMN + "sequenceFlow")):
        if flow.get("sourceRef") in choices or random.random() < 0.7:
            continue
        name = f"new_{flow.get('id')}"
        holder = flow.getparent()
        etree.SubElement(holder, BPMN + "scriptTask", id=name)
        rest = {"id": f"on_{name}", "sourceRef": name, "targetRef": flow.get("targetRef")}
        etree.SubElement(holder, BPMN + "sequenceFlow", **rest)
        flow.set("targetRef", name)
    return engine.parse({"random.bpmn": etree.tostring(root)}, main)


def _standing(now: Outcome) -> dict[str, Any]:
    """Where a case stands, without the order in which it got there."""
    found = {name: one for name, one in told(now).items() if name not in ("passed", "flows")}
    for name in ("tasks", "timers", "waits"):
        found[name] = sorted(found[name], key=repr)
    return found


def _alike(left: Outcome, right: Outcome, action: Action) -> Action:
    """The same action for a case in which other tokens may have come first."""
    kinds = {"task": "tasks", "timer": "timers", "wait": "waits"}
    first, second = (told(one)[kinds[action.kind]] for one in (left, right))
    chosen = first[action.index]
    earlier = first[: action.index].count(chosen)
    places = [number for number, one in enumerate(second) if one == chosen]
    return Action(action.kind, places[earlier], action.values)


def _ids(now: Outcome) -> list[Any]:
    tasks, waits = [one.id for one in now.tasks], [one.id for one in now.waits]
    return [tasks, waits, [(one.id, one.due_at, one.guards) for one in now.timers]]


def _same(left: Outcome, right: Outcome, *, but: tuple[str, ...] = ()) -> None:
    assert [one for one in _other(left, right) if one not in but] == []


def _other(left: Outcome, right: Outcome) -> list[str]:
    first, second = _standing(left), _standing(right)
    return [one for one in first if not same(first[one], second[one])]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seeds, seeds)
def test_a_move_to_the_same_files_changes_nothing(diagram: int, walk: int) -> None:
    spec, again = _specification(diagram), engine.parse(*random_diagram(diagram))
    random, host = Random(walk), TestHost()
    try:
        case = Stored(spec, host)
        for number in range(STEPS):
            action = next_action(case.now, random, number)
            if action is None:
                break
            moved = migrate(spec, again, case.now.state, host=host)
            assert (moved.refusals, moved.armed, moved.cancelled) == ((), (), ())
            assert moved.outcome is not None
            assert moved.outcome.state == case.now.state
            assert _ids(moved.outcome) == _ids(case.now)
            _same(moved.outcome, case.now, but=("data",))
            advance_clock(host, random)
            case.do(action)
    except StepFailed:
        return


def _walk_on(diagram: int, walk: int) -> str:
    """Move a case at some wait state; from then on it goes the way of one begun in the version."""
    old, new = _specification(diagram), _longer(walk, diagram)
    random = Random(walk)
    hosts = TestHost(), TestHost()
    turn = random.randrange(STEPS)
    went = "short"
    try:
        case, other = Stored(old, hosts[0]), Stored(new, hosts[1])
        for number in range(2 * STEPS):
            if number == turn:
                moved = migrate(old, new, case.now.state, host=hosts[0])
                if moved.outcome is None:
                    assert all("half-way" in one.message for one in moved.refusals)
                    return "refused"
                back = migrate(new, old, moved.outcome.state, host=hosts[0])
                assert back.outcome is not None
                assert back.outcome.state == case.now.state
                assert _ids(moved.outcome) == _ids(case.now)
                case.spec, case.now, went = new, moved.outcome, "moved"
            if went == "short" and _other(case.now, other.now):
                return "raced"  # scripts of two branches came in another order
            _same(case.now, other.now, but=("data",) if number == turn else ())
            action = next_action(case.now, random, number)
            if action is None:
                assert other.now.ended
                break
            passing = random.random()
            for host in hosts:
                advance_clock(host, Random(passing))
            alike = _alike(case.now, other.now, action)
            case.do(action)
            other.do(alike)
    except StepFailed:
        return "failed"
    return went


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(seeds, seeds)
def test_a_moved_case_goes_the_way_of_one_begun_in_the_new_version(diagram: int, walk: int) -> None:
    _walk_on(diagram, walk)


def test_the_walks_move_cases() -> None:
    went = [_walk_on(seed, seed) for seed in range(30)]
    assert went.count("moved") > 10, went
    assert went.count("refused") < 6
