"""Which fields show: the conditions of a form, evaluated until nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.definitions.fields import Field
from workflows.feel import FeelError
from workflows.feel.budget import Budget


def hidden_keys(
    components: tuple[Field, ...], values: Mapping[str, Any], context: Mapping[str, Any]
) -> frozenset[str]:
    """Return the keys of fields that do not show.

    A hidden field counts as null for the other conditions, so this is repeated until
    it settles; a form whose conditions chase each other settles on hiding less. All of it
    shares one allowance: conditions that compute for long show their fields in the end.
    """
    hidden: frozenset[str] = frozenset()
    budget = Budget()
    for _ in range(_rounds(components)):
        scope = {**context, **{k: None if k in hidden else v for k, v in values.items()}}
        found = frozenset(_hidden(components, scope, budget))
        if found == hidden:
            break
        hidden = found
    return hidden


def _rounds(components: tuple[Field, ...]) -> int:
    conditions = sum(one.hide is not None for top in components for one in top.inside())
    return conditions + 1


def _hidden(components: tuple[Field, ...], scope: Mapping[str, Any], budget: Budget) -> set[str]:
    found: set[str] = set()
    for one in components:
        if hides(one, scope, budget):
            found |= {inner.key for inner in one.inside() if inner.key}
        elif one.kind == "group":
            found |= _hidden(one.fields, scope, budget)
    return found


def hides(field: Field, scope: Mapping[str, Any], budget: Budget) -> bool:
    """Return whether a field's condition is true; one that cannot be evaluated shows it.

    `budget` is shared by all conditions of a form that are asked for one answer.
    """
    if field.hide is None:
        return False
    named = {name: scope.get(name) for name in field.hide.names}
    try:
        return field.hide({**scope, **named}, budget=budget) is True
    except FeelError:
        return False
