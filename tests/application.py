"""The pages under the tests: one application a worker, lent to each test with its own city."""

from __future__ import annotations

from typing import Any

from flask import Flask

from webapp.app import create_app
from workflows.city import City

LAID_WITH = frozenset({"TRUSTED_PROXIES"})
"""Settings that are read when an application is laid; a test of these makes its own."""

_LAID: list[tuple[Flask, dict[str, Any]]] = []
"""This worker's application, and the settings that it was laid with."""


def application(city: City, **config: Any) -> Flask:
    """Return the application for `city` with these settings beside the product's own.

    Laying its routes and compiling its templates takes most of a second, so the tests of a worker
    share one. What a test before has set is gone.
    """
    own = LAID_WITH & config.keys()
    if own:
        raise ValueError(f"{', '.join(own)} cannot be changed later: call create_app")
    if not _LAID:
        first = create_app(city, {"SECRET_KEY": ""})
        _LAID.append((first, dict(first.config)))
    app, settings = _LAID[0]
    app.config.clear()
    app.config.update(settings)
    app.config.update({"SECRET_KEY": "of tests", **config})
    app.extensions["city"] = city
    return app
