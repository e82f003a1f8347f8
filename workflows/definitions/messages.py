"""What a form says about an entry: an English message id with its parameters."""

from __future__ import annotations

from typing import Any


class Message(str):
    """A message id (gettext style, `%(name)s`) that carries its parameters.

    It is a string, so it can be stored and compared as the id; the pages
    translate it with `gettext(message, **message.params)`.
    """

    params: dict[str, Any]

    def __new__(cls, text: str, **params: Any) -> Message:
        """Return the message `text`, to be filled in with `params`."""
        made = super().__new__(cls, text)
        made.params = params
        return made

    def text(self) -> str:
        """Return the message in English, filled in."""
        return str(self) % self.params if self.params else str(self)
