"""Several cases in one scenario: named, done to, looked at, and moved by one clock."""

import pytest
from sqlalchemy import select

from models.cases import Case
from tests.simulate.test_run import altered, stage, why
from workflows.city import City
from workflows.errors import DefinitionRefused
from workflows.simulate import Report, Scenario, play_all

__all__ = ["stage"]

SECOND = """
title = "两棵树"
[start]
at = 2026-02-09T09:00:00
by = "enterprise"
[start.values]
applicant = "云东永禾鞋业有限公司"
tree = "榕树"
county = "huidong"
girth = 80

[[steps]]
action = "submit"
case = "next"
at = 2026-02-10T09:00:00
by = "enterprise"
[steps.values]
applicant = "云东海沐食品有限公司"
tree = "在 @start 旁边"
county = "huidong"
girth = 20
[steps.expect]
open = { look = "dispatcher@huidong_service_office" }
due = { look = 2026-02-12 }
[steps.expect.cases.start]
due = { look = 2026-02-11 }

[[steps]]
do = "look"
case = "next"
by = "dispatcher@huidong_service_office"
outcome = "more"
[steps.expect]
open = { more = "enterprise" }
due = { more = 2026-03-02 }
light = { more = "green" }
sentence = "请补一张照片。"

[[steps]]
do = "补照片"
case = "next"
by = "enterprise"
[steps.values]
photo = "@start"
[steps.expect.cases.start]
open = { look = "dispatcher@huidong_service_office" }
"""


def played(stage: City, old: str = "", new: str = "") -> Report:
    """Play the two trees with words replaced."""
    assert old in SECOND
    data = SECOND.replace(old, new, 1).encode() if old else SECOND.encode()
    return play_all(stage, altered({}), [Scenario.parse("two", data)])


def test_a_step_is_done_to_the_case_that_it_names(stage: City) -> None:
    report = played(stage)
    assert report.failed == []
    assert why(report, "looked_to_more") == ""
    assert why(report, "begin_to_again") == (
        "passed in two, step 1 (submit), which does not say: light look, sentence"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected", "found"),
    [
        ("start]\ndue = { look = 2026-02-11", "start]\ndue = { look = 2026-02-12",
         "start: due look: 2026-02-12", "2026-02-11"),
        ('case = "next"\nby = "d', 'case = "third"\nby = "d', "the step is done", "no case called"),
        ('case = "next"\nat', 'case = "start"\nat', "the step is done", "called 'start' already"),
        ("cases.start]\nopen", "cases.third]\nopen", "a case third", "none"),
    ],
)  # fmt: skip
def test_what_does_not_hold_in_another_case_is_named(
    stage: City, old: str, new: str, expected: str, found: str
) -> None:
    report = played(stage, old, new)
    assert expected in report.failed[0].expected
    assert found in report.failed[0].found


def test_an_expectation_of_another_case_is_read_as_strictly(stage: City) -> None:
    with pytest.raises(DefinitionRefused, match="nothing is called dew"):
        played(stage, "start]\ndue", "start]\ndew")


def test_a_number_stands_where_a_case_is_named(stage: City) -> None:
    played(stage)
    with stage.database.reading() as session:
        second, first = session.scalars(select(Case).order_by(Case.id.desc()).limit(2))
        assert second.facts["photo"] == first.number
