"""What is said to people: an English message id with its parameters, in whatever language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Translate = Callable[[str], str]
"""Message id -> the same in another language, its gaps still open."""


class Message(str):
    """A message id (gettext style, `%(name)s`) that carries its parameters.

    It is a string, so it can be stored and compared as the id; the pages
    translate it with `gettext(message, **message.params)`. Parameters may be messages
    themselves, or tuples of them: then `spoken` says the whole.
    """

    params: dict[str, Any]

    def __new__(cls, text: str, /, **params: Any) -> Message:
        """Return the message `text`, to be filled in with `params`."""
        made = super().__new__(cls, text)
        made.params = params
        return made

    def text(self) -> str:
        """Return the message in English, filled in."""
        return spoken(self, str)


_AND = Message("; ")


def spoken(text: str, translate: Translate) -> str:
    """Return a message in words, those inside it too; what is no message stays as it is."""
    if not isinstance(text, Message):
        return text
    said = translate(str(text))
    filled = {name: _filled(value, translate) for name, value in text.params.items()}
    return said % filled if filled else said


def _filled(value: object, translate: Translate) -> object:
    if isinstance(value, Message):
        return spoken(value, translate)
    if isinstance(value, tuple):
        return translate(str(_AND)).join(spoken(one, translate) for one in value)
    return value


def in_english(text: str) -> str:
    """Return a text in English, whether it is a message or not."""
    return spoken(text, str)


def as_data(text: object) -> object:
    """Return a message as plain values that JSON can hold; `from_data` makes it again."""
    if isinstance(text, Message):
        return {"say": str(text), "with": {k: as_data(v) for k, v in text.params.items()}}
    if isinstance(text, tuple):
        return [as_data(one) for one in text]
    return text


def from_data(data: object) -> Any:
    """Return the message, text or tuple of messages that `as_data` has made plain."""
    if isinstance(data, dict):
        id_, params = data["say"], {k: from_data(v) for k, v in data["with"].items()}
        return Message(id_, **params)
    if isinstance(data, list):
        return tuple(from_data(one) for one in data)
    return data
