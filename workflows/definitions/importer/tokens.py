"""The words of foreign expressions: JUEL, Groovy, JavaScript and Python, cut by one knife."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.definitions.messages import Message

LENGTH = 5_000
"""Longest expression that is translated."""


class Untranslatable(Exception):
    """An expression that has no FEEL of its own; the reason is a sentence."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason.text())


@dataclass(frozen=True)
class Token:
    """One word: `kind` is `number`, `string`, `name`, `sign` or `end`."""

    kind: str
    text: str


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[LlFfDdMm]?(?!\w))
    |(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<name>(?:variables|vars|var|fn):\w+|[^\W\d][\w$]*|\$[\w$]+)
    |(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||\*\*|//|\?\.|\?:|[-+*/%<>=!()\[\]{},.?:&|])
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = {
    "and": "&&",
    "or": "||",
    "not": "not",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "div": "/",
    "mod": "%",
}
_SAME = {"===": "==", "!==": "!=", "?.": "."}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def tokens(text: str) -> list[Token]:
    """Return the words of an expression; raise Untranslatable at what is none."""
    if len(text) > LENGTH:
        raise Untranslatable(Message("it has more than %(length)s characters", length=LENGTH))
    found: list[Token] = []
    at, text = 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise Untranslatable(Message("“%(text)s” is not understood", text=text[at : at + 20]))
        found.append(_token(match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return [*found, Token("end", "")]


def _token(kind: str, text: str) -> Token:
    if kind == "number":
        return Token(kind, text.rstrip("LlFfDdMm"))
    if kind == "string":
        return Token(kind, _unescaped(text[1:-1]))
    if kind == "name" and text in _WORDS:
        return Token("sign", _WORDS[text])
    return Token(kind, _SAME.get(text, text) if kind == "sign" else text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found.group(1), found.group(1)), text)


def string(text: str) -> str:
    """Return a FEEL string literal."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
