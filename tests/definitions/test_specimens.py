"""Every shipped letter reads whole about an invented case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.browser.company import BUNDLE
from workflows.definitions.bundle import files_of_folder
from workflows.definitions.decisiontables import decision_tables
from workflows.definitions.forms import Form
from workflows.definitions.texts import Text
from workflows.letters import NAMES
from workflows.specimens import specimen

FILES = files_of_folder(BUNDLE)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def values() -> dict[str, object]:
    """An invented case with all that the shipped forms and tables give."""
    forms = [Form.parse(data) for path, data in FILES.items() if path.endswith(".form")]
    tables = [one for path, data in FILES.items() if path.endswith(".dmn")
              for one in decision_tables(path, data)]  # fmt: skip
    outputs = {one.key: one.label for table in tables for one in table.columns if one.key}
    return specimen(forms, outputs, now=NOW)


def test_every_name_that_a_text_may_use_has_a_value(values: dict[str, object]) -> None:
    assert NAMES.keys() <= values.keys()
    for name, members in NAMES.items():
        found = values[name]
        assert not members or (isinstance(found, dict) and set(members) <= found.keys()), name


def test_no_shipped_text_has_a_gap_but_where_operations_fill_it(values: dict[str, object]) -> None:
    gaps = {}
    for path, data in FILES.items():
        if path.endswith(".txt"):
            text = Text.parse(path, data)
            written = text.render(values)
            assert written.subject
            assert written.body.strip()
            gaps |= dict.fromkeys(text.names - values.keys(), path)
    assert not gaps
