"""The inbox page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, get_args

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models.queries.inbox import LIGHTS, Filter, View, inbox, light_counts
from models.queries.notices import count_unread
from webapp import paging
from webapp.context import now, person, reading
from webapp.permissions import STAFF, may
from webapp.rendering.lamps import light_of
from webapp.stages import all_stages, stage_name

blueprint = Blueprint("inbox", __name__, template_folder="templates")

T = TypeVar("T")
U = TypeVar("U")

PAGE = 30
"""Rows of a page."""


@blueprint.get("/inbox")
@may(STAFF)
def index() -> ResponseReturnValue:
    """List the open work of this person and their units."""
    wanted = _wanted()
    scope = person().actor.scope
    with reading() as session:
        counts = light_counts(session, scope, now=now(), view=wanted.view)
        unread = count_unread(session, scope)
        page = inbox(
            session,
            scope,
            now=now(),
            wanted=wanted,
            after=paging.read_due(request.args.get("after", "")),
            limit=PAGE,
        )
    return render_template(
        "inbox/index.html",
        wanted=wanted,
        counts=counts,
        unread=unread,
        rows=[(row, light_of(row, row.place_id)) for row in page.rows],
        more=paging.write_due(page.more),
        stages=all_stages(),
        stage_name=stage_name,
        is_first_page=not request.args.get("after"),
    )


def _wanted() -> Filter:
    view, light = request.args.get("view", ""), request.args.get("light", "")
    return Filter(
        view=_one_of(view, get_args(View), "todo"),
        light=_one_of(light, LIGHTS, None),
        stage=request.args.get("stage", "")[:80],
        search=request.args.get("q", "")[:200],
    )


def _one_of(text: str, known: Sequence[T], default: U) -> T | U:
    return next((one for one in known if one == text), default)
