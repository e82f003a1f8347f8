"""A case that is stored between all its steps goes the way of one that stays in memory."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import lru_cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.hosts import TestHost
from tests.engine.walks import (
    Action,
    InMemory,
    Stored,
    advance_clock,
    make,
    next_action,
    random_diagram,
    told,
)
from workflows import engine
from workflows.engine.snapshot import Outcome
from workflows.engine.values import same
from workflows.errors import StepFailed

STEPS = 25
seeds = st.integers(0, 2**32 - 1)


@lru_cache(maxsize=64)
def _specification(seed: int) -> engine.Specification:
    return engine.parse(*random_diagram(seed))


def _differences(left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    return [name for name in left if not same(left[name], right[name])]


def _walk(spec: engine.Specification, seed: int) -> int:
    """Walk both cases; return how many steps they went."""
    random = Random(seed)
    host = TestHost()
    try:
        stored = Stored(spec, host)
    except StepFailed:
        return 0
    memory = InMemory(spec, host)
    for number in range(STEPS):
        left, right = told(stored.now), told(memory.now)
        assert not _differences(left, right), (seed, number, left, right)
        action = next_action(stored.now, random, number)
        if action is None:
            assert stored.now.ended
            return number
        advance_clock(host, random)
        try:
            stored.do(action)
        except StepFailed as failed:
            # The step is rolled back for the one and half done for the other: the walk ends.
            _same_failure(memory, action, failed)
            return number
        memory.do(action)
    return STEPS


def _same_failure(memory: InMemory, action: Action, failed: StepFailed) -> None:
    with pytest.raises(StepFailed) as other:
        memory.do(action)
    assert (other.value.place, other.value.reason) == (failed.place, failed.reason)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(seeds, seeds)
def test_stored_cases_go_the_way_of_those_in_memory(diagram: int, walk: int) -> None:
    _walk(_specification(diagram), walk)


def test_the_walks_go_far_and_end() -> None:
    lengths = [_walk(_specification(seed % 30), seed) for seed in range(120)]
    assert sum(lengths) > 120 * 5
    assert max(lengths) == STEPS
    assert any(0 < length < STEPS for length in lengths)


def test_threads_walk_one_specification_side_by_side() -> None:
    specs = [_specification(seed) for seed in range(8)]

    def work(number: int) -> int:
        return sum(_walk(spec, number * 100 + round_) for round_ in range(6) for spec in specs)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) > 500


def _elsewhere(diagram: int, now: Outcome, action: Action, host: TestHost) -> Outcome | None:
    """Make a step in another process, which reads the diagrams for itself; None when it fails."""
    try:
        return make(_specification(diagram), now, action, host)
    except StepFailed:
        return None


def test_two_processes_hand_cases_to_each_other() -> None:
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=context) as one,
        ProcessPoolExecutor(1, mp_context=context) as other,
    ):
        total = 0
        for diagram in range(20):
            random, host = Random(diagram), TestHost()
            spec = _specification(diagram)
            try:
                memory = InMemory(spec, host)
            except StepFailed:
                continue
            now = Stored(spec, host).now
            for number in range(12):
                assert not _differences(told(now), told(memory.now))
                action = next_action(now, random, number)
                if action is None:
                    break
                advance_clock(host, random)
                pool = (one, other)[number % 2]
                after = pool.submit(_elsewhere, diagram, now, action, host).result()
                if after is None:
                    break
                now = after
                memory.do(action)
                total += 1
    assert total > 60
