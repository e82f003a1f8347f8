"""Hit policies: which of the matching rules of a table count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.errors import FeelError
from workflows.feel.library import BUILTINS
from workflows.feel.values import equal


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching rule and the values of its outputs."""

    rule: str
    outputs: list[Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The hits that count; `single` when the policy gives at most one result."""

    hits: Sequence[Hit]
    single: bool


Order = Sequence[list[Any] | None]
Policy = Callable[[list[Hit], Order, Budget], Chosen]


def _unique(hits: list[Hit], order: Order, budget: Budget) -> Chosen:
    if len(hits) > 1:
        rules = ", ".join(hit.rule for hit in hits)
        raise FeelError(f"only one rule may match, but these do: {rules}.")
    return Chosen(hits, single=True)


def _any(hits: list[Hit], order: Order, budget: Budget) -> Chosen:
    """All matching rules must agree."""
    for hit in hits[1:]:
        if not equal(hits[0].outputs, hit.outputs, budget):
            raise FeelError(f"the rules {hits[0].rule} and {hit.rule} match but disagree.")
    return Chosen(hits[:1], single=True)


def _first(hits: list[Hit], order: Order, budget: Budget) -> Chosen:
    return Chosen(hits[:1], single=True)


def _priority(hits: list[Hit], order: Order, budget: Budget) -> Chosen:
    return Chosen(_by_priority(hits, order, budget)[:1], single=True)


def _output_order(hits: list[Hit], order: Order, budget: Budget) -> Chosen:
    return Chosen(_by_priority(hits, order, budget), single=False)


def _all(hits: list[Hit], order: Order, budget: Budget) -> Chosen:
    return Chosen(hits, single=False)


def _by_priority(hits: list[Hit], order: Order, budget: Budget) -> list[Hit]:
    """Sort hits by the place of their outputs in the lists of output values."""

    def rank(hit: Hit) -> list[int]:
        return [
            _place(output, values, budget)
            for output, values in zip(hit.outputs, order, strict=True)
            if values
        ]

    return sorted(hits, key=rank)


def _place(output: Any, values: list[Any], budget: Budget) -> int:
    for place, value in enumerate(values):
        budget.spend()
        if equal(output, value, budget):
            return place
    return len(values)


HIT_POLICIES: dict[str, Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "OUTPUT ORDER": _output_order,
    "RULE ORDER": _all,
    "COLLECT": _all,
}
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def combine(aggregation: str, hits: Sequence[Hit], budget: Budget) -> Any:
    """Return the sum, least, largest or number of the first outputs of the hits."""
    values = [hit.outputs[0] for hit in hits]
    if aggregation == "COUNT":
        return Decimal(len(values))
    return BUILTINS[AGGREGATIONS[aggregation]].call(budget, [values])
