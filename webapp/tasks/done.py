"""What is said after a task was done, and the way on from there."""

from __future__ import annotations

from flask import flash, url_for
from flask import session as browser_session
from markupsafe import Markup

from models.queries.inbox import inbox
from webapp.context import now, person, reading
from webapp.language import gettext, language
from workflows.actions.tasks import Completed
from workflows.definitions.forms import Form


def tell(name: str, form: Form | None, done: Completed) -> None:
    """Say what was done, what comes next, and where one's own next task is."""
    outcome = next(
        (one for one in (form.outcomes if form else ()) if one.value == done.outcome), None
    )
    # Only the newest is told: somebody who works through a list must not collect them.
    browser_session.pop("_flashes", None)
    label = (outcome.label_en if language() == "en" else outcome.label) if outcome else ""
    what = gettext("“%(task)s” is done", task=name)
    opened = "、".join(dict.fromkeys(done.opened))
    after = gettext("Next: %(tasks)s.", tasks=opened) if opened else ""
    flash(
        Markup('<strong>{}{}{}</strong>{} <a href="{}">{}</a>').format(
            what,
            gettext(": ") if label else "",
            label,
            after,
            url_for("cases.show", case_id=done.case_id),
            gettext("See the case (you can still take it back there)"),
        )
        + _way_on(done),
        "good",
    )


def _way_on(done: Completed) -> Markup:
    """Return the link to the person's next task: in the same case, else the one due first."""
    if done.own is not None:
        task_id, name = done.own
    else:
        with reading() as session:
            rows = inbox(session, person().actor.scope, now=now(), limit=1).rows
        if not rows:
            return Markup("")
        task_id, name = rows[0].id, f"{rows[0].name}（{rows[0].number}）"
    return Markup(' <a class="next-task" href="{}">{}</a>').format(
        url_for("tasks.show", work_item_id=task_id),
        gettext("Your next task: %(task)s", task=name),
    )
