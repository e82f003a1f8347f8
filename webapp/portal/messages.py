"""What the company may do with its case at any time: withdraw it, object, ask for something."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from webapp import sending
from webapp.language import gettext
from webapp.permissions import ENTERPRISE, PUBLIC, may
from webapp.portal.blueprint import blueprint
from webapp.portal.holder import Reader, company_reader, holder_of
from webapp.portal.limits import require_room
from workflows.lookup import clean_number


@blueprint.get("/my/messages/<uuid:wait_id>")
@may(ENTERPRISE)
def my_message(wait_id: UUID) -> ResponseReturnValue:
    """Show the page to the signed-in company."""
    return sending.show(_sending(company_reader(), wait_id))


@blueprint.post("/my/messages/<uuid:wait_id>")
@may(ENTERPRISE)
def my_message_sent(wait_id: UUID) -> ResponseReturnValue:
    """Do it, or show its form again."""
    return _answer(_sending(company_reader(), wait_id))


@blueprint.post("/my/messages/<uuid:wait_id>/keep")
@may(ENTERPRISE)
def my_message_keep(wait_id: UUID) -> ResponseReturnValue:
    """Keep what is being typed."""
    return sending.keep(_sending(company_reader(), wait_id))


@blueprint.get("/status/<number>/messages/<uuid:wait_id>")
@may(PUBLIC)
def held_message(number: str, wait_id: UUID) -> ResponseReturnValue:
    """Show the page to the holder of the case's code."""
    reader = holder_of(clean_number(number))
    return sending.show(_sending(reader, wait_id)) if reader else _code_first(number)


@blueprint.post("/status/<number>/messages/<uuid:wait_id>")
@may(PUBLIC)
def held_message_sent(number: str, wait_id: UUID) -> ResponseReturnValue:
    """Do it for the holder of the case's code, or show its form again."""
    reader = holder_of(clean_number(number))
    return _answer(_sending(reader, wait_id)) if reader else _code_first(number)


@blueprint.post("/status/<number>/messages/<uuid:wait_id>/keep")
@may(PUBLIC)
def held_message_keep(number: str, wait_id: UUID) -> ResponseReturnValue:
    """Keep what is being typed."""
    reader = holder_of(clean_number(number))
    return sending.keep(_sending(reader, wait_id)) if reader else _code_first(number)


def _code_first(number: str) -> ResponseReturnValue:
    return redirect(url_for("portal.lookup", number=number), 303)


def _answer(message: sending.Sending) -> ResponseReturnValue:
    def upload(name: str, content: bytes) -> UUID:
        require_room(name, content)
        return message.upload(name, content)

    return sending.answer(message, upload)


def _sending(reader: Reader, wait_id: UUID) -> sending.Sending:
    case, message = sending.case_of_message(reader.actor, wait_id)
    around = sending.Around(
        here=reader.message_address(case.number, wait_id),
        back=reader.case_address(case.number),
        back_label=gettext("Back to the case"),
    )
    return sending.Sending(actor=reader.actor, case=case, message=message, around=around)
