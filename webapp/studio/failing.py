"""What did not hold in a scenario, in the reader's language; reports keep it in plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from webapp.context import city, now, person
from webapp.language import gettext, said_here, say
from webapp.permissions import may
from webapp.rendering.words import CASE_STATES
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.shipping import read_number
from webapp.studio.sources import Source, draft_of
from workflows.actions import trials
from workflows.errors import ThroughTrainError

SHOWN = 200
"""Findings of a trial that a page shows at most."""


@dataclass
class Same:
    """Findings of a trial that are about the same thing in several places; `kind` names it."""

    kind: str
    what: str
    found: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def scenarios(self) -> int:
        """In how many scenarios."""
        return len({one["scenario"] for one in self.found})


def sorted_out(source: Source, report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trial's findings for its page: `same`, the most first, and `others`."""
    failed: Iterable[Mapping[str, Any]] = report.get("failed") or []
    names = looking.names_in(source) if failed else {}
    same: dict[str, Same] = {}
    others = []
    for one in failed:
        if not one.get("true"):
            others.append(one)
            continue
        kind, row = trials.kind_of(one), one["true"]["row"]
        words = str(
            _WHAT.get(_KEYS.get(one["true"]["key"], one["true"]["key"]), one["true"]["key"])
        )
        if row:
            words += f" {names.get(row, '')} {row}" if row in names else f" {row}"
        same.setdefault(kind, Same(kind, words)).found.append(one)
    return {
        "same": sorted(same.values(), key=lambda one: (-len(one.found), one.kind)),
        "others": others[:SHOWN],
        "titles": looking.scenario_titles(source) if failed else {},
    }


@blueprint.post("/<key>/<ref>/adopt")
@may(PROCESS_ADMIN)
def adopt(key: str, ref: str) -> ResponseReturnValue:
    """Write what a trial found into the scenarios, as far as the change is meant to bring it."""
    draft = draft_of(key, ref)
    try:
        trials.adopt(
            city(),
            person().actor,
            draft.id,
            revision=read_number(request.form.get("revision", "")),
            kinds=request.form.getlist("kind"),
            now=now(),
        )
    except trials.NothingToAdopt as error:
        flash(" ".join(say(error)), "bad")
    else:
        flash(gettext("Written into the scenarios. Play them again."), "good")
    return redirect(url_for("studio.bundle", key=key, ref=ref, _anchor="trial"), 303)


_KEYS = {"warn": "warning", "timers": "timer", "lead": "lead unit", "public": "public timeline"}
_WHAT = {
    "open": lazy_gettext("who has the task"),
    "due": lazy_gettext("due time"),
    "warning": lazy_gettext("warning"),
    "light": lazy_gettext("light"),
    "timer": lazy_gettext("timer"),
    "sentence": lazy_gettext("sentence for the company"),
    "stage": lazy_gettext("stage"),
    "state": lazy_gettext("state of the case"),
    "result": lazy_gettext("result"),
    "lead unit": lazy_gettext("lead unit"),
    "letters": lazy_gettext("letters"),
    "waits": lazy_gettext("messages awaited"),
    "public timeline": lazy_gettext("what the company sees as done"),
    "links": lazy_gettext("linked cases"),
    "agenda": lazy_gettext("agenda"),
}
_VALUES: Mapping[str, Any] = {
    "not open": lazy_gettext("not open"),
    "not running": lazy_gettext("not running"),
    "none": lazy_gettext("none"),
    "done": lazy_gettext("done"),
    "the step is done": lazy_gettext("the step is done"),
    "nothing changed": lazy_gettext("nothing changed"),
    "no errors": lazy_gettext("no errors"),
    "green": lazy_gettext("green"),
    "yellow": lazy_gettext("yellow"),
    "red": lazy_gettext("red"),
    "grey": lazy_gettext("grey"),
    **CASE_STATES,
}
_EXPECTED = re.compile(
    rf"(?:(?P<case>[\w-]+): )?(?P<what>{'|'.join(_WHAT)})(?: (?P<of>[^:]+))?: (?P<value>.*)", re.S
)


@blueprint.app_template_filter("refusal")
def refusal(report: Mapping[str, Any]) -> str:
    """Return why a trial could not be played, '' where it was."""
    said = report.get("said")
    if not said:
        return str(report.get("refused", ""))
    error = ThroughTrainError(**said["values"])
    error.sentence, error.mend = said["sentence"], said["mend"]
    return " ".join(say(error))


@blueprint.app_template_filter("expected_words")
def expected_words(expected: str) -> str:
    """Return what a scenario expects: `light review: red` becomes words around the same keys."""
    if expected.startswith("refused: "):
        return gettext("refused: %(words)s", words=expected.removeprefix("refused: "))
    found = _EXPECTED.fullmatch(expected)
    if found is None:
        return found_words(expected)
    parts = [found["case"], str(_WHAT[found["what"]]), found["of"]]
    said = " ".join(part for part in parts if part)
    return gettext("%(what)s: %(value)s", what=said, value=found_words(found["value"]))


@blueprint.app_template_filter("expected_value")
def expected_value(expected: str) -> str:
    """Return the value alone that a scenario expects, without what it is about."""
    found = _EXPECTED.fullmatch(expected)
    return found_words(expected if found is None else found["value"])


@blueprint.app_template_filter("found_words")
def found_words(found: str) -> str:
    """Return what was found instead, or why the step could not be played."""
    return str(_VALUES[found]) if found in _VALUES else said_here(found)
