"""The page of the audit trail, and the same as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from models.queries.audit import AuditFilter, audit_lines
from webapp import paging
from webapp.audit.sheet import sheet
from webapp.audit.telling import told
from webapp.audit.words import ACTIONS, GROUPS
from webapp.context import now, person, reading
from webapp.language import gettext
from webapp.permissions import may
from workflows.worktime import ZONE, local_day

blueprint = Blueprint("audit", __name__, template_folder="templates", url_prefix="/audit")

PAGE = 30
MOST = 5000
"""Lines of a file."""
ROLES = ("auditor", "system_admin")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The filter as it stands in the address and in the form; what is spoilt is left out."""

    who: str
    kind: str
    number: str
    since: str
    until: str

    def arguments(self) -> dict[str, str]:
        """Return what is asked for as arguments of an address."""
        return {key: value for key, value in vars(self).items() if value}

    def wanted(self) -> AuditFilter:
        """Return what to look for: days are the city's, the last one counts whole."""
        group = GROUPS.get(self.kind)
        return AuditFilter(
            who=self.who,
            actions=tuple(group[1]) if group else ((self.kind,) if self.kind else ()),
            number=self.number,
            since=_begin(self.since, 0),
            until=_begin(self.until, 1),
        )


@blueprint.get("/")
@may(*ROLES)
def index() -> ResponseReturnValue:
    """Show who did what, newest first, and whether each line is as it was written."""
    asked = _asked()
    after = paging.read_newest(request.args.get("after", ""))
    with reading() as session:
        scope = person().actor.scope
        lines, more = audit_lines(session, scope, asked.wanted(), after=after, limit=PAGE)
        rows = told(session, lines)
    return render_template(
        "audit/index.html",
        rows=rows,
        spoilt=sum(not row.whole for row in rows),
        more=paging.write_newest(more),
        asked=asked,
        arguments=asked.arguments(),
        groups=GROUPS,
        most=MOST,
        is_first_page=not request.args.get("after"),
    )


@blueprint.get("/trail.csv")
@may(*ROLES)
def download() -> ResponseReturnValue:
    """Hand out what the filter shows, the newest lines first, as many as a file holds."""
    with reading() as session:
        scope = person().actor.scope
        lines, more = audit_lines(session, scope, _asked().wanted(), limit=MOST)
        rows = told(session, lines)
    cut = gettext("There are more: choose fewer days for a whole file.") if more else ""
    response = Response(sheet(rows, cut), mimetype="text/csv")
    name = f"audit-{local_day(now()):%Y%m%d}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _asked() -> Asked:
    kind = request.args.get("kind", "")
    return Asked(
        who=_text("who"),
        kind=kind if kind in ACTIONS or kind in GROUPS else "",
        number=_text("number"),
        since=_day("since"),
        until=_day("until"),
    )


def _text(name: str) -> str:
    # A zero byte cannot be asked of the database.
    return request.args.get(name, "").replace("\0", "").strip()[:80]


def _day(name: str) -> str:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _begin(day: str, later: int) -> datetime | None:
    """Return the begin of a day in the city, or of one some days later; None without a day."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=later), time(), ZONE)
    except OverflowError:
        return None
