"""Letters and messages: templates of a bundle, rendered in a box that they cannot leave.

A text may begin with a line `# subject`. `texts/<name>.en.txt` is the English version.
Templates know `{{ name }}`, `if`, `for` and the filters below; no calls, no arithmetic
that multiplies, nothing that could grow faster than what is put in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jinja2 import ChainableUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflows.definitions.reading import Unreadable, decode
from workflows.definitions.values import SHANGHAI
from workflows.errors import DefinitionRefused, Place, ThroughTrainError

RENDERED_CHARACTERS = 200_000
RENDER_SECONDS = 1.0
LOOP_DEPTH = 3
DEPTH = 40
"""Parts of a template inside each other; the compiler's own limits lie beyond."""
ENGLISH = ".en"

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List,
    nodes.Tuple, nodes.If, nodes.For, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Concat,
    nodes.Add, nodes.Sub, nodes.Neg,
)  # fmt: skip


class TextFailed(ThroughTrainError):
    """A letter or message could not be written."""

    sentence = "The text {name} could not be written: {reason}"
    mend = "Correct the text in the studio."


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A written letter or message; `subject` is empty when the text has none."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """One letter or message of a bundle.

    `names` are the values that it asks for, `members` what it takes of them: (name, member).
    """

    name: str
    source: str = field(repr=False)
    names: frozenset[str]
    members: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def parse(cls, name: str, data: bytes, *, file: str = "") -> Text:
        """Read a text; raise DefinitionRefused when it is no template or not a harmless one."""
        try:
            source = decode(data).lstrip("\ufeff").replace("\r\n", "\n")
            tree = _environment().parse(source)
        except Unreadable as error:
            raise error.refused(file) from error
        except (TemplateError, RecursionError) as error:
            line = f"line {error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
            said = f"{line}it is no template: {error or 'nested too deeply'}"
            raise _refused(file, said) from error
        reason = _reason_against(tree)
        if reason:
            raise _refused(file, reason)
        names = frozenset(find_undeclared_variables(tree))
        return cls(name=name, source=source, names=names, members=_members(tree, names))

    def render(self, values: Mapping[str, Any]) -> Rendered:
        """Write the text with `values`; a value that is missing leaves a gap.

        Raise TextFailed when it gets too long, takes too long or cannot be written.
        """
        try:
            template = _environment().from_string(self.source)
            written = _limited(self.name, template.generate(dict(values)))
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise TextFailed(name=self.name, reason=str(error)[:300]) from error
        subject, _, body = written.partition("\n")
        if subject.startswith("# "):
            return Rendered(subject=subject[2:].strip(), body=body.lstrip("\n"))
        return Rendered(subject="", body=written)


def _members(tree: nodes.Template, names: frozenset[str]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (node.node.name, node.attr)
        for node in _walk(tree)
        if isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name in names
    )


def _limited(name: str, parts: Iterable[str]) -> str:
    until = time.monotonic() + RENDER_SECONDS
    written: list[str] = []
    length = 0
    for part in parts:
        length += len(part)
        if length > RENDERED_CHARACTERS or time.monotonic() > until:
            raise TextFailed(name=name, reason="it gets too long")
        written.append(part)
    return "".join(written)


def _refused(file: str, reason: str) -> DefinitionRefused:
    return DefinitionRefused(
        place=Place(file=file),
        reason=reason,
        advice="Use {{ name }}, {% if %}, {% for %} and the listed filters only.",
    )


def _reason_against(tree: nodes.Template) -> str:
    if _is_deep(tree):
        return f"it is nested more than {DEPTH} deep"
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            return f"line {node.lineno}: {type(node).__name__.lower()} is not taken"
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            return f'line {node.lineno}: there is no filter "{node.name}"'
        if isinstance(node, nodes.Test) and node.name not in TESTS:
            return f'line {node.lineno}: there is no test "{node.name}"'
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            return f'line {node.lineno}: "{node.attr}" is not a value'
    if _depth(tree) > LOOP_DEPTH:
        return f"loops nest deeper than {LOOP_DEPTH}"
    return ""


def _walk(node: nodes.Node) -> Iterable[nodes.Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.iter_child_nodes()


def _is_deep(tree: nodes.Template) -> bool:
    level: list[nodes.Node] = [tree]
    for _ in range(DEPTH):
        level = [inner for one in level for inner in one.iter_child_nodes()]
    return bool(level)


def _depth(node: nodes.Node) -> int:
    inner = max((_depth(one) for one in node.iter_child_nodes()), default=0)
    return inner + isinstance(node, nodes.For)


def _date(value: Any) -> str:
    day = _day(value)
    return str(value or "") if day is None else f"{day.year}年{day.month}月{day.day}日"


def _date_en(value: Any) -> str:
    day = _day(value)
    return str(value or "") if day is None else f"{day.day} {day:%B} {day.year}"


def _time(value: Any) -> str:
    moment = value.astimezone(SHANGHAI) if isinstance(value, datetime) else None
    return str(value or "") if moment is None else f"{_date(moment)}{moment:%H:%M}"


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date()
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _number(value: Any) -> str:
    return f"{value:,f}" if isinstance(value, Decimal) else str(value if value is not None else "")


def _join(value: Any, separator: str = "、") -> str:
    if isinstance(value, (list, tuple)):
        return separator.join(str(one) for one in value)
    return str(value or "")


def _default(value: Any, other: Any = "") -> Any:
    return other if value in (None, "") or isinstance(value, ChainableUndefined) else value


def _count(value: Any) -> int:
    return len(value) if isinstance(value, (list, tuple, dict, str)) else 0


FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _date,
    "date_en": _date_en,
    "time": _time,
    "number": _number,
    "join": _join,
    "default": _default,
    "length": _count,
    "trim": lambda value: str(value).strip(),
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
}
"""Filters of texts; `date` and `time` write Chinese dates in Asia/Shanghai."""
TESTS = frozenset(("defined", "undefined", "none", "string", "number", "sameas", "eq", "ne"))


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # it would look at what is nested again at each level, for every level
        autoescape=False,  # plain text; pages escape it when they show it
        finalize=lambda value: "" if value is None else value,
    )
    environment.globals.clear()
    environment.filters = dict(FILTERS)
    environment.tests = {k: v for k, v in environment.tests.items() if k in TESTS}
    return environment
