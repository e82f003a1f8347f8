"""Functions of lists."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.library.signature import builtin
from workflows.feel.numbers import from_int, whole
from workflows.feel.values import Function, equal, less


def as_list(value: Any) -> list[Any] | None:
    """Return a list as it is and one value as a list of it; null for null."""
    if type(value) is list:
        return value
    return None if value is None else [value]


def _same(left: Any, right: Any, budget: Budget) -> bool:
    budget.spend()
    return equal(left, right, budget) is True


@builtin("list contains", "list, element")
def list_contains(budget: Budget, items: Any, element: Any) -> Any:
    """Whether a list holds an element."""
    found = as_list(items)
    return None if found is None else any(_same(item, element, budget) for item in found)


@builtin("count", "list")
def count(budget: Budget, items: Any) -> Any:
    """The number of elements of a list."""
    found = as_list(items)
    return None if found is None else from_int(len(found))


@builtin("all", "list", "list...")
def every(budget: Budget, *items: Any) -> Any:
    """Whether all elements are true; null when that is not known."""
    return _conjunction(_arguments(items), True)


@builtin("any", "list", "list...")
def some(budget: Budget, *items: Any) -> Any:
    """Whether any element is true; null when that is not known."""
    return _conjunction(_arguments(items), False)


def _arguments(items: tuple[Any, ...]) -> list[Any] | None:
    return as_list(items[0]) if len(items) == 1 else list(items)


def _conjunction(items: list[Any] | None, wanted: bool) -> bool | None:
    if items is None:
        return None
    result: bool | None = wanted
    for item in items:
        if item is (not wanted):
            return not wanted
        if item is not wanted:
            result = None
    return result


@builtin("sublist", "list, start position", "list, start position, length")
def sublist(budget: Budget, items: Any, start: Any, *length: Any) -> Any:
    """A part of a list, from a place (from the end when negative), of a length."""
    found, first = as_list(items), whole(start)
    if found is None or first is None or first == 0 or abs(first) > len(found):
        return None
    begin = first - 1 if first > 0 else len(found) + first
    if not length or length[0] is None:
        return found[begin:]
    size = whole(length[0])
    if size is None or size < 0 or begin + size > len(found):
        return None
    return found[begin : begin + size]


def _sized(budget: Budget, items: list[Any]) -> list[Any]:
    budget.check_size(len(items))
    budget.spend(len(items))
    return items


@builtin("append", "list, item", "list, item...")
def append(budget: Budget, items: Any, *added: Any) -> Any:
    """A list with further items at its end."""
    found = [None] if items is None else as_list(items)
    return None if found is None else _sized(budget, [*found, *added])


@builtin("concatenate", "list", "list...")
def concatenate(budget: Budget, *lists: Any) -> Any:
    """Several lists as one."""
    parts = [as_list(part) for part in lists]
    whole_list: list[Any] = []
    for part in parts:
        if part is None:
            return None
        whole_list.extend(part)
        budget.check_size(len(whole_list))
    return _sized(budget, whole_list)


@builtin("insert before", "list, position, newItem")
def insert_before(budget: Budget, items: Any, position: Any, item: Any) -> Any:
    """A list with an item put before a place."""
    found, place = as_list(items), whole(position)
    if found is None or place is None or place == 0 or abs(place) > len(found):
        return None
    index = place - 1 if place > 0 else len(found) + place
    return _sized(budget, [*found[:index], item, *found[index:]])


@builtin("remove", "list, position")
def remove(budget: Budget, items: Any, position: Any) -> Any:
    """A list without the item at a place."""
    found, place = as_list(items), whole(position)
    if found is None or place is None or place == 0 or abs(place) > len(found):
        return None
    index = place - 1 if place > 0 else len(found) + place
    return _sized(budget, [*found[:index], *found[index + 1 :]])


@builtin(
    "list replace", "list, position, newItem", "list, match, newItem",
    kinds={"position": Decimal, "match": Function},
)  # fmt: skip
def list_replace(budget: Budget, items: Any, chosen: Any, item: Any) -> Any:
    """A list with the item at a place, or each that a function chooses, replaced."""
    found = as_list(items)
    if found is None:
        return None
    if isinstance(chosen, Function):
        return _replace_matching(budget, found, chosen, item)
    place = whole(chosen)
    if place is None or place == 0 or abs(place) > len(found):
        return None
    index = place - 1 if place > 0 else len(found) + place
    return _sized(budget, [*found[:index], item, *found[index + 1 :]])


def _replace_matching(budget: Budget, items: list[Any], match: Function, new: Any) -> Any:
    if len(match.parameters) != 2:
        return None
    answers = [match.call(budget, [item, new]) for item in items]
    if any(type(answer) is not bool for answer in answers):
        return None
    pairs = zip(items, answers, strict=True)
    return _sized(budget, [new if answer else item for item, answer in pairs])


@builtin("reverse", "list")
def reverse(budget: Budget, items: Any) -> Any:
    """A list backwards."""
    found = as_list(items)
    return None if found is None else _sized(budget, found[::-1])


@builtin("index of", "list, match")
def index_of(budget: Budget, items: Any, match: Any) -> Any:
    """The places at which a value stands in a list."""
    found = as_list(items)
    if found is None:
        return None
    return [
        from_int(place) for place, item in enumerate(found, start=1) if _same(item, match, budget)
    ]


def _distinct(budget: Budget, items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    plain: set[Any] = set()
    for item in items:
        if type(item) is str:
            if item in plain:
                continue
            plain.add(item)
            kept.append(item)
        elif not any(_same(item, other, budget) for other in kept):
            kept.append(item)
    return kept


@builtin("union", "list", "list...")
def union(budget: Budget, *lists: Any) -> Any:
    """Several lists as one, each value once."""
    joined = concatenate(budget, *lists)
    return None if joined is None else _distinct(budget, joined)


@builtin("distinct values", "list")
def distinct_values(budget: Budget, items: Any) -> Any:
    """A list with each value once."""
    found = as_list(items)
    return None if found is None else _distinct(budget, found)


@builtin("flatten", "list")
def flatten(budget: Budget, items: Any) -> Any:
    """A list of lists as one list."""
    found = as_list(items)
    if found is None:
        return None
    flat: list[Any] = []
    pending = [iter(found)]
    while pending:
        for item in pending[-1]:
            budget.spend()
            if type(item) is list:
                pending.append(iter(item))
                break
            flat.append(item)
        else:
            pending.pop()
    return flat


@builtin("sort", "list, precedes", "list")
def sort(budget: Budget, items: Any, precedes: Any = None) -> Any:
    """A list in the order that a function gives, or in the natural one."""
    found = as_list(items)
    if found is None or not (precedes is None or isinstance(precedes, Function)):
        return None
    if precedes is not None and len(precedes.parameters) != 2:
        return None

    def compare(left: Any, right: Any) -> int:
        budget.spend()
        if _precedes(budget, precedes, left, right):
            return -1
        return 1 if _precedes(budget, precedes, right, left) else 0

    return sorted(found, key=cmp_to_key(compare))


def _precedes(budget: Budget, precedes: Function | None, left: Any, right: Any) -> bool:
    if precedes is None:
        return less(left, right) is True
    return precedes.call(budget, [left, right]) is True
