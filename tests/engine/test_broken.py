"""Broken diagrams: refused in words or run, never anything else."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.engine.hosts import TestHost
from tests.engine.walks import Stored, next_action, random_diagram
from workflows import engine
from workflows.errors import DefinitionRefused, StepFailed

Failure = DefinitionRefused | StepFailed

_ODD = ["", "nowhere", "Start", "p1", "1 +", "true", "R/PT0S", "P1D", "null", "[1, 2]", "-1"]


def _broken(data: bytes, random: Random) -> bytes:
    """Change a diagram in a few places: attributes, texts, elements lost, moved or doubled."""
    root = etree.fromstring(data)
    for _ in range(random.randint(1, 3)):
        node = random.choice([one for one in root.iter() if one.getparent() is not None])
        parent, kind = node.getparent(), random.randrange(6)
        if kind == 0 and node.attrib:
            del node.attrib[random.choice(sorted(node.attrib))]
        elif kind == 1 and node.attrib:
            node.attrib[random.choice(sorted(node.attrib))] = random.choice(_ODD)
        elif kind == 2:
            parent.remove(node)
        elif kind == 3:
            node.text = random.choice(_ODD)
        elif kind == 4:
            random.choice([one for one in root.iter() if node not in one.iterancestors()]).append(
                etree.fromstring(etree.tostring(node))
            )
        else:
            node.tag = random.choice([one.tag for one in root.iter()])
    return bytes(etree.tostring(root))


def _failure(files: Mapping[str, bytes], main: str, random: Random) -> Failure | None:
    """Read and walk a diagram; return what it was refused or stopped with."""
    try:
        case = Stored(engine.parse(files, main), TestHost())
        for number in range(8):
            action = next_action(case.now, random, number)
            if action is None:
                break
            case.do(action)
    except (DefinitionRefused, StepFailed) as failure:
        return failure
    return None


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1), st.integers(0, 200))
def test_broken_diagrams_are_refused_or_run(seed: int, diagram: int) -> None:
    random = Random(seed)
    files, main = random_diagram(diagram, depth=2)
    broken = {name: _broken(data, random) for name, data in files.items()}
    failure = _failure(broken, main, random)
    if failure is not None:
        assert failure.reason
        assert failure.advice
        assert failure.place.process or failure.place.file


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DefinitionRefused):
        engine.parse({"x.bpmn": data}, "p")


def test_a_refusal_names_a_process_also_where_a_call_stands_in_none() -> None:
    data = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
    <process id="p" isExecutable="true"><startEvent id="s"/></process>
    <callActivity id="c" calledElement="nowhere"/></definitions>"""
    with pytest.raises(DefinitionRefused) as refused:
        engine.parse({"x.bpmn": data}, "p")
    assert refused.value.place.process or refused.value.place.file
