"""Who may use which route: stated on each view, enforced before it, listed by a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.identity import SignedIn
from webapp.kept import sign_in_first
from workflows.errors import NotAllowed

P = ParamSpec("P")
R = TypeVar("R")

FACELESS = "faceless"
"""Everybody, and nobody looks who it is: built files, the health check."""
PUBLIC = "public"
"""Everybody, signed in or not."""
SIGNED_IN = "signed_in"
"""Everybody with an account."""
STAFF = "staff"
"""Everybody with a position in a unit, whatever the role."""
ENTERPRISE = "enterprise"
"""Contacts of an enterprise."""


@dataclass(frozen=True)
class Permission:
    """Who may use a view: one of the audiences, or any of some roles."""

    who: frozenset[str]

    def admits(self, user: SignedIn | None) -> bool:
        """Tell whether this person (None: nobody signed in) may use the view."""
        if self.who & {FACELESS, PUBLIC}:
            return True
        if user is None:
            return False
        if SIGNED_IN in self.who or (STAFF in self.who and user.is_staff):
            return True
        return bool(self.who & user.roles)

    def __str__(self) -> str:
        return ", ".join(sorted(self.who))


def may(*who: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """State who may use a view; an audience from above or role keys."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.permission = Permission(frozenset(who))  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> Permission:
    """Return the permission that the endpoint's view states; LookupError if it states none."""
    view = app.view_functions[endpoint]
    permission = getattr(view, "permission", None)
    if not isinstance(permission, Permission):
        raise LookupError(f"The view {endpoint} does not say who may use it (permissions.may).")
    return permission


def enforce(app: Flask) -> None:
    """Check all routes once at start, and each request before its view runs."""
    for rule in app.url_map.iter_rules():
        permission_of(app, rule.endpoint)
    app.before_request(_look_at_request)


def _look_at_request() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    permission = permission_of(current_app, request.endpoint)
    if FACELESS in permission.who:
        return None
    g.viewer = viewer = _signed_in()
    if permission.admits(viewer):
        return None
    if viewer is None:
        return sign_in_first()
    raise NotAllowed


def _signed_in() -> SignedIn | None:
    user = current_user._get_current_object()
    return user if isinstance(user, SignedIn) else None
