"""Random walks through every diagram that is shipped, stored against in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bpmn
from tests.engine.hosts import TestHost
from tests.engine.walks import Action, InMemory, Stored, advance_clock, next_action, told
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.engine.snapshot import Decided
from workflows.engine.values import same
from workflows.errors import StepFailed
from workflows.feel.library import BUILTINS

BUNDLES = sorted(path.parent for path in Path(bpmn.__path__[0]).glob("*/bundle.toml"))
_CALLED = re.compile(r"\b([^\W\d]\w*)\(")
_TEXT = re.compile(r'"([^"\s]+)"')


class ShippedHost(TestHost):
    """Domain functions and operations give what they might give; decisions are the bundle's own."""

    def __init__(self, definition: Definition, random: Random) -> None:
        super().__init__()
        self.definition = definition
        self.random = random
        bundle = definition.bundle
        drawn = [*bundle.diagrams.values(), *bundle.decisions.values()]
        called = {name for data in drawn for name in _CALLED.findall(data.decode())}
        self.functions = {name: self._function(name) for name in sorted(called - BUILTINS.keys())}
        # As in the application: the step's time, not that of the machine.
        self.functions["now"] = lambda: self.now
        self.functions["today"] = lambda: self.now.date()

    def _function(self, name: str) -> Any:
        def answer(*arguments: Any) -> Any:
            if "days" in name:
                return datetime(2026, 5, 1, 15, 59, 59, tzinfo=UTC)
            if "count" in name:
                return Decimal(self.random.randint(0, 4))
            return self.random.choice([None, date(2026, 5, 1)])

        return answer

    def call(self, operation: str, parameters: Mapping[str, Any], element: str) -> Any:
        return self.random.choice([None, True, Decimal(1), Decimal(3), {"made": "yes"}])

    def decide(self, decision: str, scope: Mapping[str, Any]) -> Decided:
        return self.definition.decisions.evaluate(decision, scope, functions=self.functions)


@lru_cache(maxsize=8)
def _definition(folder: Path) -> Definition:
    return Definition.compile(Bundle.from_folder(folder))


def _values(definition: Definition, random: Random) -> dict[str, Any]:
    """Values for all names that route: texts that some expression compares with, numbers, yes."""
    texts = [found for one in definition.specification.written for found in _TEXT.findall(one.text)]
    mixed = [*texts, Decimal(0), Decimal(40), Decimal(90), True, False, None]
    found = {name: random.choice(mixed) for name in sorted(definition.routing_names)}
    found["outcome"] = random.choice(texts)
    return found


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: str(folder.name))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(walk=st.integers(0, 2**32 - 1))
def test_shipped_diagrams_go_the_same_way_stored_and_in_memory(folder: Path, walk: int) -> None:
    definition = _definition(folder)
    spec = definition.specification
    random = Random(walk)
    # Dates of the start form, on which a process may wait at once.
    begin = {name: date(2026, 5, 1) for name in definition.routing_names if name.endswith("_on")}
    stored = Stored(spec, ShippedHost(definition, Random(walk)), begin)
    memory = InMemory(spec, ShippedHost(definition, Random(walk)), begin)
    for number in range(40):
        left, right = told(stored.now), told(memory.now)
        assert [name for name in left if not same(left[name], right[name])] == []
        action = next_action(stored.now, random, number)
        if action is None:
            assert stored.now.ended
            break
        action = Action(action.kind, action.index, _values(definition, random))
        passing = random.random()
        for host in (stored.host, memory.step.host):
            advance_clock(host, Random(passing))
        try:
            stored.do(action)
        except StepFailed as error:
            failed = error
        else:
            memory.do(action)
            continue
        with pytest.raises(StepFailed) as other:
            memory.do(action)
        assert (other.value.place, other.value.reason) == (failed.place, failed.reason)
        break


def test_there_is_something_to_walk() -> None:
    assert BUNDLES
