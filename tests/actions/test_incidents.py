"""Incidents: each ends with its own cause, is tried again after a fix, or set aside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from models.tables import Deadline, Delivery, Incident
from tests.actions.conftest import MONDAY, Town
from tests.actions.test_course import DAY, accept
from webapp.cli import cli
from workflows import clock, engine
from workflows.actions import deliveries, delivering
from workflows.actions.repair import repair
from workflows.actions.retrying import retry, retry_all, settle
from workflows.actor import Actor, Post
from workflows.errors import InvalidEntries, NotAllowed, NotFound, Place, StepFailed
from workflows.repairing import Act, At

LATE = MONDAY + 30 * DAY


@pytest.fixture
def admin(town: Town) -> Actor:
    """A process admin."""
    post = Post(unit_id=town.office.posts[0].unit_id, role="process_admin")
    return replace(town.office, name="admin", posts=(post,))


@contextmanager
def _broken(monkeypatch: pytest.MonkeyPatch, what: str) -> Iterator[None]:
    """Let the engine fail as a broken diagram does."""

    def breaks(*args: object, **more: object) -> None:
        raise StepFailed(
            place=Place(process="errand", element=what), reason="x / 0", advice="", cause="time"
        )

    with monkeypatch.context() as patch:
        patch.setattr(engine, what, breaks)
        yield


def _incidents(town: Town) -> list[Incident]:
    with town.city.database.reading() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def test_a_failed_timer_is_tried_again_one_or_many(
    town: Town, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [town.submit().case_id for _ in range(2)]
    for case in cases:
        accept(town, case)
    with _broken(monkeypatch, "wake"):
        assert clock.tick(town.city, LATE).failed == 2
        found = _incidents(town)
        assert [(one.cause, one.version_id) for one in found] == [("time", found[0].version_id)] * 2
        assert retry(town.city, admin, found[0].id, now=LATE).reason == "x / 0"
    with pytest.raises(NotAllowed):
        retry(town.city, town.office, found[0].id, now=LATE)
    tried = retry_all(town.city, admin, [one.id for one in found], now=LATE)
    assert [one.outcome for one in tried] == ["worked", "worked"]
    assert [(one.count, one.resolved_how) for one in _incidents(town)] == [
        (2, "worked"),
        (1, "worked"),
    ]
    with pytest.raises(NotFound):
        retry(town.city, admin, found[0].id, now=LATE)


def test_a_person_who_failed_has_the_number_and_the_task(
    town: Town, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.submit().case_id
    with _broken(monkeypatch, "complete"), pytest.raises(StepFailed) as failed:
        accept(town, case)
    (found,) = _incidents(town)
    assert failed.value.incident == found.id
    assert retry(town.city, admin, found.id, now=LATE).outcome == "person"
    act = Act(kind="move", at=At("errand", "check"), to=At("errand", "urge"))
    repair(town.city, admin, case, act, reason="绕过", now=LATE)
    assert [one.resolved_how for one in _incidents(town)] == ["gone"]


def test_a_moved_time_ends_the_incident_of_the_timer(
    town: Town, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.submit().case_id
    accept(town, case)
    with _broken(monkeypatch, "wake"):
        clock.tick(town.city, LATE)
    with town.city.database.transaction() as session:
        session.execute(update(Deadline).values(due_at=LATE + DAY))
    (found,) = _incidents(town)
    assert retry(town.city, admin, found.id, now=LATE).outcome == "gone"


def test_a_message_that_failed_stays_until_it_is_handed_over(
    town: Town, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.submit().case_id
    with town.city.database.transaction() as session:
        ids = session.scalars(
            insert(Delivery).returning(Delivery.id),
            [
                {"kind": "message", "case_id": case, "message": name, "payload": {}, "at": MONDAY}
                for name in ("one", "two")
            ],
        ).all()
    taken = delivering._deliver

    def fails_on_first(frame: object, delivery_id: int) -> bool:
        if delivery_id == ids[0]:
            raise StepFailed(place=Place(), reason="x", advice="")
        return taken(frame, delivery_id)

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_deliver", fails_on_first)
        assert deliveries.hand_out(town.city, MONDAY) == deliveries.Handed(done=1, failed=1)
    (found,) = _incidents(town)
    assert (found.delivery_id, found.resolved_at) == (ids[0], None)
    assert retry(town.city, admin, found.id, now=LATE).outcome == "worked"


def test_an_incident_is_set_aside_with_a_reason(
    town: Town, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _broken(monkeypatch, "start"), pytest.raises(StepFailed):
        town.submit()
    (found,) = _incidents(town)
    with pytest.raises(InvalidEntries):
        settle(town.city, admin, found.id, reason=" ", now=LATE)
    settle(town.city, admin, found.id, reason="已补录", now=LATE)
    assert [(one.resolved_how, one.resolved_why) for one in _incidents(town)] == [
        ("settled", "已补录")
    ]


def test_commands_list_and_retry(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    database = town.city.database
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("THROUGHTRAIN_SCHEMA", database.schema)
    accept(town, town.submit().case_id)
    with _broken(monkeypatch, "wake"):
        clock.tick(town.city, LATE)

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, arguments, standalone_mode=False)
        return done.return_value, done.output

    status, listed = run("incidents", "--json", "--cause", "time")
    assert (status, [one["element"] for one in json.loads(listed)]) == (1, ["wake"])
    status, tried = run("retry", "--all", "--process", "errand")
    assert status == 0
    assert ": worked" in tried
    assert run("incidents")[0] == 0
