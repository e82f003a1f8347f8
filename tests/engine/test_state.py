"""The state as bytes: every type comes back as it was, in its order, whatever it is called."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.engine.drawings import Drawing, files
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.state import Unstorable, frozen, thawed
from workflows.engine.values import joined, same
from workflows.errors import StepFailed
from workflows.feel import Range, YearsMonths

ZONES = [None, UTC, timezone(timedelta(hours=8)), ZoneInfo("Asia/Shanghai")]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dates(),
    st.times(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-3))])),
    st.datetimes(timezones=st.sampled_from(ZONES)),
    st.timedeltas(),
    st.uuids(),
    st.builds(YearsMonths, st.integers(-10_000, 10_000)),
    st.builds(
        Range,
        st.dates(),
        st.none(),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "<", ">=", "!="]),
    ),
)
names = st.one_of(
    st.sampled_from(["typename", "$d", "$c", "", "x", "版本"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(names, inner, max_size=4),
    ),
    max_leaves=12,
)
contexts = st.dictionaries(names, values, max_size=6)


@given(values)
@example({"$d": "1.5"})
@example({"typename": "x", "$c": [[1, 2]]})
@example([True, 1, Decimal(1), 1.0, -0.0, 2**70, -(2**70)])
@example(datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1))
def test_every_value_comes_back_the_same(value: Any) -> None:
    assert same(thawed(frozen(value)), value)


def test_numbers_that_are_none() -> None:
    assert thawed(frozen(float("inf"))) == float("inf")
    assert str(thawed(frozen(Decimal("NaN")))) == "NaN"


@pytest.mark.parametrize("value", [b"x", object(), {1, 2}, len, 1j])
def test_other_types_are_refused(value: Any) -> None:
    with pytest.raises(Unstorable):
        frozen([{"a": value}])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (True, 1),
        (False, Decimal(0)),
        (1, 1.0),
        (Decimal("1.0"), Decimal("1.00")),
        (0.0, -0.0),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1], (1,)),
        ([True], [1]),
        (date(2026, 1, 1), datetime(2026, 1, 1)),
        (
            datetime(2026, 1, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai")),
            datetime(2026, 1, 1, 0, tzinfo=UTC),
        ),
        (None, False),
        ("", None),
    ],
)
def test_values_that_only_look_the_same(left: Any, right: Any) -> None:
    assert not same(left, right)


def _two_steps() -> engine.Specification:
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.user("a")
    d.user("b")
    d.user("c")
    d.parallel("join")
    d.user("last")
    d.end()
    d.chain("start", "split", "a", "c", "join", "last", "end")
    d.chain("split", "b", "join")
    return engine.parse(files(d), "p")


TWO_STEPS = _two_steps()


@given(contexts, contexts, st.data())
def test_each_token_keeps_its_values_and_their_order(
    first: Mapping[str, Any], second: Mapping[str, Any], data: st.DataObject
) -> None:
    case = Case(TWO_STEPS, **first)
    assert same(case.task("a").data, dict(first))
    changed = dict(second)
    for name in data.draw(st.lists(st.sampled_from(sorted(first)), unique=True)) if first else ():
        changed[name] = data.draw(values)
    case.do("a", **changed)
    assert same(case.task("c").data, {**first, **changed})
    assert same(case.task("b").data, dict(first))


def test_a_change_of_type_alone_is_kept() -> None:
    case = Case(TWO_STEPS, a=1, b=True, c=Decimal("1.0"), d=[1])
    case.do("a", a=True, b=1, c=Decimal("1.00"), d=[True])
    data = case.task("c").data
    assert [type(data[name]) for name in "ab"] == [bool, int]
    assert str(data["c"]) == "1.00"
    assert data["d"][0] is True


def test_what_cannot_be_kept_fails_the_step_and_names_it() -> None:
    case = Case(TWO_STEPS)
    with pytest.raises(StepFailed, match="photo: a value of the type bytes"):
        case.do("a", photo=b"...")
    with pytest.raises(StepFailed, match="broken characters"):
        case.do("a", text="\ud800")


def test_a_state_of_another_process_is_refused_in_words() -> None:
    case = Case(TWO_STEPS)
    d = Drawing("other")
    d.start()
    d.user("a")
    d.end()
    d.chain("start", "a", "end")
    other = engine.parse(files(d), "other")
    for state in (case.now.state, b"", b"nonsense", case.now.state[:-5]):
        with pytest.raises(StepFailed, match="cannot be read"):
            engine.look(other, state)


def test_looking_changes_nothing() -> None:
    case = Case(TWO_STEPS, x=Decimal("1.10"))
    case.do("a", y=date(2026, 3, 2))
    seen = engine.look(case.spec, case.now.state)
    assert seen.state == case.now.state
    assert (seen.tasks, seen.timers, seen.waits) == (
        case.now.tasks,
        case.now.timers,
        case.now.waits,
    )
    assert not seen.passed
    case.do("b")
    case.do("c")
    case.do("last", z=1)
    seen = engine.look(case.spec, case.now.state)
    assert seen.ended
    assert same(dict(seen.data), dict(case.now.data))
    assert seen.data["z"] == 1


def test_threads_share_a_specification_and_no_compressor() -> None:

    def work(number: int) -> bool:
        case = Case(TWO_STEPS, TestHost(), who=number, text="x" * number * 50)
        for round_ in range(60):
            task = case.now.tasks[round_ % len(case.now.tasks)]
            case.do(task, **{f"k{round_}": [number] * 20})
            assert case.now.data["who"] == number
            if case.now.ended:
                case = Case(TWO_STEPS, TestHost(), who=number, text="x" * number * 50)
        return True

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(work, range(6)))


small = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([1, True, 2, None]), max_size=4)


@given(small, small, small)
def test_joining_keeps_what_either_branch_did(
    base: dict[str, Any], earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    result = joined(base, earlier, later)
    missing = object()
    for name in "abcd":
        was, one, two = (where.get(name, missing) for where in (base, earlier, later))
        expected = one if same(was, two) else two
        assert same(result.get(name, missing), expected)


def test_ids_are_uuids_and_stay() -> None:
    case = Case(TWO_STEPS)
    ids = {one.element: one.id for one in case.now.tasks}
    assert all(isinstance(one, UUID) for one in ids.values())
    case.do("a")
    assert case.task("b").id == ids["b"]


def test_a_time_of_day_keeps_its_offset() -> None:
    value = time(8, 30, tzinfo=timezone(timedelta(hours=8)))
    assert same(thawed(frozen(value)), value)
