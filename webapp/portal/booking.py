"""Booking a case: the form, the answers to check, and sending them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from models.queries.portal import current_processes
from webapp.context import city, now, reading, viewer
from webapp.kept import sign_in_first
from webapp.language import gettext, say
from webapp.permissions import PUBLIC, may
from webapp.portal import drafts, receipts
from webapp.portal.blueprint import blueprint
from webapp.portal.drafts import CHANNEL, OWN_ENTRIES, SIGNED, TOKEN, Booking
from webapp.portal.start import VISITOR, Start, known_company, remember_company
from webapp.portal.summary import sections
from webapp.process_form import Turn, entries_only, read_turn
from webapp.rendering.forms import first_entries, page_of
from webapp.rendering.words import CHANNELS
from workflows.actions.cases import may_start, submit
from workflows.actions.drafts import begin_sending, end_sending
from workflows.actor import Actor
from workflows.errors import InvalidEntries, StepFailed

ON_BEHALF = tuple(key for key in CHANNELS if key != "online")
"""Ways by which a case reaches a window, which then enters it for the company."""


@blueprint.get("/book", endpoint="submit")
@may(PUBLIC)
def offered() -> ResponseReturnValue:
    """Offer what can be booked; where it is one thing, go there."""
    found = viewer()
    actor = found.actor if found is not None else VISITOR
    with reading() as session:
        processes = current_processes(session)
    definitions = [city().library.version(process.version_id) for process in processes]
    open_here = [one for one in definitions if one.bundle.start_form and may_start(one, actor)]
    if len(open_here) == 1:
        return redirect(url_for("portal.book", key=open_here[0].bundle.key))
    return render_template("portal/choose.html", offered=open_here)


@blueprint.get("/enter")
@may("clerk", "dispatcher")
def enter() -> ResponseReturnValue:
    """Lead a window to the form in which it enters a company's case."""
    return redirect(url_for("portal.submit"))


@blueprint.get("/book/<key>")
@may(PUBLIC)
def book(key: str) -> ResponseReturnValue:
    """Show the start form with what was typed before."""
    start = Start(key)
    booking = drafts.find(key)
    if booking is None:
        booking = drafts.fresh(key)
        booking.raw = first_entries(start.form, known_company(start))
    errors = start.clean(booking.raw).errors if request.args.get("mend") else {}
    return _form_page(start, booking, errors)


@blueprint.post("/book/<key>")
@may(PUBLIC)
def book_next(key: str) -> ResponseReturnValue:
    """Keep what was typed; go on to the check, or show the form again with what to mend."""
    if drafts.lost_its_person(key):
        return sign_in_first()
    start = Start(key)
    booking = drafts.find(key) or drafts.fresh(key)
    turn = _turn(start, booking)
    booking.keep()
    if request.form.get("_then") == "later":
        flash(gettext("Your entries are kept. You can close this page and go on later."), "good")
        return redirect(url_for("portal.book", key=key), 303)
    if not turn.sends:
        return _form_page(start, booking, turn.errors, 422 if turn.errors else 200)
    errors = start.clean(booking.raw).errors
    if errors:
        return _form_page(start, booking, errors, 422)
    return redirect(url_for("portal.check", key=key), 303)


@blueprint.post("/book/<key>/keep")
@may(PUBLIC)
def book_keep(key: str) -> ResponseReturnValue:
    """Keep what is being typed, while it is typed."""
    Start(key)
    booking = drafts.find(key) or drafts.fresh(key)
    booking.raw = {n: v for n, v in entries_only().items() if n not in OWN_ENTRIES}
    booking.channel = request.form.get(CHANNEL, "")
    booking.keep()
    return render_template("portal/kept_at.html")


@blueprint.post("/book/<key>/drop")
@may(PUBLIC)
def book_drop(key: str) -> ResponseReturnValue:
    """Begin again with an empty form."""
    booking = drafts.find(key)
    if booking is not None:
        booking.drop()
    flash(gettext("Your entries were deleted."), "good")
    return redirect(url_for("portal.book", key=key), 303)


