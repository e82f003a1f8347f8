"""What an expression can answer as it is written, before anything is evaluated."""

from __future__ import annotations

from workflows.feel.errors import FeelError
from workflows.feel.knownnames import KnownNames
from workflows.feel.library import BUILTINS
from workflows.feel.parser import parse
from workflows.feel.syntax import Condition, Constant, Node, Parenthesis

_NAMES = KnownNames(BUILTINS)


def written_answers(text: str) -> frozenset[str]:
    """Return the texts among the answers of an expression: itself, or branches of an `if`.

    Nothing for what cannot be read, or is computed.
    """
    if '"' not in text:
        return frozenset()
    try:
        return frozenset(_answers(parse(text, (_NAMES,))))
    except FeelError:
        return frozenset()


def _answers(node: Node) -> set[str]:
    if isinstance(node, Constant):
        return {node.value} if type(node.value) is str else set()
    if isinstance(node, Condition):
        return _answers(node.yes) | _answers(node.no)
    if isinstance(node, Parenthesis) and len(node.tests) == 1:
        return _answers(node.tests[0])
    return set()
