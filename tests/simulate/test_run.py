"""Running scenarios: they pass, they fail where something is wrong, and the report says where."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models.database import Database
from models.work import Deadline
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import Bundle, files_of_folder
from workflows.errors import DefinitionRefused
from workflows.explanation import explain
from workflows.simulate import Report, Scenario, play_all, run, run_command
from workflows.simulate.scratch import SEEDED_AT, scratch_city

TREES = Path(__file__).parent / "trees"


def altered(changes: Mapping[str, tuple[str, str]]) -> Bundle:
    """Return the bundle of the trees with words replaced in some of its files."""
    files = files_of_folder(TREES)
    for path, (old, new) in changes.items():
        assert old in files[path].decode()
        files[path] = files[path].decode().replace(old, new, 1).encode()
    return Bundle.from_files(files)


@pytest.fixture(scope="module")
def stage(database_url: str) -> Iterator[City]:
    """A city where the trees are deployed, for the tests that only alter a scenario."""
    with scratch_city(database_url) as city:
        deploy(city, SYSTEM, files_of_folder(TREES), now=SEEDED_AT, reason="test")
        yield city


def late(stage: City, old: str, new: str) -> Report:
    """Run the scenario `late` with words replaced."""
    bundle = altered({"scenarios/late.toml": (old, new)})
    return play_all(stage, bundle, [Scenario.parse("late", bundle.scenarios["late"])])


def test_a_scenario_passes_with_pauses_extension_refusal_and_timer(database_url: str) -> None:
    report = run_command(database_url, TREES)
    assert report.as_json()["failed"] == []
    assert report.scenarios == 1
    assert report.ok


def test_what_no_scenario_looked_at_is_told(database_url: str) -> None:
    report = run_command(database_url, TREES, ["late"])
    assert [flow["flow"] for flow in report.uncovered_flows] == ["urge_to_urged"]
    assert report.uncovered_flows[0]["from"] == "催办"
    assert report.uncovered_rules == [{"decision": "fee", "rule": "thin", "why": "never passed"}]


def test_a_step_without_an_expectation_covers_nothing(stage: City) -> None:
    bundle = altered({"scenarios/late.toml": ('[steps.expect]\nopen = {}\nstate = "closed"\n', "")})
    kept = bundle.scenarios["late"].replace(
        'public = ["查看树木", "查看树木", "采伐"]'.encode(), b""
    )
    report = play_all(stage, bundle, [Scenario.parse("late", kept)])
    assert report.ok
    assert (
        why(report, "fell_to_felled")
        == "passed in late, step 9 (fell), which does not say: open, state"
    )


def why(report: Report, flow: str) -> str:
    """Return why a flow is not covered; empty if it is."""
    found = {row["flow"]: row["why"] for row in report.uncovered_flows}
    return found.get(flow, "")


LOOKED = 'open = { more = "enterprise" }\ndue = { more = 2026-03-02 }\nlight = { more = "green" }\n'


@pytest.mark.parametrize(
    ("old", "new", "flow", "unsaid"),
    [
        (LOOKED, LOOKED.partition("\n")[2], "looked_to_more", "open"),
        ("due = { more = 2026-03-02 }\n", "", "looked_to_more", "due more"),
        ('light = { more = "green" }\n', "", "looked_to_more", "light more"),
        ('sentence = "请补一张照片。"\n', "", "looked_to_more", "sentence"),
        (', urge = "green" }', " }", "overdue_to_urge", "light urge"),
        ('state = "closed"\n', "", "fell_to_felled", "state"),
        ('more = "green"', 'more = "red"', "looked_to_more", "the true light more"),
        ('{ fell = "red"', '{ fell = "grey"', "overdue_to_urge", "the true light fell"),
    ],
)
def test_a_step_covers_only_where_it_says_all_that_people_wait_for(
    stage: City, old: str, new: str, flow: str, unsaid: str
) -> None:
    report = late(stage, old, new)
    assert why(report, flow).endswith(f"which does not say: {unsaid}")


def test_a_rule_is_covered_by_the_same_rule(stage: City) -> None:
    report = late(stage, 'light = { fell = "green" }\nsentence', "sentence")
    rules = {row["rule"]: row["why"] for row in report.uncovered_rules}
    assert rules == {
        "thin": "never passed",
        "thick": "passed in late, step 4 (look), which does not say: light fell",
    }
    assert rules["thick"] in report.text()


def test_what_fires_on_the_way_to_a_step_is_not_covered_by_it(stage: City) -> None:
    bundle = altered({"scenarios/late.toml": ("", "")})
    text_ = bundle.scenarios["late"].decode()
    start, end = text_.index('[[steps]]\naction = "advance"'), text_.rindex("[[steps]]")
    cut = (text_[:start] + text_[end:]).encode()
    report = play_all(stage, bundle, [Scenario.parse("late", cut)])
    assert report.ok
    assert "before the clock moved on" in why(report, "overdue_to_urge")


@pytest.mark.parametrize(
    ("old", "new", "step", "expected", "found"),
    [
        ("look = 2026-02-11", "look = 2026-02-12", 0, "due look: 2026-02-12", "2026-02-11"),
        ("fell = 2026-02-25 }", "fell = 2026-02-24 }", 4, "due fell: 2026-02-24", "2026-02-25"),
        ('fell = "grey"', 'fell = "green"', 6, "light fell: green", "grey"),
        ("请补一张照片。", "请补两张照片。", 1, "sentence: 请补两张照片。", "请补一张照片。"),
        ('open = { more = "enterprise" }', "open = {}", 1, "open more: not open", "enterprise"),
        ('state = "closed"', 'state = "open"', 9, "state: open", "closed"),
        ('stage = "fell"', 'stage = "look"', 4, "stage: look", "fell"),
        ("overdue = 2026-02-27", "overdue = 2026-02-26", 5, "timer overdue: 2026-02-26", "02-27"),
        ('"查看树木", "查看树木", "采伐"', '"采伐"', 9, "public timeline: 采伐", "查看树木"),
        ("may see this but", "locked", 3, "locked", "You may see this but not do this"),
        ('do = "补照片"', 'do = "nothing"', 2, "the step is done", "no task 'nothing' is open"),
        ('photo = "榕树.jpg"', 'picture = "x"', 2, "the step is done", "no field 'picture'"),
        ('photo = "榕树.jpg"', "", 2, "the step is done", "photo"),
        ("clerk@huidong", "clerk@nowhere", 3, "may see this", "no unit called"),
    ],
)
def test_what_does_not_hold_is_named(
    stage: City, old: str, new: str, step: int, expected: str, found: str
) -> None:
    report = late(stage, old, new)
    assert not report.ok
    failed = report.failed[0]
    assert (failed.scenario, failed.step) == ("late", step)
    assert expected in failed.expected
    assert found in failed.found
    assert failed.found in report.text()


def test_the_clock_never_runs_back(stage: City) -> None:
    report = late(stage, "at = 2026-02-10T15:00:00", "at = 2026-02-08T15:00:00")
    assert "clock cannot run back" in report.failed[0].found


def test_a_bundle_that_the_check_refuses_is_not_played(database_url: str) -> None:
    bundle = altered({"trees.bpmn": ("workdays(fee)", "workdays(feee)")})
    report = run(database_url, bundle)
    assert report.scenarios == 0
    assert "feee" in report.failed[0].found


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[start]", "[begin]", "nothing is called begin"),
        ("light = {", "lihgt = {", "nothing is called lihgt"),
        ('after = "PT2H"', 'after = "2 hours"', "is no duration"),
        ("at = 2026-02-09T09:00:00", 'at = "monday"', "is no date and time"),
        ('title = "补', "title = 补", "it is no TOML"),
        ('action = "pause"', 'action = "sleep"', "'sleep' is no action"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused_with_the_place(
    stage: City, old: str, new: str, reason: str
) -> None:
    with pytest.raises(DefinitionRefused, match=r"scenarios/late\.toml") as refused:
        late(stage, old, new)
    assert reason in refused.value.reason


def test_an_unknown_scenario_is_refused(database_url: str) -> None:
    with pytest.raises(DefinitionRefused, match=r"nowhere\.toml"):
        run_command(database_url, TREES, ["nowhere"])


def test_nothing_is_left_behind_not_even_by_a_killed_run(
    database: Database, database_url: str
) -> None:
    schemas = text("select nspname from pg_namespace where starts_with(nspname, 'simulation_')")
    with database.transaction() as session:
        before = set(session.scalars(schemas))
        session.execute(text('create schema "simulation_1_dead"'))
    run_command(database_url, TREES)
    with database.reading() as session:
        assert set(session.scalars(schemas)) == before


def test_a_moved_deadline_says_how_it_was_moved(stage: City) -> None:
    late(stage, "fell = 2026-03-03", "fell = 2026-03-02")  # stops where the clock runs again
    with stage.database.reading() as session:
        how = session.scalar(
            select(Deadline.how)
            .where(Deadline.element == "fell", Deadline.kind == "due")
            .order_by(Deadline.id.desc())
            .limit(1)
        )
    assert how is not None
    assert explain(how) == (
        "自2月24日（周二）恢复计时，余下 6 个工作日，至3月3日（周二）止；"
        "周末不计；调休上班的2月28日（周六）计入。"
    )


def test_what_does_not_hold_hides_nothing_that_comes_after(stage: City) -> None:
    bundle = altered({"scenarios/late.toml": ('stage = "look"', 'stage = "fell"')})
    text_ = bundle.scenarios["late"].decode().replace('state = "closed"', 'state = "open"')
    report = play_all(stage, bundle, [Scenario.parse("late", text_.encode())])
    assert [failed.step for failed in report.failed] == [0, 9]
