"""What keeps pages and entries safe: one strict policy of headers, no zero bytes in entries."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
STYLES = "style-src 'self';"
STYLES_OF_SCRIPTS = "style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline';"
"""What editors need that make their own style sheets while they run; scripts stay as strict."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class CookieSessions(SecureCookieSessionInterface):
    """Signed cookies that are sent over HTTPS only wherever the page itself came over HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Return whether this response's cookie carries the Secure mark."""
        return request.is_secure


class _PlainEntries(ImmutableMultiDict[str, Any]):
    """Entries without zero bytes: no keyboard types them, and PostgreSQL keeps none."""

    def __init__(self, mapping: Any = None) -> None:
        sent = MultiDict[str, Any](mapping).items(multi=True)
        super().__init__([(_plain(key), _plain(value)) for key, value in sent])


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


class PlainRequest(Request):
    """A request whose entries hold text that can be kept."""

    parameter_storage_class = _PlainEntries

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Return the JSON that was sent; one that is nested without end is a bad request too."""
        try:
            return super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError:
            if silent:
                return None
            return self.on_json_loading_failed(ValueError("nested too deeply"))


def secure(app: Flask) -> None:
    """Put the headers on every response of the application."""
    app.request_class = PlainRequest
    app.session_interface = CookieSessions()
    app.after_request(_add_headers)


def style_nonce() -> str:
    """Return the word that lets this one page's scripts add style sheets."""
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    return str(g.style_nonce)


def _policy() -> str:
    if "style_nonce" not in g:
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY.replace(STYLES, STYLES_OF_SCRIPTS.format(nonce=g.style_nonce))


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _policy())
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    # Also without an account a page may be somebody's own: a receipt, a case opened by its code.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    # Of some addresses a script asks for a part: going back must not show it as the page.
    response.vary.add("HX-Request")
    return response
