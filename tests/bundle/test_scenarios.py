"""The shipped scenarios hold, and no flow and no rule is left that none of them looks at."""

from tests.bundle.drawing import FOLDER
from workflows.definitions.bundle import Bundle
from workflows.simulate import run


def test_every_scenario_holds_and_nothing_is_left_out(database_url: str) -> None:
    report = run(database_url, Bundle.from_folder(FOLDER))
    assert report.failed == []
    assert report.uncovered_flows == []
    assert report.uncovered_rules == []
    assert report.scenarios >= 19
