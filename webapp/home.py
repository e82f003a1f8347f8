"""The address that machines ask whether all is well; people start at the portal's front page."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from webapp.context import city
from webapp.permissions import FACELESS, may

blueprint = Blueprint("home", __name__)


@blueprint.get("/healthz")
@may(FACELESS)
def healthz() -> ResponseReturnValue:
    """Answer 200 when the database answers, else the error page's 503."""
    with city().database.reading() as session:
        session.execute(text("select 1"))
    return {"status": "ok"}
