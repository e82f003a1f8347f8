"""The start address, and the one that machines ask whether all is well."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from webapp.context import city, viewer
from webapp.navigation import home_of
from webapp.permissions import FACELESS, PUBLIC, may

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@may(PUBLIC)
def index() -> ResponseReturnValue:
    """Go where this person starts."""
    return redirect(home_of(viewer()))


@blueprint.get("/healthz")
@may(FACELESS)
def healthz() -> ResponseReturnValue:
    """Answer 200 when the database answers, else the error page's 503."""
    with city().database.reading() as session:
        session.execute(text("select 1"))
    return {"status": "ok"}
