"""Recorded years: they play without a refusal and give the reported figures, from their rows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from workflows.errors import DefinitionRefused
from workflows.replay import rows
from workflows.replay.figures import Outcome
from workflows.replay.rows import Year
from workflows.replay.run import replay

HUIDONG = "huidong-2019"
FIRST_THREE = "huizhou-first-three"


def few(*cases: str) -> Year:
    """Return the county's year with these cases alone."""
    year = rows.read(HUIDONG)
    return year.without(cases=frozenset(row.case for row in year.cases) - set(cases))


def at_the_table(year: Year) -> list[str]:
    """Return cases that were decided at the table, solved, scored by the company and filed."""
    found = []
    for row in year.cases:
        done = [act.do for act in year.acts_by_case.get(row.case, ())]
        results = [act.values.get("reply_result") for act in year.acts_by_case.get(row.case, ())]
        if row.session and "give_score" in done and "file_case" in done and "solved" in results:
            found.append(row.case)
    return found


@pytest.mark.long
@pytest.mark.timeout(400)
def test_the_countys_year_gives_what_its_report_says(database_url: str) -> None:
    outcome = replay(database_url, rows.read(HUIDONG))
    assert outcome.refused == ()
    figures = outcome.as_json()
    for said in outcome.year.reported:
        assert {name: figures[name] for name in said.figures} == dict(said.figures)
    assert figures["cases"] > figures["closed"] > figures["solved"] > figures["confirmed"]
    assert round(100 * figures["solved"] / figures["cases"]) == 79
    assert "differs" not in outcome.text()
    assert sum(one.cases for name, one in outcome.periods.items() if "Q" in name) == 75


@pytest.mark.timeout(400)
def test_a_sample_of_the_first_three_sessions_plays(database_url: str) -> None:
    year = rows.read(FIRST_THREE)
    sample = year.without(cases=frozenset(row.case for row in year.cases if row.line % 24))
    outcome = replay(database_url, sample)
    assert outcome.refused == ()
    assert outcome.figures.sessions == 3
    assert outcome.figures.receptions == 24
    assert outcome.figures.cases == len(sample.cases)
    assert outcome.figures.on_site_cases == sum(bool(row.session) for row in sample.cases)


def test_the_rows_of_the_first_three_sessions_are_those_of_the_reports() -> None:
    year = rows.read(FIRST_THREE)
    seen = [row for row in year.cases if row.session]
    assert len(year.cases) == 305
    assert len(seen) == 214
    assert len({row.values["credit_code"] for row in seen}) == 192
    assert {one.held_on for one in year.sessions} >= {date(2019, 1, 25), date(2019, 3, 8)}
    assert len({row.values["title"] for row in year.cases}) == 305


@pytest.mark.timeout(400)
def test_altering_a_row_alters_the_figures(database_url: str) -> None:
    first, second = at_the_table(rows.read(HUIDONG))[:2]
    both, one = (played(database_url, few(*cases)) for cases in ((first, second), (first,)))
    for name, count in one.items():
        assert count == both[name] - (name != "sessions"), name
    altered = few(first)
    explained = tuple(
        replace(act, values={**act.values, "reply_result": "explained"})
        if "reply_result" in act.values
        else act
        for act in altered.acts
    )
    held = tuple(
        one for one in altered.sessions if one.id in {row.session for row in altered.cases}
    )
    found = played(database_url, replace(altered, acts=explained, sessions=held))
    assert found["solved"] == one["solved"] - 1
    assert (found["sessions"], one["sessions"]) == (1, 10)


def test_an_act_that_is_refused_is_told_with_its_line(database_url: str) -> None:
    year = few(at_the_table(rows.read(HUIDONG))[0])
    broken = replace(year.acts[1], do="nothing_like_it")
    outcome = replay(database_url, replace(year, acts=(year.acts[0], broken, *year.acts[2:])))
    assert not outcome.ok
    assert [(one.line, one.what) for one in outcome.refused] == [(broken.line, "nothing_like_it")]
    assert f"line {broken.line}" in outcome.text()
    assert outcome.figures.closed == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("case,at,by,do,outcome,values", "case,at,by,do,outcome,figures", "nothing is called"),
        ('"{""urgency"": ""normal""}"', '"{urgency"', "no JSON"),
        ("001,2019", "xyz,2019", "no case 'xyz'"),
        (",review,accept,", ",review,accept,more,", "too many or too few"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    for path in (rows.FOLDER / HUIDONG).iterdir():
        content = path.read_text("utf-8")
        if path.name == "acts.csv":
            content = content.replace(old, new, 1)
        (tmp_path / path.name).write_text(content, "utf-8")
    with pytest.raises(DefinitionRefused, match=words):
        rows.read(HUIDONG, tmp_path)


def played(database_url: str, year: Year) -> dict[str, int]:
    """Return the figures of a year that plays without a refusal."""
    outcome: Outcome = replay(database_url, year)
    assert outcome.refused == ()
    return dict(outcome.as_json())
