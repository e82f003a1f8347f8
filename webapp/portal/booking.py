"""Booking a case: the form, the answers to check, and sending them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from models.queries.booking import current_processes
from webapp.context import city, now, reading, viewer
from webapp.failures import step_words
from webapp.kept import sign_in_first
from webapp.language import gettext, say
from webapp.permissions import PUBLIC, may
from webapp.portal import drafts, receipts
from webapp.portal.blueprint import blueprint
from webapp.portal.drafts import CHANNEL, OWN_ENTRIES, SIGNED, TOKEN, Booking
from webapp.portal.limits import BOOKINGS
from webapp.portal.start import VISITOR, Start, known_company, remember_company
from webapp.portal.summary import sections
from webapp.process_form import Turn, entries_only, read_turn
from webapp.rendering.forms import first_entries, page_of
from webapp.rendering.words import CHANNELS
from webapp.sender import sender
from workflows.actions.cases import Submitted, may_start, submit
from workflows.actions.drafts import AlreadySent
from workflows.actions.starting import is_of_companies
from workflows.actions.tallies import TooMany, give_back, require
from workflows.actor import Actor
from workflows.errors import Busy, InvalidEntries, StepFailed

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
    # What companies themselves may bring stands first, what only the city begins below it.
    open_here.sort(key=lambda one: "enterprise" not in one.bundle.started_by)
    return render_template("portal/choose.html", offered=open_here)


@blueprint.get("/enter")
@may("clerk", "dispatcher", "handler", "head", "leader", "supervisor")
def enter() -> ResponseReturnValue:
    """Lead staff to what they may begin: a company's case, a visit, a theme."""
    return redirect(url_for("portal.submit"))


@blueprint.get("/book/<key>")
@may(PUBLIC)
def book(key: str) -> ResponseReturnValue:
    """Show the start form with what was typed before."""
    start = Start(key)
    booking = drafts.find(key)
    if booking is None:
        if (way := _answer_that_was_lost(key)) is not None:
            return way
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
        return _answer_that_was_lost(key) or redirect(url_for("portal.book", key=key))
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
        return receipts.sent_before(key) or redirect(url_for("portal.book", key=key), 303)
    try:
        with _counted():
            sent = _submit(start, booking)
    except AlreadySent as before:
        if not is_of_companies(start.definition):
            return redirect(url_for("cases.show", case_id=before.case_id), 303)
        return receipts.sent_before(key) or _under_way(key, booking)
    except Busy:
        return _under_way(key, booking)
    except InvalidEntries:
        return redirect(url_for("portal.book", key=key, mend=1), 303)
    except (StepFailed, TooMany) as failed:
        status = 429 if isinstance(failed, TooMany) else 500
        return make_response(_check_page(start, booking, problem=_said(failed)), status)
    if not is_of_companies(start.definition):
        drafts.put_away(booking.id)
        flash(gettext("Entered as %(number)s.", number=sent.number), "good")
        return redirect(url_for("cases.show", case_id=sent.case_id), 303)
    receipts.remember(booking.id, key, sent, for_company=not start.actor.is_staff)
    remember_company(start, booking)
    drafts.put_away(booking.id)
    return redirect(url_for("portal.receipt", token=booking.id), 303)


def _submit(start: Start, booking: Booking) -> Submitted:
    """Make the case; in the same transaction the draft becomes the way to its receipt."""
    return submit(
        city(),
        _signed(start, booking),
        start.key,
        booking.raw,
        now=now(),
        owner=booking.owner,
        channel=_channel(start, booking),
        draft_id=booking.id,
        code=receipts.code_for(booking.id),
    )


def _said(failed: StepFailed | TooMany) -> tuple[str, str]:
    return step_words(failed) if isinstance(failed, StepFailed) else say(failed)


@contextmanager
def _counted() -> Iterator[None]:
    """Count a case sent without an account; TooMany. What was not sent does not count."""
    if viewer() is not None:
        yield
        return
    require(city(), BOOKINGS, sender(), now=now())
    try:
        yield
    except Exception:
        give_back(city(), BOOKINGS, sender())
        raise


def _turn(start: Start, booking: Booking) -> Turn:
    """Take what was posted into the booking."""
    turn = read_turn(start.form, booking.upload)
    booking.raw = {name: v for name, v in turn.raw.items() if name not in OWN_ENTRIES}
    booking.channel = request.form.get(CHANNEL, "")
    return turn


def _on_behalf(start: Start) -> bool:
    """Whether staff enter for a company what it brings; the city begins its own work itself."""
    return start.actor.is_staff and "enterprise" in start.definition.bundle.started_by


def _channel(start: Start, booking: Booking) -> str:
    """Return by which way the case came; only a window says that it was another one."""
    said = _on_behalf(start) and booking.channel in ON_BEHALF
    return booking.channel if said else "online"


def _answer_that_was_lost(key: str) -> ResponseReturnValue | None:
    """Return the way to the receipt where this browser has sent the booking and read no answer."""
    with reading() as session:
        lost = drafts.sent(session, key)
    return receipts.sent_before(key) if lost is not None else None


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
        channels=ON_BEHALF if _on_behalf(start) else (),
        channel_entry=CHANNEL,
        signed_entry=SIGNED,
    )
    return make_response(html, status)
