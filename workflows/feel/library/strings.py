"""Functions of texts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.library.signature import builtin
from workflows.feel.numbers import from_int, whole
from workflows.feel.patterns import PatternError, compile_pattern


def _texts(*values: Any) -> bool:
    return all(type(value) is str for value in values)


@builtin("substring", "string, start position", "string, start position, length", single=True)
def substring(budget: Budget, string: Any, start: Any, *length: Any) -> Any:
    """A part of a text, from a place (from the end when negative), of a length."""
    first = _truncated(start)
    if type(string) is not str or first is None or first == 0 or abs(first) > len(string):
        return None
    begin = first - 1 if first > 0 else len(string) + first
    if not length or length[0] is None:
        return string[begin:]
    count = _truncated(length[0])
    return string[begin : begin + count] if count is not None and count >= 1 else None


def _truncated(value: Any) -> int | None:
    exact = whole(value)
    if exact is not None:
        return exact
    return int(value) if _is_small_number(value) else None


def _is_small_number(value: Any) -> bool:
    return type(value) is Decimal and value.adjusted() < 18


@builtin("string length", "string", single=True)
def string_length(budget: Budget, string: Any) -> Any:
    """The number of characters."""
    return from_int(len(string)) if type(string) is str else None


@builtin("upper case", "string", single=True)
def upper_case(budget: Budget, string: Any) -> Any:
    """A text in capitals."""
    return string.upper() if type(string) is str else None


@builtin("lower case", "string", single=True)
def lower_case(budget: Budget, string: Any) -> Any:
    """A text in small letters."""
    return string.lower() if type(string) is str else None


@builtin("substring before", "string, match", single=True)
def substring_before(budget: Budget, string: Any, match: Any) -> Any:
    """What stands before a match; empty when nothing matches."""
    if not _texts(string, match):
        return None
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string, match", single=True)
def substring_after(budget: Budget, string: Any, match: Any) -> Any:
    """What stands after a match; empty when nothing matches."""
    if not _texts(string, match):
        return None
    return string.partition(match)[2] if match else string


@builtin("contains", "string, match", single=True)
def contains(budget: Budget, string: Any, match: Any) -> Any:
    """Whether a text holds another."""
    return match in string if _texts(string, match) else None


@builtin("starts with", "string, match", single=True)
def starts_with(budget: Budget, string: Any, match: Any) -> Any:
    """Whether a text starts with another."""
    return string.startswith(match) if _texts(string, match) else None


@builtin("ends with", "string, match", single=True)
def ends_with(budget: Budget, string: Any, match: Any) -> Any:
    """Whether a text ends with another."""
    return string.endswith(match) if _texts(string, match) else None


@builtin("matches", "input, pattern", "input, pattern, flags", single=True)
def matches(budget: Budget, text: Any, pattern: Any, flags: Any = "") -> Any:
    """Whether a text matches a regular expression."""
    flags = "" if flags is None else flags
    if not _texts(text, pattern, flags):
        return None
    try:
        return compile_pattern(pattern, flags).search(text, 0, budget) is not None
    except PatternError:
        return None


@builtin(
    "replace", "input, pattern, replacement", "input, pattern, replacement, flags", single=True
)
def replace(budget: Budget, text: Any, pattern: Any, replacement: Any, flags: Any = "") -> Any:
    """A text with all matches of a regular expression replaced."""
    flags = "" if flags is None else flags
    if not _texts(text, pattern, replacement, flags):
        return None
    try:
        return compile_pattern(pattern, flags).replace(text, replacement, budget)
    except PatternError:
        return None


@builtin("split", "string, delimiter", single=True)
def split(budget: Budget, string: Any, delimiter: Any) -> Any:
    """The parts of a text between matches of a regular expression."""
    if not _texts(string, delimiter):
        return None
    try:
        return compile_pattern(delimiter, "").split(string, budget)
    except PatternError:
        return None


@builtin("string join", "list", "list, delimiter", "list, delimiter, prefix, suffix")
def string_join(
    budget: Budget, items: Any, delimiter: Any = None, prefix: Any = None, suffix: Any = None
) -> Any:
    """Texts joined, with a delimiter, a prefix and a suffix."""
    items = [items] if type(items) is str else items
    if type(items) is not list or not all(item is None or type(item) is str for item in items):
        return None
    if not all(part is None or type(part) is str for part in (delimiter, prefix, suffix)):
        return None
    parts = [item for item in items if item is not None]
    joint = delimiter or ""
    budget.spend(len(parts))
    budget.check_size(sum(len(part) + len(joint) for part in parts))
    return (prefix or "") + joint.join(parts) + (suffix or "")
