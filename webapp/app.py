"""The web application: one city's pages, put together from its blueprints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    accounts,
    audit,
    calendars,
    cases,
    home,
    inbox,
    messages,
    portal,
    reception,
    repair,
    statistics,
    studio,
    supervision,
    tasks,
)
from webapp.assets import use_assets
from webapp.catalogues import compile_stale
from webapp.context import now, wall_clock
from webapp.failures import use_failures
from webapp.identity import use_identity
from webapp.language import use_languages
from webapp.navigation import use_navigation
from webapp.permissions import enforce
from webapp.rendering import use_rendering
from webapp.rendering.templates import Pages
from webapp.security import secure
from workflows.city import City

MEGABYTE = 1024 * 1024

DEFAULTS: dict[str, Any] = {
    "CITY_NAME": "",
    "HOTLINE": "12345",
    "NOW": wall_clock,
    "TRUSTED_PROXIES": 0,
    "MAX_CONTENT_LENGTH": 64 * MEGABYTE,
    "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
    "MAX_FORM_PARTS": 2000,
    "SESSION_COOKIE_NAME": "throughtrain",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    # A form stays valid as long as the session: what somebody typed for two hours must go through.
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_CHECK_DEFAULT": True,
}
BLUEPRINTS = (
    home.blueprint,
    accounts.blueprint,
    portal.blueprint,
    inbox.blueprint,
    messages.blueprint,
    tasks.blueprint,
    cases.blueprint,
    reception.blueprint,
    calendars.blueprint,
    supervision.blueprint,
    statistics.blueprint,
    audit.blueprint,
    studio.blueprint,
    repair.blueprint,
)


def create_app(city: City, config: Mapping[str, Any]) -> Flask:
    """Return the application for one city.

    `config` must hold SECRET_KEY; it may hold CITY_NAME, HOTLINE, NOW (a clock: a function that
    returns an aware UTC time), TRUSTED_PROXIES (how many reverse proxies stand in front) and any
    setting of Flask. Raises LookupError when a route does not state who may use it.
    """
    app = Pages(__name__, static_folder=None)
    app.config.update(DEFAULTS)
    app.config.update(config)
    app.extensions["city"] = city
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    compile_stale()
    use_identity(app)
    use_languages(app)
    use_assets(app)
    use_rendering(app)
    use_navigation(app)
    secure(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # Permissions come before the token: somebody whose session ended is asked to sign in.
    enforce(app)
    CSRFProtect(app)
    use_failures(app)
    app.context_processor(_given_to_templates)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _given_to_templates() -> dict[str, Any]:
    return {"viewer": g.get("viewer"), "now": now}
