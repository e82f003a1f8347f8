"""Plays: acts on a stage, the clock moved, rewound, kept as a scenario; bounded and tidied up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from models.cases import Case
from models.plays import Play
from models.receptions import Reception
from tests.plays.conftest import FILES, NOW, schemas, signed_in
from workflows.actions import bundle_drafts, plays
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import Bundle
from workflows.errors import InvalidEntries, NotAllowed, NotFound
from workflows.inspection import inspect_files
from workflows.play.player import CannotPlay
from workflows.plays import athand, holding, table
from workflows.plays.stage import stage_name, strike
from workflows.simulate import run
from workflows.worktime import ZONE

NAMED = "云东永禾鞋业有限公司"
ASK = {"applicant": NAMED, "tree": "厂门口的榕树", "county": "huidong", "girth": 80}
OFFICE = "dispatcher@huidong_service_office"
START = {"by": "enterprise", "values": ASK}
GRANT = {"do": "look", "by": OFFICE, "values": {"outcome": "grant"}}
FELL = {
    "do": "fell", "by": "handler@huidong_city_management", "values": {"outcome": "done"},
}  # fmt: skip


def unchecked(*_args: object, **_named: object) -> list[Any]:
    return []


def begun(city: City, admin: Actor) -> int:
    """Begin a play of the trees and start its case."""
    play_id = plays.begin(
        city, admin, FILES, source="v1", name="树", clock_at=NOW, now=NOW, inspect=unchecked
    )
    plays.perform(city, admin, play_id, START, seen=0, now=NOW)
    return play_id


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZONE)


def lights(city: City, admin: Actor, play_id: int) -> dict[str, str]:
    """Return the lights that the newest act saw."""
    with athand.at_hand(city, admin, play_id, now=NOW) as held:
        return dict(held.acts[-1].expect["light"])


def count(city: City, admin: Actor, play_id: int) -> int:
    with athand.at_hand(city, admin, play_id, now=NOW) as held:
        return len(held.acts)


def test_a_play_is_stepped_jumped_rewound_and_kept_as_a_scenario(grove: City, admin: Actor) -> None:
    play_id = begun(grove, admin)
    done = plays.perform(grove, admin, play_id, GRANT, seen=1, now=NOW)
    assert done.expect["open"] == {"fell": "handler@huidong_city_management"}
    assert done.expect["sentence"] == "园林部门将按期采伐。"
    assert done.told["outcome"]
    moved = plays.move_clock(grove, admin, play_id, at("2026-02-27 09:00"), seen=2, now=NOW)
    assert (moved.whole, moved.acts) == (True, 2), "the timer's own time is an act of its own"
    assert lights(grove, admin, play_id)["fell"] == "red"

    # The server was away: the stage is gone, the acts are not.
    strike(grove.database, stage_name(grove.database, play_id))
    plays.rewind(grove, admin, play_id, 1, seen=4, now=NOW)
    plays.perform(grove, admin, play_id, FELL, seen=2, now=NOW)
    with grove.database.reading() as session:
        assert session.scalar(select(Case.id)) is None, "nothing of it is in the city"

    without = {path: data for path, data in FILES.items() if not path.startswith("scenarios/")}
    draft_id = bundle_drafts.begin(grove, admin, without, name="x", now=NOW)
    named = {"name": "felled", "title": "按期采伐", "now": NOW}
    assert plays.save_scenario(grove, admin, play_id, draft_id, **named) == "scenarios/felled.toml"
    with pytest.raises(bundle_drafts.DraftChanged):
        plays.save_scenario(grove, admin, play_id, draft_id, **{**named, "title": "别的"})
    with grove.database.reading() as session:
        kept = session.get_one(bundle_drafts.BundleDraft, draft_id)
        files = unpack(kept.archive)
    database = grove.database
    report = run(
        database.url.render_as_string(hide_password=False),
        Bundle.from_files(files),
        own=database.schema,
    )
    assert report.as_json()["failed"] == []
    assert report.scenarios == 1
    bare = {flow["flow"] for flow in report.uncovered_flows}
    assert "fell_to_felled" not in bare
    assert "looked_to_more" in bare
    assert ("trees", "fell_to_felled") in report.trails["felled"].flows


def test_what_is_refused_changes_nothing_and_a_session_is_planned_in_the_play_alone(
    grove: City, admin: Actor
) -> None:
    play_id = plays.begin(
        grove, admin, FILES, source="v1", name="x", clock_at=NOW, now=NOW, inspect=unchecked
    )
    wrong = {"by": "enterprise", "values": {"tree": "榕树"}}
    theirs = {**GRANT, "by": "handler@huidong_city_management"}
    with pytest.raises(InvalidEntries):
        plays.perform(grove, admin, play_id, wrong, seen=0, now=NOW)
    plays.perform(grove, admin, play_id, START, seen=0, now=NOW)
    with pytest.raises(NotAllowed):
        plays.perform(grove, admin, play_id, theirs, seen=1, now=NOW)
    with pytest.raises(holding.PlayMoved):
        plays.perform(grove, admin, play_id, GRANT, seen=0, now=NOW)
    with pytest.raises(athand.PlayFull):
        plays.move_clock(grove, admin, play_id, NOW - timedelta(hours=1), seen=1, now=NOW)
    with pytest.raises(athand.PlayFull):
        plays.move_clock(grove, admin, play_id, at("2040-01-01"), seen=1, now=NOW)
    assert count(grove, admin, play_id) == 1

    # A session is planned in the play alone.
    given = {"place": "huidong", "held_on": at("2026-03-06").date(), "seen": 1, "now": NOW}
    assert plays.plan_session(grove, admin, play_id, **given) == 1
    with athand.at_hand(grove, admin, play_id, now=NOW) as held:
        assert list(held.table.player.sessions) == ["s1"]
        stage = held.table.city
    for city, there in ((stage, 1), (grove, 0)):
        with city.database.reading() as session:
            assert len(session.scalars(select(Reception.id)).all()) == there
    with pytest.raises(NotFound):
        plays.plan_session(grove, admin, play_id, **{**given, "place": "nowhere"})


def test_a_play_belongs_to_one_person(grove: City, admin: Actor) -> None:
    play_id = plays.begin(
        grove, admin, FILES, source="v1", name="x", clock_at=NOW, now=NOW, inspect=unchecked
    )
    other = replace(signed_in(grove, "system_admin"), posts=admin.posts)
    for act in (
        lambda who: plays.perform(grove, who, play_id, START, seen=0, now=NOW),
        lambda who: plays.rewind(grove, who, play_id, -1, seen=0, now=NOW),
        lambda who: plays.finish(grove, who, play_id, now=NOW),
        lambda who: plays.scenario_text(grove, who, play_id, title="x"),
    ):
        with pytest.raises(NotFound):
            act(other)
        with pytest.raises(NotAllowed):
            act(signed_in(grove, "system_admin"))


def test_what_the_check_refuses_is_not_played(grove: City, admin: Actor) -> None:
    broken = {**FILES, "trees.bpmn": FILES["trees.bpmn"].replace(b"workdays(", b"workdays((", 1)}
    with pytest.raises(plays.CannotBePlayed):
        plays.begin(
            grove,
            admin,
            broken,
            source="d1",
            name="x",
            clock_at=NOW,
            now=NOW,
            inspect=inspect_files,
        )
    with grove.database.reading() as session:
        assert session.scalar(select(Play.id)) is None


def test_plays_are_few(grove: City, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plays, "EACH", 1)
    given = {"source": "v1", "name": "x", "clock_at": NOW, "now": NOW, "inspect": unchecked}
    plays.begin(grove, admin, FILES, **given)
    with pytest.raises(plays.TooManyPlays):
        plays.begin(grove, admin, FILES, **given)


def test_a_jump_stops_where_too_much_happens_and_acts_are_played_with_other_files(
    grove: City, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_id = begun(grove, admin)
    plays.perform(grove, admin, play_id, GRANT, seen=1, now=NOW)
    monkeypatch.setattr(table, "MOMENTS", 1)
    moved = plays.move_clock(grove, admin, play_id, at("2026-03-09 09:00"), seen=2, now=NOW)
    assert not moved.whole
    assert moved.at < at("2026-03-01")
    monkeypatch.setattr(athand, "ACTS", 3)
    with pytest.raises(athand.PlayFull):
        plays.perform(grove, admin, play_id, FELL, seen=3, now=NOW)

    # The same acts, with files that no longer allow the second.
    other = {**FILES, "forms/look.form": FILES["forms/look.form"].replace(b'"grant"', b'"allow"')}
    assert plays.renew(grove, admin, play_id, other, now=NOW, inspect=unchecked) == 1
    with grove.database.reading() as session:
        assert session.get_one(Play, play_id).stopped.startswith("2/3 look")
    assert count(grove, admin, play_id) == 1


def test_nothing_is_left_of_plays_that_ended_or_were_forgotten(grove: City, admin: Actor) -> None:
    database = grove.database
    first, second = begun(grove, admin), begun(grove, admin)
    orphan = stage_name(database, 999_999)
    with database.transaction() as session:
        session.execute(text(f'create schema "{orphan}"'))
    assert len(schemas(database)) == 3
    plays.finish(grove, admin, first, now=NOW)
    plays.prune(grove, now=NOW)
    assert schemas(database) == [stage_name(database, second)]
    plays.prune(grove, now=NOW + plays.STAGE_KEPT + timedelta(minutes=1))
    assert schemas(database) == []
    assert count(grove, admin, second) == 1, "the stage comes back with whoever comes back"
    assert plays.prune(grove, now=NOW + plays.KEPT + timedelta(days=1)) == 1
    assert schemas(database) == []
    with pytest.raises(NotFound):
        count(grove, admin, second)


def test_a_timer_without_end_holds_nobody(
    grove: City, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_id = begun(grove, admin)
    plays.perform(grove, admin, play_id, GRANT, seen=1, now=NOW)
    monkeypatch.setattr(table, "RINGS", 1)
    with pytest.raises(CannotPlay, match="without end"):
        plays.move_clock(grove, admin, play_id, at("2026-03-09 09:00"), seen=2, now=NOW)
    assert count(grove, admin, play_id) == 2, "the stage is as the acts say"


def test_a_play_in_use_is_left_alone_and_locks_no_row(
    grove: City, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_id = begun(grove, admin)
    strike(grove.database, stage_name(grove.database, play_id))
    monkeypatch.setattr(holding, "TURNS", 0)
    with athand.at_hand(grove, admin, play_id, now=NOW):
        with grove.database.transaction() as session:
            free = select(Play.id).where(Play.id == play_id).with_for_update(nowait=True)
            assert session.scalar(free) == play_id, "no transaction waits for the stage"
        for use in (
            lambda: plays.perform(grove, admin, play_id, GRANT, seen=1, now=NOW),
            lambda: plays.finish(grove, admin, play_id, now=NOW),
        ):
            with pytest.raises(holding.PlayBusy):
                use()
        assert plays.prune(grove, now=NOW + plays.KEPT + timedelta(days=1)) == 0
    plays.perform(grove, admin, play_id, GRANT, seen=1, now=NOW)
    assert count(grove, admin, play_id) == 2
