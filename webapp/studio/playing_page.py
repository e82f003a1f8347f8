"""The page of a play: where it stands, what is chosen, and what may be done with the play."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for

from models.plays import Play
from models.queries.plays import plays_of
from models.queries.studio import list_drafts
from webapp.context import person, reading
from webapp.process_form import Turn
from webapp.rendering.words import named
from webapp.studio.playing_forms import Chosen, address, form_page, uploads
from webapp.studio.playing_view import EXTRA, PlayView, act_words
from webapp.studio.sources import Source, draft_label, source_of
from workflows.errors import NotFound
from workflows.plays.athand import AtHand
from workflows.plays.eligible import eligible

PLACES = ("city", "county")
"""Kinds of units that hold receptions."""
MOVERS = ("dispatcher", "supervisor", "leader", "head")
"""Roles that may suspend a case's clock or extend a time limit."""


def play_page(
    held: AtHand,
    view: PlayView,
    chosen: Chosen | None,
    turn: Turn | None,
    status: int = 200,
    problem: str = "",
) -> Response:
    """Return the page of a play, with the form of what is chosen.

    `turn` holds the entries so far, `problem` why what was sent could not be done.
    """
    with reading() as session:
        mine = plays_of(session, person().id, held.play.process_key)
        drafts = list_drafts(session, held.play.process_key)
    with held.table.city.database.reading() as session:
        movers = eligible(session, MOVERS, None) if view.case is not None else []
        form = form_page(held, chosen, turn) if chosen is not None and turn is not None else None
    source, changed = _now(held.play)
    html = render_template(
        "studio/play.html",
        view=view,
        play=held.play,
        source=source,
        changed=changed,
        chosen=chosen,
        form=form,
        problem=problem,
        mine=[one for one in mine if one.id != held.play.id],
        drafts=[(one.id, draft_label(one)) for one in drafts],
        movers=movers,
        session_places=[
            (one.key, named(one))
            for one in held.table.city.directory().all()
            if one.active and one.kind in PLACES
        ],
        extra=EXTRA,
        acts=[(act, act_words(act)) for act in view.acts],
        here=address(held, chosen) if chosen is not None else "",
        files=uploads(held, chosen.form) if chosen is not None else {},
        partial="HX-Request" in request.headers,
    )
    answer = make_response(html, status)
    if request.method == "POST" and chosen is not None:
        # What a form was sent to cannot be loaded again; the play with what is chosen can.
        key, play_id = held.play.process_key, held.play.id
        shown = url_for("studio.play", key=key, play_id=play_id, **chosen.query)
        answer.headers["HX-Replace-Url"] = shown
    return answer


def _now(found: Play) -> tuple[Source | None, bool]:
    """Return what a play was taken from, None where it is gone, and whether it has changed."""
    try:
        source = source_of(found.process_key, found.source)
    except NotFound:
        return None, False
    return source, source.checksum != found.checksum
