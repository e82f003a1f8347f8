from pathlib import Path

import pytest

from workflows.definitions.bundle import Bundle
from workflows.definitions.check import report
from workflows.definitions.definition import Definition
from workflows.inspection import inspect_path

BUNDLES = sorted(path.parent for path in (Path(__file__).parents[2] / "bpmn").glob("*/bundle.toml"))


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: folder.name)
def test_shipped_bundles_keep_every_rule(folder: Path) -> None:
    findings = inspect_path(folder)
    assert findings == [], report(findings)


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: folder.name)
def test_shipped_bundles_compile_and_their_texts_can_be_written(folder: Path) -> None:
    definition = Definition.compile(Bundle.from_folder(folder))
    assert definition.bundle.key == folder.name
    for text in definition.texts.values():
        assert text.render(dict.fromkeys(text.names, "x")).body


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: folder.name)
def test_shipped_forms_are_complete_in_english(folder: Path) -> None:
    definition = Definition.compile(Bundle.from_folder(folder))
    for name, form in definition.forms.items():
        for field in form.fields:
            assert field.label_en != field.label or field.label.isascii(), (name, field.key)
            for option in field.options:
                assert option.label_en != option.label or option.label.isascii(), (name, option)
        for outcome in form.outcomes:
            assert outcome.consequence_en not in ("", outcome.consequence), (name, outcome.value)


def test_there_is_a_shipped_bundle() -> None:
    assert BUNDLES
