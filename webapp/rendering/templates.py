"""Templates compiled once per language, their words already translated.

A page holds some hundred and fifty fixed words; looking each up in the catalogue while the page is
rendered took a fifth of its time. So each language has compiled templates of its own, in which
`_("...")` is the translation itself. Words that are filled in are translated here too and filled
in when the page is rendered, escaped as before.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, cast

from flask import Flask
from flask.templating import Environment
from flask_babel import gettext
from jinja2 import nodes
from jinja2.environment import create_cache
from jinja2.visitor import NodeTransformer

from webapp.language import language

_MARKERS = ("_", "gettext")


class _Translated(NodeTransformer):
    """Puts translations in the place of marked words."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """Return the translation of a call such as `_("Inbox")`, anything else as it is."""
        self.generic_visit(node)
        word = _word(node)
        if word is None:
            return node
        text = gettext(word)
        if not node.kwargs:
            # The marker fills in also where there is nothing to fill in: "%%" is one sign.
            return _marked(text % {}, node)
        pairs = [
            nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno) for one in node.kwargs
        ]
        return nodes.Mod(_marked(text, node), nodes.Dict(pairs), lineno=node.lineno)


def _word(node: nodes.Call) -> str | None:
    """Return the fixed words that a call marks for translation, None for any other call."""
    marks = isinstance(node.node, nodes.Name) and node.node.name in _MARKERS
    if not marks or len(node.args) != 1 or node.dyn_args or node.dyn_kwargs:
        return None
    word = node.args[0]
    return word.value if isinstance(word, nodes.Const) and isinstance(word.value, str) else None


def _marked(text: str, node: nodes.Node) -> nodes.Node:
    return nodes.MarkSafeIfAutoescape(nodes.Const(text), lineno=node.lineno)


class PageTemplates(Environment):
    """The application's templates, compiled for one language at a time."""

    @property
    def cache(self) -> MutableMapping[Any, Any]:
        """Templates compiled for the reader's language."""
        spoken = language()
        if spoken not in self._by_language:
            self._by_language[spoken] = cast("MutableMapping[Any, Any]", create_cache(400))
        return self._by_language[spoken]

    @cache.setter
    def cache(self, _: object) -> None:
        self._by_language: dict[str, MutableMapping[Any, Any]] = {}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return cast("nodes.Template", _Translated().visit(super()._parse(source, name, filename)))


class Pages(Flask):
    """The application, with its templates."""

    jinja_environment = PageTemplates
