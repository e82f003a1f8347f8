"""Whether tokens stand among parallel parts of another version as they do in their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workflows.definitions.messages import Message
from workflows.engine.joins import Join
from workflows.engine.passage import Names, Refusal
from workflows.engine.shape import Context, Shape, shape_of
from workflows.engine.tokens import Token


def parallels(names: Names, standing: list[tuple[Token, Any]]) -> Iterator[Refusal]:
    """Yield where tokens stand otherwise among parallel parts than they did."""
    old, new = shape_of(names.old), shape_of(names.spec)
    pairs: dict[Context, list[tuple[Any, frozenset[int], frozenset[int]]]] = {}
    for token, node in standing:
        before = {
            (kind, names.new(name) or ""): numbers
            for (kind, name), numbers in old.contexts[token.task_spec.name].items()
        }
        now = new.contexts[node.name]
        if before.keys() != now.keys():
            around = (name for _, name in old.contexts[token.task_spec.name])
            yield Refusal.at(
                token.task_spec,
                Message(
                    "“%(name)s” is open and has been moved into or out of a part that runs in "
                    "parallel to another one."
                ),
                lost=next((one for one in around if names.new(one) is None), ""),
            )
            return
        for context, numbers in before.items():
            pairs.setdefault(context, []).append((token.task_spec, numbers, now[context]))
    for (kind, name), found in pairs.items():
        if kind == "branch" and not _same_branches(names, old, new, name, found):
            yield Refusal.at(
                found[0][0],
                Message("The part around “%(name)s” that runs in parallel has other branches now."),
            )
            return
    yield from _waits_for_ever(names, old, new, standing)


def _same_branches(
    names: Names,
    old: Shape,
    new: Shape,
    name: str,
    found: list[tuple[Any, frozenset[int], frozenset[int]]],
) -> bool:
    """Whether tokens of one branch are still in one, and nothing is missing beside them."""
    before = {left for _, left, _ in found}
    after = {right for _, _, right in found}
    if len({(left, right) for _, left, right in found}) != len(before) or len(before) != len(after):
        return False
    was = next(one for one in old.specs if names.new(one) == name)
    more: bool = len(new.specs[name]._outputs) > len(old.specs[was]._outputs)
    return not more or new.is_inclusive(name)


def _waits_for_ever(
    names: Names, old: Shape, new: Shape, standing: list[tuple[Token, Any]]
) -> Iterator[Refusal]:
    """Yield the joins that could be passed in the old version and cannot be in the new one."""
    was: dict[str, list[str]] = {}
    now: dict[str, list[str]] = {}
    for token, node in standing:
        if isinstance(node, Join):
            was[token.task_spec.name] = token.internal_data["arrived"]
            now[node.name] = [names.new(one) or one for one in token.internal_data["arrived"]]
    before = old.never_met([token.task_spec.name for token, _ in standing], was)
    known = {names.new(name) for name in before}
    for name, missing in new.never_met([node.name for _, node in standing], now).items():
        if name not in known:
            wanted = names.spec.task_specs[min(missing)]
            yield Refusal.at(
                names.spec.task_specs[name],
                Message(
                    "“%(name)s” would wait for ever: nothing is under way that could come to it "
                    "from “%(before)s”."
                ),
                before=wanted.bpmn_name or wanted.bpmn_id or wanted.name,
            )
