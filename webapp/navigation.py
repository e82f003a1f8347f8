"""Where people can go from every page, by role, and where they land after signing in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext

from webapp.identity import SignedIn
from webapp.permissions import permission_of


@dataclass(frozen=True, kw_only=True)
class Place:
    """An entry of the main navigation; `section` is the blueprint that it opens."""

    endpoint: str
    label: str
    icon: str
    section: str


STAFF_PLACES = (
    Place(endpoint="inbox.index", label=lazy_gettext("Inbox"), icon="inbox", section="inbox"),
    Place(endpoint="cases.index", label=lazy_gettext("Cases"), icon="cases", section="cases"),
    Place(
        endpoint="reception.index",
        label=lazy_gettext("Receptions"),
        icon="reception",
        section="reception",
    ),
    Place(
        endpoint="supervision.index",
        label=lazy_gettext("Supervision"),
        icon="supervision",
        section="supervision",
    ),
    Place(
        endpoint="statistics.index",
        label=lazy_gettext("Statistics"),
        icon="statistics",
        section="statistics",
    ),
    Place(endpoint="audit.index", label=lazy_gettext("Audit"), icon="audit", section="audit"),
    Place(
        endpoint="studio.index", label=lazy_gettext("Processes"), icon="process", section="studio"
    ),
    Place(endpoint="portal.enter", label=lazy_gettext("New"), icon="new", section="portal"),
)
ENTERPRISE_PLACES = (
    Place(endpoint="portal.home", label=lazy_gettext("My cases"), icon="cases", section="portal"),
    Place(
        endpoint="messages.index", label=lazy_gettext("Messages"), icon="inbox", section="messages"
    ),
    Place(endpoint="portal.submit", label=lazy_gettext("New case"), icon="new", section="portal"),
)


SECTIONS = {"tasks": "inbox", "calendars": "reception", "repair": "studio"}
"""Blueprints whose pages belong to another one's entry of the navigation."""
HOMES = {
    "clerk": "portal.enter",
    "process_admin": "studio.index",
    "system_admin": "reception.index",
}
"""Where those start who have no inbox to work through: by their one role."""
BEGINNINGS = {"portal.submit", "portal.enter", "portal.book", "portal.book_next", "portal.check"}
"""Pages on which something new is begun, by companies and by staff."""


def use_navigation(app: Flask) -> None:
    """Give templates `places()` and `home_address()`."""
    app.jinja_env.globals.update(places=places, home_address=home_address, is_here=is_here)


def places() -> list[Place]:
    """Return the navigation of this request's person; empty for visitors."""
    viewer: SignedIn | None = g.get("viewer")
    if viewer is None:
        return []
    offered = STAFF_PLACES if viewer.is_staff else ENTERPRISE_PLACES
    return [place for place in offered if _open_to(place.endpoint, viewer)]


def home_of(viewer: SignedIn | None) -> str:
    """Return the address where this person starts."""
    if viewer is None:
        return url_for("portal.front")
    if viewer.is_staff:
        own = HOMES.get("".join(viewer.roles)) if len(viewer.roles) == 1 else None
        if own is not None and _open_to(own, viewer):
            return url_for(own)
        watches = viewer.roles & {"supervisor", "leader"}
        works = viewer.roles - {"supervisor", "leader", "auditor", "inspector"}
        if watches and not works:
            return url_for("supervision.index")
        return url_for("inbox.index") if works else url_for("cases.index")
    return url_for("portal.home")


def home_address() -> str:
    """Return the same for the person of this request."""
    return home_of(g.get("viewer"))


def is_here(place: Place) -> bool:
    """Tell whether the current page belongs to this entry of the navigation."""
    if place.section == "portal":
        here = request.endpoint
        return here == place.endpoint or (here in BEGINNINGS and place.endpoint in BEGINNINGS)
    return SECTIONS.get(request.blueprint or "", request.blueprint) == place.section


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _open_to(endpoint: str, viewer: SignedIn) -> bool:
    return _exists(endpoint) and permission_of(current_app, endpoint).admits(viewer)
