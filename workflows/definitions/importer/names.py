"""Names of variables: those of other products, made such that FEEL and forms can read them."""

from __future__ import annotations

import re
from functools import lru_cache

from workflows.feel import FeelError, compile_expression

_KEY = re.compile(r"^[^\W\d]\w{0,62}$")
_WRONG = re.compile(r"\W+")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

RENAMED = {
    "nrOfInstances": "numberOfInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
}
"""Names that engines give by themselves, and what they are called here."""


@lru_cache(maxsize=4096)
def variable(raw: str) -> str:
    """Return a name that FEEL reads as one name and that a form field may have as its key.

    A name that the language uses itself, such as `date`, gets the ending `_value`.
    """
    if raw in RENAMED:
        return RENAMED[raw]
    name = _WRONG.sub("_", raw.strip())[:50] or "value"
    if not _KEY.match(name):
        name = f"v_{name}"
    if name == "outcome":
        return name
    try:
        plain = compile_expression(name).names == {name}
    except FeelError:
        plain = False
    return name if plain else f"{name}_value"


def operation(raw: str) -> str:
    """Return the name of an operation for a class, bean call, topic or job type."""
    tail = raw.strip().strip("${}#= ").split("(")[0]
    if re.fullmatch(r"[\w.]+", tail) and re.search(r"\.[A-Z]\w*$", tail):
        tail = tail.rpartition(".")[2]
    words = _WRONG.sub("_", _CAPITAL.sub("_", tail)).strip("_").lower()
    name = re.sub(r"_+", "_", words)[:60].strip("_")
    return name if name and not name[0].isdigit() else f"operation_{name}".rstrip("_")
