"""A message that is being written: its form, what was typed so far, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from flask import flash, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from models.queries.cases import CaseRow, read_case
from models.queries.drafts import read_draft, read_uploads
from models.queries.messages import Message, is_wait_seen, message_at_hand
from webapp.context import city, now, reading
from webapp.kept import kept_from_request, whole_page
from webapp.language import ENGLISH, gettext, language
from webapp.process_form import Keep, Turn, entries_only, read_turn
from webapp.rendering.forms import first_entries, page_of
from workflows import files, options
from workflows.actions import drafts
from workflows.actions.messages import Sent, send
from workflows.actor import Actor
from workflows.definitions.forms import OUTCOME, Form
from workflows.errors import AlreadyDone, InvalidEntries, NotAllowed, NotFound

NO_FORM = Form(id="", components=())
"""For a message that asks for nothing but to be sent."""


@dataclass(frozen=True, kw_only=True)
class Around:
    """Where the page of a message stands: its own address, and where one comes from."""

    here: str
    back: str
    back_label: str

    @property
    def keep(self) -> str:
        """Where what is being typed is kept."""
        return f"{self.here}/keep"


@dataclass(kw_only=True)
class Sending:
    """A message that somebody may send, with everything that its page needs."""

    actor: Actor
    case: CaseRow
    message: Message
    around: Around

    @cached_property
    def form(self) -> Form:
        """The message's form, an empty one for a message without."""
        definition = city().library.version(self.case.version_id)
        return definition.form(self.message.form) if self.message.form else NO_FORM

    @property
    def name(self) -> str:
        """What sending it is called, in the reader's language."""
        return name_of(self.message)

    @property
    def sentence(self) -> str:
        """What will happen, in the reader's language."""
        return sentence_of(self.message)

    @cached_property
    def draft_id(self) -> UUID:
        """Under which what this sender types is kept: two people never overwrite each other."""
        sender = self.actor.person_id or f"case {self.actor.case_id}"
        return uuid5(self.message.id, str(sender))

    @property
    def owner(self) -> str:
        """The token under which this message's uploads are kept."""
        return f"message:{self.draft_id}"

    def upload(self, name: str, content: bytes) -> UUID:
        """Keep an upload for this message."""
        return files.store(
            city(),
            owner=self.owner,
            name=name,
            content=content,
            now=now(),
            uploaded_by=self.actor.name,
        )

    def entries(self) -> dict[str, list[str]]:
        """Return what was typed before, else what the form starts with.

        Only readonly fields show earlier values: who speaks begins with an empty page.
        """
        with reading() as session:
            row = read_draft(session, self._purpose, draft_id=self.draft_id)
        if row is not None:
            return {name: [str(one) for one in values] for name, values in row.values.items()}
        shown = {one.key for one in self.form.fields if one.readonly or one.disabled}
        earlier = {key: value for key, value in self._facts.items() if key in shown}
        return first_entries(self.form, earlier, self.actor.name)

    def keep(self, raw: Mapping[str, list[str]]) -> None:
        """Keep what was typed."""
        drafts.keep_draft(
            city(),
            self.draft_id,
            self._purpose,
            raw,
            person_id=self.actor.person_id,
            now=now(),
        )

    def page(self, turn: Turn, status: int = 200) -> Response:
        """Render the message with these entries."""
        with reading() as session:
            page = page_of(
                self.form,
                turn.raw,
                options=self._options(session),
                context=self._facts,
                errors=turn.errors,
                opened=turn.opened,
            )
            uploads = {str(row.id): row for row in read_uploads(session, self.owner)}
        html = render_template("sending/show.html", sending=self, page=page, files=uploads)
        return make_response(html, status)

    def send(self, raw: Mapping[str, list[str]]) -> Sent:
        """Send the message and forget what was kept of it."""
        sent = send(city(), self.actor, self.message.id, raw, now=now(), owner=self.owner)
        drafts.drop_draft(city(), self.draft_id)
        return sent

    @property
    def _purpose(self) -> str:
        return f"{drafts.MESSAGE}{self.message.id}"

    @cached_property
    def _facts(self) -> Mapping[str, Any]:
        return city().library.version(self.case.version_id).typed(self.case.facts)

    def _options(self, session: Session) -> options.Options:
        return options.for_form(city(), session, self.form, case=self.case, actor=self.actor)


def name_of(message: Message) -> str:
    """Return what sending a message is called, in the reader's language."""
    return (message.name_en if language() == ENGLISH else "") or message.name


def sentence_of(message: Message) -> str:
    """Return what sending a message leads to, in the reader's language."""
    return (message.sentence_en if language() == ENGLISH else "") or message.sentence


def case_of_message(actor: Actor, wait_id: UUID) -> tuple[CaseRow, Message]:
    """Return a message with its case; NotAllowed where the reader sees it but may not send it."""
    with reading() as session:
        message = message_at_hand(session, actor.scope, wait_id)
        if message is None:
            raise NotAllowed if is_wait_seen(session, actor.scope, wait_id) else NotFound
        case = read_case(session, actor.scope, case_id=message.case_id)
    if case is None:
        raise NotFound
    return case, message


def show(sending: Sending) -> ResponseReturnValue:
    """Show the page on which a message is written."""
    if sending.message.ended_at is not None:
        return _over(sending)
    return sending.page(Turn(raw=sending.entries(), sends=False))


def keep(sending: Sending) -> ResponseReturnValue:
    """Keep what is being typed."""
    if sending.message.ended_at is not None:
        raise NotFound
    sending.keep(entries_only())
    return render_template("sending/kept.html")


def answer(sending: Sending, upload: Keep | None = None) -> ResponseReturnValue:
    """Take the form: show it again, or send the message."""
    if sending.message.ended_at is not None:
        return _over(sending)
    turn = read_turn(sending.form, upload or sending.upload)
    turn.start_with(sending.form, first_entries(sending.form, {}, sending.actor.name))
    # Kept before anything can go wrong: whatever happens now, the page shows it again.
    sending.keep({name: values for name, values in turn.raw.items() if name != OUTCOME})
    if not turn.sends:
        return sending.page(turn, 422 if turn.errors else 200)
    try:
        sent = sending.send(turn.raw)
    except InvalidEntries as invalid:
        turn.errors = invalid.errors
        return sending.page(turn, 422)
    except AlreadyDone:
        return _over(sending)
    flash(_done(sending, sent), "good")
    return redirect(sending.around.back, 303)


def _done(sending: Sending, sent: Sent) -> Markup:
    opened = "、".join(dict.fromkeys(sent.opened))
    after = gettext("Next: %(tasks)s.", tasks=opened) if opened else ""
    if sent.ended:
        after = gettext("The case has ended here.")
    what = gettext("“%(task)s” was sent.", task=sending.name) + " "
    return Markup("<strong>{}</strong>{}").format(what, after)


def _over(sending: Sending) -> Response:
    """Say that it is no longer possible, and show what this person had entered."""
    page = render_template("sending/over.html", sending=sending, kept=kept_from_request())
    return whole_page(make_response(page, 409))
