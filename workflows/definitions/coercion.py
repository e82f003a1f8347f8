"""One field's texts, as HTML sends them, become one typed value."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from workflows.definitions.fields import LISTS, Field, Options
from workflows.definitions.messages import Message
from workflows.definitions.values import SHANGHAI, read_moment

TEXT_LENGTH = {"textfield": 500, "textarea": 20_000}
"""Longest text of a field that states no length."""
DIGITS = 30
CHOSEN = 200
FILES = 20

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_YEARS = (1900, 2200)


class Rejected(Exception):
    """An entry that is not of the field's type."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message)


def coerce(field: Field, texts: list[str], options: Options, today: date | None) -> Any:
    """Return the typed value, None when nothing was entered; raise Rejected otherwise."""
    if field.kind == "checkbox":
        return any(text not in ("", "false", "off", "0") for text in texts)
    if field.kind in LISTS:
        return _chosen(field, [text for text in texts if text], options)
    if field.kind == "filepicker":
        return _files(field, [text for text in texts if text])
    text = _plain(texts[0]) if texts else ""
    if not text:
        return None
    if field.kind == "number":
        return _number(field, text)
    if field.kind == "datetime":
        return _moment(field, text, today)
    if field.kind in ("radio", "select"):
        return _chosen(field, [text], options)[0]
    return _text(field, text)


def _plain(text: str) -> str:
    """Return the text without outer blanks, with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(field: Field, text: str) -> str:
    if _CONTROL.search(text) or any(0xD800 <= ord(one) <= 0xDFFF for one in text):
        raise Rejected(Message("The text holds characters that cannot be stored."))
    longest = field.max_length or TEXT_LENGTH[field.kind]
    if len(text) > longest:
        raise Rejected(Message("Enter at most %(max)s characters.", max=longest))
    if field.kind == "textfield" and "\n" in text:
        text = " ".join(text.split("\n"))
    return text


def _number(field: Field, text: str) -> Decimal:
    # People copy figures with full-width digits and thousands separators out of documents.
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    if not _NUMBER.match(plain) or len(plain) > DIGITS:
        raise Rejected(Message("Enter a number."))
    try:
        found = Decimal(plain)
    except InvalidOperation as error:
        raise Rejected(Message("Enter a number.")) from error
    digits = field.decimal_digits
    exponent = found.normalize().as_tuple().exponent
    if digits is not None and isinstance(exponent, int) and -exponent > digits:
        if digits == 0:
            raise Rejected(Message("Enter a whole number."))
        raise Rejected(Message("Enter at most %(digits)s decimal places.", digits=digits))
    return found


def _moment(field: Field, text: str, today: date | None) -> Any:
    try:
        found = read_moment(field.subtype, text)
    except ValueError as error:
        wanted = {
            "date": Message("Enter a date, such as 2024-03-08."),
            "time": Message("Enter a time, such as 14:30."),
            "datetime": Message("Enter a date and time, such as 2024-03-08 14:30."),
        }
        raise Rejected(wanted[field.subtype]) from error
    if isinstance(found, date):
        day = found.astimezone(SHANGHAI).date() if isinstance(found, datetime) else found
        if not _YEARS[0] <= day.year <= _YEARS[1]:
            raise Rejected(Message("The year of this date cannot be right."))
        if field.disallow_past and today is not None and day < today:
            raise Rejected(Message("Choose today or a later date."))
    return found


def _chosen(field: Field, chosen: list[str], options: Options) -> list[str]:
    known = {option.value for option in field.choices(options)}
    unique = list(dict.fromkeys(chosen))
    if len(unique) > CHOSEN or any(one not in known for one in unique):
        raise Rejected(Message("Choose from the list."))
    return unique


def _files(field: Field, ids: list[str]) -> list[str]:
    unique = list(dict.fromkeys(ids))
    most = FILES if field.multiple else 1
    if len(unique) > most:
        raise Rejected(Message("Attach at most %(max)s files.", max=most))
    return unique
