"""Lamps: colour, shape, words and number of a deadline's light."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol

from webapp.context import city, now
from webapp.language import language
from workflows.lights import Light, light

NUMBER = re.compile(r"\d+")


class Timed(Protocol):
    """Anything with a due time: a row of the inbox, an open task."""

    @property
    def due_at(self) -> datetime | None:
        """When it is due."""

    @property
    def warn_at(self) -> datetime | None:
        """From when it shows yellow."""

    @property
    def paused_at(self) -> datetime | None:
        """Since when its clock stands still."""


def light_of(timed: Timed, place_id: int | None) -> Light | None:
    """Return the light of something timed, its days counted in a place's calendar."""
    if timed.due_at is None:
        return None
    calendar = city().calendar(place_id)
    return light(timed.due_at, timed.warn_at, timed.paused_at, now(), calendar)


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