@blueprint.get("/book/<key>/check")
@may(PUBLIC)
def check(key: str) -> ResponseReturnValue:
    """Show the answers once more before they are sent."""
    start = Start(key)
    booking = drafts.find(key)
    if booking is None:
        return redirect(url_for("portal.book", key=key))
    if start.clean(booking.raw).errors:
        return redirect(url_for("portal.book", key=key, mend=1))
    return _check_page(start, booking)


@blueprint.post("/book/<key>/check")
@may(PUBLIC)
def send(key: str) -> ResponseReturnValue:
    """Send the booking: make the case, then show the receipt."""
    start = Start(key)
    booking = drafts.find(key)
    if booking is None:
        return receipts.newest_for(key) or redirect(url_for("portal.book", key=key), 303)
    if receipts.known(booking.id):
        return redirect(url_for("portal.receipt", token=booking.id), 303)
    if not begin_sending(city(), booking.id, now=now()):
        return _under_way(key, booking)
    try:
        with _sending(booking):
            sent = submit(
                city(),
                _signed(start, booking),
                key,
                booking.raw,
                now=now(),
                owner=booking.owner,
                channel=_channel(start, booking),
            )
    except InvalidEntries:
        return redirect(url_for("portal.book", key=key, mend=1), 303)
    except StepFailed as failed:
        return make_response(_check_page(start, booking, problem=say(failed)), 500)
    # First of all the receipt: whatever fails after this, the number and the code are not lost.
    receipts.remember(booking.id, key, sent, for_company=not start.actor.is_staff)
    remember_company(start, booking)
    booking.drop()
    return redirect(url_for("portal.receipt", token=booking.id), 303)


def _turn(start: Start, booking: Booking) -> Turn:
    """Take what was posted into the booking."""
    turn = read_turn(start.form, booking.upload)
    booking.raw = {name: v for name, v in turn.raw.items() if name not in OWN_ENTRIES}
    booking.channel = request.form.get(CHANNEL, "")
    return turn


@contextmanager
def _sending(booking: Booking) -> Iterator[None]:
    """Free the booking again unless it was sent."""
    sent = False
    try:
        yield
        sent = True
    finally:
        if not sent:
            end_sending(city(), booking.id)


def _channel(start: Start, booking: Booking) -> str:
    """Return by which way the case came; only a window says that it was another one."""
    said = start.actor.is_staff and booking.channel in ON_BEHALF
    return booking.channel if said else "online"


def _under_way(key: str, booking: Booking) -> ResponseReturnValue:
    page = render_template("portal/under_way.html", key=key, token=booking.id)
    return make_response(page, 409)


def _check_page(start: Start, booking: Booking, problem: tuple[str, str] | None = None) -> str:
    typed = start.clean(booking.raw).values
    stored = start.form.to_json(typed)
    return render_template(
        "portal/check.html",
        start=start,
        booking=booking,
        sections=sections(start.form, stored, start.options, unanswered=True),
        files=booking.uploads(),
        problem=problem,
    )


def _signed(start: Start, booking: Booking) -> Actor:
    """Return who sends it; a visitor goes by the company's name."""
    if start.actor is not VISITOR:
        return start.actor
    column = start.definition.bundle.case_columns.get("enterprise", "")
    return Actor(name=(booking.raw.get(column) or [""])[0] or gettext("Company"))


def _form_page(
    start: Start, booking: Booking, errors: Mapping[str, str], status: int = 200
) -> Response:
    """Render the form with these entries."""
    page = page_of(start.form, booking.raw, options=start.options, context={}, errors=errors)
    html = render_template(
        "portal/book.html",
        start=start,
        booking=booking,
        page=page,
        grouped=any(node.kind == "group" for node in page.nodes),
        files=booking.uploads(),
        token=TOKEN,
        channels=ON_BEHALF if start.actor.is_staff else (),
        channel_entry=CHANNEL,
        signed_entry=SIGNED,
    )
    return make_response(html, status)
