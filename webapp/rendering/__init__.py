"""How values become HTML: forms, lamps, dates, words for keys."""

from __future__ import annotations

from flask import Flask

from webapp.rendering import dates, lamps, words
from webapp.rendering.markdown import markdown


def use_rendering(app: Flask) -> None:
    """Give templates the filters for dates and sizes, the lamps and the words for keys."""
    app.jinja_env.filters.update(
        clock=dates.clock,
        day=dates.day,
        moment=dates.moment,
        short_day=dates.short_day,
        filesize=dates.filesize,
        markdown=markdown,
        named=words.named,
    )
    app.jinja_env.globals.update(
        lamp_parts=lamps.parts,
        place_of=words.place_of,
        role_name=words.role_name,
        case_state=words.case_state,
        case_chip=words.case_chip,
        session_state=words.session_state,
        unit_name=words.unit_name,
        city_name=words.city_name,
        column_words=words.column_words,
        channel_name=words.channel_name,
        level_name=words.level_name,
    )
