"""The shipped scenarios hold, and no flow and no rule is left that none of them looks at."""

from pathlib import Path

import pytest

from tests.bundle.drawing import FOLDER, FOLDERS
from workflows.definitions.bundle import Bundle
from workflows.simulate import run


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_scenario_holds_and_nothing_is_left_out(database_url: str, folder: Path) -> None:
    report = run(database_url, Bundle.from_folder(folder))
    assert report.failed == []
    assert report.uncovered_flows == []
    assert report.uncovered_rules == []


def test_the_through_train_is_played_in_at_least_25_ways() -> None:
    assert len(Bundle.from_folder(FOLDER).scenarios) >= 25
