"""What did not hold in a scenario, in the reader's language; reports keep it in plain English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from webapp.language import gettext
from webapp.rendering.words import CASE_STATES
from webapp.studio.blueprint import blueprint

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


@blueprint.app_template_filter("found_words")
def found_words(found: str) -> str:
    """Return what was found instead."""
    return str(_VALUES.get(found, found))
