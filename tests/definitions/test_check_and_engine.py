"""The check and the engine agree: what one accepts the other can compile."""

import copy
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.definitions.rules import files, ways, words  # noqa: F401  (drawings register here)
from tests.definitions.rules.cases import SOUND, Files, check
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import has_errors
from workflows.definitions.definition import Definition

DRAWINGS: list[Callable[[], Files]] = sorted(
    {draw for many in SOUND.values() for draw in many}, key=lambda draw: draw.__name__
)
WORDS = ["", "x", "task", "begin", "true", "finish", "flow_1"]
TEXTS = ["", "a", "PT5M", "1", "null", '"x"', "R/PT1H", "amount > 1"]
EDITS = st.tuples(
    st.integers(0, 6), st.integers(0, 200), st.integers(0, 200), st.integers(0, 50)
)  # fmt: skip


def edit(root: etree._Element, kind: int, first: int, second: int, third: int) -> None:
    """Change one thing in the tree: an attribute, a text, a tag, an element's place."""
    elements = list(root.iter(etree.Element))
    one, other = elements[first % len(elements)], elements[second % len(elements)]
    keys = sorted(one.attrib)
    key = keys[third % len(keys)] if keys else ""
    if kind == 0 and key:
        del one.attrib[key]
    elif kind == 1 and key:
        one.attrib[key] = WORDS[second % len(WORDS)]
    elif kind == 2 and one.getparent() is not None:
        one.getparent().remove(one)
    elif kind == 3 and one is not other:
        other.append(copy.deepcopy(one))
    elif kind == 4:
        one.tag = other.tag
    elif kind == 5:
        one.text = TEXTS[third % len(TEXTS)]
    elif kind == 6 and key and other.attrib:
        one.attrib[key] = sorted(other.attrib.values())[third % len(other.attrib)]


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(DRAWINGS), st.lists(EDITS, min_size=1, max_size=3))
def test_what_the_check_accepts_the_engine_compiles(
    draw: Callable[[], Files], edits: list[tuple[int, int, int, int]]
) -> None:
    contents = dict(draw())
    root = etree.fromstring(contents["main.bpmn"])
    for one in edits:
        edit(root, *one)
    contents["main.bpmn"] = etree.tostring(root)
    if not has_errors(check(contents)):
        assert Definition.compile(Bundle.from_files(contents)).bundle.main == "main"
