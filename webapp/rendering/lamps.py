"""Lamps: colour, shape, words and number of a deadline's light."""

from __future__ import annotations

import re

from webapp.language import language
from workflows.lights import Light

NUMBER = re.compile(r"\d+")


def words(light: Light) -> str:
    """Return the words beside the lamp in the reader's language."""
    return light.words(language())


def parts(light: Light) -> tuple[str, str, str]:
    """Return the words before the number, the number, and the words after it."""
    text = words(light)
    found = NUMBER.search(text)
    if found is None:
        return text, "", ""
    return text[: found.start()], found.group(), text[found.end() :]
