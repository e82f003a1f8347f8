"""Example entries are taken by the forms that ask for them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from workflows.definitions.forms import Form
from workflows.play.examples import example

FORMS = sorted((Path(__file__).parents[2] / "bpmn").glob("*/forms/*.form"))
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_an_example_is_taken(path: Path) -> None:
    form = Form.parse(path.read_bytes(), file=path.name)
    raw = {
        one.key: example(one, [o.value for o in one.options], label=one.label, today=TODAY)
        for one in form.fields
        if one.kind not in ("filepicker", "dynamiclist") and not one.options_key
    }
    errors = form.clean(raw, today=TODAY).errors
    assert {key: said for key, said in errors.items() if raw.get(key)} == {}
