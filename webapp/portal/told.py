"""What staff entered for the company to read: the fields that a form marks as public."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.queries.papers import steps
from webapp.context import city
from webapp.rendering.values import Shown, shown_values


def told(session: Session, case_id: int) -> Mapping[int, list[Shown]]:
    """Return the public entries of a case by the number of their step, newest first."""
    found = {}
    for step in steps(session, case_id):
        form = city().library.version(step.version_id).forms.get(step.form or "")
        public = {one.key for one in form.fields if one.public} if form else set()
        if form is None or not public or step.recalled_by is not None:
            continue
        words = [one for one in shown_values(form, step.values, {}) if one.key in public]
        if words:
            found[step.number] = words
    return found
