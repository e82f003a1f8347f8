"""Words in Markdown, as forms and texts hold them: HTML inside is shown, never run."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def markdown(text: str) -> Markup:
    """Return the words as safe HTML."""
    return Markup(_reader.render(text))
