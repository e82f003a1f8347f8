"""Headers that keep pages safe in the browser: one strict policy for all of them."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

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


def secure(app: Flask) -> None:
    """Put the headers on every response of the application."""
    app.session_interface = CookieSessions()
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache" if g.get("viewer") else "no-cache"
    return response
