"""Entries that must not be lost: what was typed into a form that could not be taken yet."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.process_form import BUTTONS, CONTROLS, WORDS

PREFIX = "kept:"
"""Before the names of entries that a sign-in form carries along."""
NEVER_KEPT = ("csrf_token", "password", "old", "new", "again")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A form that was sent to `address`, and the names of files that have to be chosen again."""

    address: str
    entries: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def visible(self) -> tuple[tuple[str, str], ...]:
        """The entries that a person typed, for showing them, under the words of their form."""
        words = _words(dict(self.entries).get(WORDS, ""))
        shown = []
        for name, value in self.entries:
            if value.strip() and name not in (*CONTROLS, *BUTTONS):
                label, options = words.get(name, (name, {}))
                shown.append((label, options.get(value, value)))
        return tuple(shown)


def kept_from_request() -> Kept:
    """Return what this POST brought, without passwords and tokens."""
    uploads = [file.filename for file in request.files.values() if file.filename]
    address = request.full_path if request.query_string else request.path
    return Kept(address=address, entries=_entries(request.form), files=tuple(uploads))


def kept_through_sign_in() -> Kept | None:
    """Return the entries that the sign-in form carried along, if it did."""
    address = request.form.get("kept_address", "")
    if not is_local(address):
        return None
    carried = MultiDict(
        (name.removeprefix(PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(PREFIX)
    )
    return Kept(address=address, entries=_entries(carried))


def sign_in_first() -> ResponseReturnValue:
    """Answer somebody who is not signed in; a form that was sent is kept over the sign-in."""
    if request.method == "GET":
        had_session = "signed_in_at" in session
        here = request.full_path if request.query_string else request.path
        return redirect(url_for("accounts.sign_in", next=here, ended=had_session or None))
    page = render_template("accounts/sign_in.html", kept=kept_from_request(), ended=True)
    return whole_page(make_response(page, 401))


def send_again(kept: Kept, status: int = 200) -> Response:
    """Show the kept entries with a button that sends them with a fresh token."""
    page = render_template("failures/send_again.html", kept=kept, form_address=kept.address)
    return whole_page(make_response(page, status))


def whole_page(response: Response) -> Response:
    """Let a partial request show this page as a whole."""
    if request.headers.get("HX-Request"):
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reselect"] = "body > *"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def is_local(address: str) -> bool:
    """Tell whether an address stays within this application.

    Browsers read a backslash as a slash and pass over tabs and line breaks.
    """
    plain = address.isprintable() and "\\" not in address
    return plain and address.startswith("/") and not address.startswith("//")


def _words(carried: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what a form called its entries; nothing if what came back is not what was sent."""
    try:
        found = json.loads(carried)
        return {name: (str(label), dict(options)) for name, (label, options) in found.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _entries(form: MultiDict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in form.items(multi=True) if name not in NEVER_KEPT)
