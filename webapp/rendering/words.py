"""Words for keys: roles, states, units, in the reader's language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import current_app
from flask_babel import get_locale, lazy_gettext
from sqlalchemy.exc import SQLAlchemyError

from webapp.context import city
from webapp.identity import SignedIn
from webapp.language import ENGLISH, language

ROLES = {
    "enterprise": lazy_gettext("Company contact"),
    "clerk": lazy_gettext("Window clerk"),
    "dispatcher": lazy_gettext("Dispatcher"),
    "registry": lazy_gettext("Registry"),
    "handler": lazy_gettext("Handler"),
    "head": lazy_gettext("Department head"),
    "leader": lazy_gettext("Responsible leader"),
    "supervisor": lazy_gettext("Supervisor"),
    "process_admin": lazy_gettext("Process admin"),
    "system_admin": lazy_gettext("System admin"),
    "auditor": lazy_gettext("Auditor"),
    "inspector": lazy_gettext("Inspector"),
}
CASE_STATES = {
    "open": lazy_gettext("In progress"),
    "closed": lazy_gettext("Closed"),
    "withdrawn": lazy_gettext("Withdrawn"),
    "declined": lazy_gettext("Declined"),
    "cancelled": lazy_gettext("Terminated"),
}
STATE_CHIPS = {"open": "chip", "closed": "chip chip-done", "withdrawn": "chip chip-quiet"}
SESSION_STATES = {
    "planned": lazy_gettext("Planned"),
    "held": lazy_gettext("Held"),
    "cancelled": lazy_gettext("Cancelled"),
}
CHANNELS = {
    "online": lazy_gettext("Online"),
    "phone": lazy_gettext("Phone"),
    "wechat": lazy_gettext("WeChat"),
    "counter": lazy_gettext("Counter"),
    "visit": lazy_gettext("Visit"),
}
LEVELS = {
    "very_satisfied": lazy_gettext("Very satisfied"),
    "satisfied": lazy_gettext("Satisfied"),
    "fairly_satisfied": lazy_gettext("Fairly satisfied"),
    "dissatisfied": lazy_gettext("Dissatisfied"),
    "very_dissatisfied": lazy_gettext("Very dissatisfied"),
}
"""The five national levels."""


def role_name(role: str) -> str:
    """Return what a role is called."""
    return _role_in(role, str(get_locale()))


@lru_cache(maxsize=256)
def _role_in(role: str, _locale: str) -> str:
    """Return the same, looked up once for a language: lists name a role with each line."""
    return str(ROLES.get(role, role))


def case_state(state: str) -> str:
    """Return what a case's state is called."""
    return str(CASE_STATES.get(state, state))


def case_chip(state: str) -> str:
    """Return the class of the chip that shows a case's state."""
    return STATE_CHIPS.get(state, "chip chip-quiet")


def session_state(state: str) -> str:
    """Return what a reception's state is called."""
    return str(SESSION_STATES.get(state, state))


def channel_name(channel: str) -> str:
    """Return by which way a case came."""
    return str(CHANNELS.get(channel, channel))


def level_name(level: str | None) -> str:
    """Return one of the five levels in words, '' for none."""
    return str(LEVELS.get(level, level)) if level else ""


def named(thing: Any, attribute: str = "name") -> str:
    """Return a text of a thing in the reader's language: `name_en` where it exists, else `name`."""
    english = getattr(thing, f"{attribute}_en", "") if language() == ENGLISH else ""
    return str(english or getattr(thing, attribute, ""))


def unit_name(unit_id: int | None, fallback: str | None = "") -> str:
    """Return a unit's name in the reader's language; `fallback` without one."""
    if unit_id is None or language() != ENGLISH:
        return fallback or ""
    try:
        return named(city().directory().unit(unit_id))
    except KeyError:
        return fallback or ""


def column_words(version_id: int, column: str, value: str) -> str:
    """Return a case's `category` or `kind` in the words of the form that it was chosen in."""
    if not value:
        return ""
    definition = city().library.version(version_id)
    start, columns = definition.bundle.start_form, definition.bundle.case_columns
    field = definition.form(start).by_key.get(columns.get(column, "")) if start else None
    for option in field.options if field else ():
        if option.value == value:
            return (option.label_en if language() == ENGLISH else "") or option.label
    return value


def city_name() -> str:
    """Return the city's name: as configured, else that of the topmost unit; '' without either."""
    configured = str(current_app.config["CITY_NAME"])
    if configured:
        return configured
    try:
        units = city().directory().all()
    except SQLAlchemyError:
        # The page that says that the database is away carries this name too.
        return ""
    return next((named(unit) for unit in units if unit.kind == "city"), "")


def place_of(viewer: SignedIn) -> str:
    """Return where somebody works: the first unit's name, or the company's."""
    return named(viewer.units[0]) if viewer.units else viewer.account.enterprise
