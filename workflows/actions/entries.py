"""What people typed into a form, checked under the lock before a step uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows import options
from workflows.actions.frame import Frame
from workflows.definitions.forms import Form
from workflows.errors import InvalidEntries
from workflows.worktime import local_day


def cleaned(frame: Frame, form: Form | None, values: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the typed values of a form in a step; InvalidEntries when some are not valid."""
    if form is None:
        return {}
    lists = options.for_form(frame.city, frame.session, form, case=frame.case, actor=frame.actor)
    found = form.clean(values, options=lists, context=frame.facts, today=local_day(frame.now))
    if found.errors:
        raise InvalidEntries(found.errors)
    return dict(found.values)


def chosen_option(form: Form | None, chosen: str) -> tuple[str, str]:
    """Return the words of a chosen outcome, Chinese and English; empty where there is none."""
    for option in form.outcomes if form else ():
        if option.value == chosen:
            return option.label, option.label_en
    return "", ""
