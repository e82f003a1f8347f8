"""Running cases move to another version and back: exactly once, and with all that they had."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from models.moves import Move, MovedCase
from models.queries.moves import moved_cases, read_move
from models.tables import Case, Deadline, Incident, Process, Step, TimelineEntry, Wait, WorkItem
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import form, outcome, text
from tests.actions.test_course import DAY, HOUR, accept, assert_whole, raw
from webapp.commands.moving import migrate_cases
from workflows import clock, migrating
from workflows.actions.deployment import deploy
from workflows.actions.migration import Chosen, NothingToMove, begin_back, begin_move, begin_preview
from workflows.actions.recall import recall
from workflows.actions.tasks import claim, complete, save_draft
from workflows.actor import SYSTEM
from workflows.errors import CannotRecall, NotAllowed

LATER = MONDAY + 20 * DAY
WAYS = ("check", "supplement", "work", "urge", "signed")


def changed(*pairs: tuple[str, str], **files: bytes) -> dict[str, bytes]:
    """The errand with words of its diagram replaced, and other files."""
    drawn = errand.diagram().decode()
    for before, after in pairs:
        assert before in drawn, before
        drawn = drawn.replace(before, after)
    more = {f"forms/{name}.form": content for name, content in files.items()}
    return {**errand.files(), "errand.bpmn": drawn.encode(), **more}


APPROVED = (
    ('sourceRef="join" targetRef="close"', 'sourceRef="join" targetRef="approve"'),
    (
        '<bpmn:serviceTask id="close"',
        '<bpmn:userTask id="approve" name="approve"><bpmn:extensionElements>'
        '<spiffworkflow:properties><spiffworkflow:property name="form" value="note"/>'
        "</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>"
        '<bpmn:serviceTask id="close"',
    ),
    ("</bpmn:process>", '<bpmn:sequenceFlow id="on" sourceRef="approve" targetRef="close"/>'
     "</bpmn:process>"),
    ("<bpmn:flowNodeRef>check<", "<bpmn:flowNodeRef>approve</bpmn:flowNodeRef>"
     "<bpmn:flowNodeRef>check<"),
)  # fmt: skip
NEWER = changed(
    *APPROVED,
    ('id="work" name="work"', 'id="work" name="办理事项"'),
    ('name="due" value="workdays(5)"', 'name="due" value="workdays(8)"'),
    work=form("work", outcome(done="办结", back="退回"), text("finding")),
)


def brought(town: Town, way: str) -> int:
    """Submit a case and bring it to a wait state."""
    case_id = town.submit().case_id
    city, items = town.city, lambda: town.open_items(case_id)
    if way == "supplement":
        complete(city, town.office, items()["check"].id, raw(outcome="more"), now=MONDAY + HOUR)
    elif way != "check":
        accept(town, case_id)
        work = items()["work"]
        if way == "work":
            claim(city, town.worker, work.id, now=MONDAY + HOUR)
            save_draft(city, town.worker, work.id, raw(remark="半"), now=MONDAY + HOUR)
        if way == "urge":
            clock.tick(city, MONDAY + 8 * DAY)
        if way == "signed":
            complete(city, town.worker, work.id, raw(outcome="done"), now=MONDAY + DAY)
            sign = items()["sign_one"]
            complete(city, town.worker, sign.id, raw(note="a"), now=MONDAY + DAY)
    return case_id


def deployed(town: Town, files: dict[str, bytes]) -> int:
    """Deploy another version and return its id."""
    return deploy(town.city, SYSTEM, files, now=MONDAY + 9 * DAY, reason="新办法").version_id


def moved(town: Town, chosen: Chosen | None = None, **more: Any) -> Counter[str]:
    """Move cases and return how many came to what."""
    move_id = begin_move(
        town.city, SYSTEM, "errand", chosen or Chosen(whole=True), now=LATER, reason="试", **more
    )
    return finished(town, move_id)


def finished(town: Town, move_id: int, now: datetime = LATER) -> Counter[str]:
    assert migrating.run(town.city, move_id, lambda: now)
    with town.city.database.reading() as session:
        row = read_move(session, move_id)
        assert row is not None
        assert row.finished_at is not None
        return Counter(row.counts)


def previewed(town: Town, **more: Any) -> dict[str, Any]:
    move_id = begin_preview(town.city, SYSTEM, "errand", now=LATER, **more)
    migrating.run(town.city, move_id, lambda: LATER)
    with town.city.database.reading() as session:
        return session.get_one(Move, move_id).report


def rows(town: Town, *names: str) -> list[Any]:
    """All work, deadlines and waits of the city, without the named columns."""
    with town.city.database.reading() as session:
        found = []
        for model in (WorkItem, Deadline, Wait):
            columns = [one for one in model.__table__.c if one.name not in names]
            found.append(session.execute(select(*columns).order_by(model.id)).all())
        versions = session.execute(select(Case.id, Case.version_id).order_by(Case.id)).all()
        return [*found, versions]


def test_all_wait_states_move_with_what_they_had_and_back_again(town: Town) -> None:
    cases = {way: [brought(town, way) for _ in range(4)] for way in WAYS}
    before = rows(town)
    version = deployed(town, NEWER)
    assert previewed(town)["fits"] == 20
    assert rows(town) == before
    assert moved(town) == {"moved": 20}
    own = ("name", "form")
    assert rows(town, *own)[:3] == [
        [tuple(one for one, c in zip(row, table, strict=True) if c not in own) for row in part]
        for part, table in zip(before, _names(), strict=False)
    ]
    work = town.open_items(cases["work"][0])["work"]
    assert (work.name, work.assignee_id) == ("办理事项", town.worker.person_id)
    assert work.draft == raw(remark="半")
    assert_whole(town)
    with town.city.database.reading() as session:
        newest = session.scalars(
            select(Step).where(Step.case_id == cases["urge"][0]).order_by(Step.number.desc())
        ).first()
        assert newest is not None
        assert (newest.kind, newest.version_id) == ("migrate", version)
        lines = session.scalars(
            select(TimelineEntry).where(TimelineEntry.kind == "version_changed")
        ).all()
        assert {(one.values["from"], one.values["to"], one.public) for one in lines} == {
            (1, 2, False)
        }
        move = session.scalars(select(Move.id).where(Move.kind == "move")).one()
    back = begin_back(town.city, SYSTEM, move, now=LATER, reason="不行")
    assert finished(town, back) == {"moved": 20}
    assert rows(town) == before
    assert_whole(town)


def _names() -> list[list[str]]:
    return [[one.name for one in model.__table__.c] for model in (WorkItem, Deadline, Wait)]


def test_a_moved_case_goes_on_as_the_new_version_says(town: Town) -> None:
    case_id = brought(town, "signed")
    deployed(town, NEWER)
    moved(town)
    sign = town.open_items(case_id)["sign_two"]
    complete(town.city, town.office, sign.id, raw(note="b"), now=LATER + HOUR)
    assert set(town.open_items(case_id)) == {"approve"}
    # The step after the move is taken back as ever; the move itself is not a step to take back.
    recall(town.city, town.office, case_id, now=LATER + 2 * HOUR)
    assert set(town.open_items(case_id)) == {"sign_two"}
    other = brought(town, "check")
    with pytest.raises(CannotRecall):
        recall(town.city, town.office, case_id, now=LATER + 3 * HOUR)
    assert set(town.open_items(other)) == {"check"}
    assert_whole(town)


def test_a_preview_says_what_would_become_of_each(town: Town) -> None:
    for way in WAYS:
        brought(town, way)
    gone = changed(
        *APPROVED,
        ('id="supplement" name="supplement"', 'id="more" name="再补"'),
        ("supplement<", "more<"),
        ('targetRef="supplement"', 'targetRef="more"'),
        ('sourceRef="supplement"', 'sourceRef="more"'),
        ('name="due" value="workdays(5)"', 'name="due" value="workdays(8)"'),
        work=form("work", outcome(done="办结", back="退回"), text("finding")),
    )
    deployed(town, gone)
    found = previewed(town)
    assert (found["cases"], found["fits"]) == (5, 4)
    assert found["stages"]["check"] == {"fits": 1, "refused": 1}
    assert found["stages"]["work"] == {"fits": 3}
    (reason,) = found["reasons"]
    assert (reason["element"], reason["cases"]) == ("supplement", 1)
    assert reason["said"][1] == {"name": "supplement"}
    (lost,) = found["lost"]
    assert {"id": "more", "name": "再补"} in lost["candidates"]
    (due,) = found["dues"]
    assert (due["element"], due["cases"]) == ("work", 2)
    assert due["examples"][0]["kept"] < due["examples"][0]["would"]
    assert found["drafts"][0]["fields"] == ["remark"]
    assert {"name": "work", "what": "due", "before": "workdays(5)", "after": "workdays(8)"} in (
        found["rules"]
    )
    mapping = {("errand", "supplement"): "more"}
    assert previewed(town, mapping=mapping)["fits"] == 5
    assert moved(town) == {"moved": 4, "refused": 1}
    with town.city.database.reading() as session:
        kept = session.scalars(select(MovedCase).where(MovedCase.state == "refused")).one()
        assert kept.reasons[0]["element"] == "supplement"
        assert session.scalars(select(Incident)).all() == []
    assert moved(town, mapping=mapping) == {"moved": 1}
    assert_whole(town)


def test_some_cases_move_and_nobody_may_who_may_not_deploy(town: Town) -> None:
    stays, goes = brought(town, "check"), brought(town, "work")
    number = town.submit().number
    version = deployed(town, NEWER)
    with pytest.raises(NotAllowed):
        begin_move(town.city, town.office, "errand", Chosen(whole=True), now=LATER, reason="x")
    with pytest.raises(NothingToMove):
        moved(town, Chosen(numbers=["E20269999"]))
    assert moved(town, Chosen(elements=[("errand", "work")], numbers=[number])) == {"moved": 2}
    with town.city.database.reading() as session:
        found = dict(session.execute(select(Case.id, Case.version_id)).all())
    assert found[goes] == version
    assert found[stays] != version


def test_cases_of_several_versions_go_to_one_and_back_in_turn(town: Town) -> None:
    twice, once = brought(town, "work"), brought(town, "check")
    second = deployed(town, changed(('id="work" name="work"', 'id="work" name="二"')))
    with town.city.database.reading() as session:
        numbers = dict(session.execute(select(Case.id, Case.number)).all())
        first = session.get_one(Case, once).version_id
    assert moved(town, Chosen(numbers=[numbers[twice]])) == {"moved": 1}
    later = brought(town, "signed")
    third = deployed(town, NEWER)
    assert previewed(town)["versions"] == [[1, 1], [2, 2]]
    assert moved(town) == {"moved": 3}

    def back(move: int) -> Counter[str]:
        return finished(town, begin_back(town.city, SYSTEM, move, now=LATER, reason="不行"))

    def on() -> list[int]:
        with town.city.database.reading() as session:
            return [session.get_one(Case, one).version_id for one in (twice, once, later)]

    with town.city.database.reading() as session:
        to_second, to_third = session.scalars(
            select(Move.id).filter_by(kind="move").order_by(Move.id)
        )
    assert on() == [third] * 3
    assert back(to_second) == {"gone": 1}
    assert back(to_third) == {"moved": 3}
    assert on() == [second, first, second]
    assert back(to_second) == {"moved": 1}
    assert on() == [first, first, second]
    assert_whole(town)


def test_the_command_looks_moves_and_says_what_stays(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = town.submit().number
    brought(town, "work")
    renamed = changed(*((f'{one}"check"', f'{one}"look"') for one in (" id=", "Ref=")))
    drawn = renamed["errand.bpmn"].replace(b">check<", b">look<")
    deployed(town, {**renamed, "errand.bpmn": drawn})
    url = town.city.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    runner = CliRunner()

    def said(*options: str) -> tuple[int, Any]:
        answer = runner.invoke(migrate_cases, ["errand", "--json", *options], standalone_mode=False)
        assert answer.exception is None, answer.output
        return answer.return_value, json.loads(answer.output)

    status, found = said("--dry-run")
    assert (status, found["cases"], found["fits"]) == (1, 2, 1)
    status, found = said()
    assert (status, found["counts"]) == (1, {"moved": 1, "refused": 1})
    assert found["left"][0]["number"] == number
    assert "“check” is open and is not in the new version." in found["left"][0]["reasons"]
    status, found = said("--map", "errand/check=look", "--number", number)
    assert (status, found["counts"]) == (0, {"moved": 1})
    assert said("--back", str(found["move"]))[1]["counts"] == {"moved": 1}


def test_two_processes_and_a_kill_move_each_case_once(town: Town) -> None:
    cases = [brought(town, WAYS[n % 3]) for n in range(12)]
    deployed(town, NEWER)
    move_id = begin_move(town.city, SYSTEM, "errand", Chosen(whole=True), now=LATER, reason="试")
    assert not migrating.run(town.city, move_id, lambda: LATER, limit=3)  # killed here
    assert not migrating.resume(town.city, LATER + timedelta(seconds=5), lambda: LATER)
    lost = LATER + migrating.LOST + HOUR
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(migrating.resume, town.city, lost, lambda: lost) for _ in "ab"]:
            one.result()
    with town.city.database.reading() as session:
        steps = session.execute(select(Step.case_id).where(Step.kind == "migrate")).all()
        assert Counter(row.case_id for row in steps) == dict.fromkeys(cases, 1)
        assert {one.state for one in moved_cases(session, move_id)} == {"moved"}
    assert_whole(town)


def test_what_happened_since_is_kept_on_the_way_back(town: Town) -> None:
    late = changed(
        *APPROVED,
        ("</bpmn:process>", '<bpmn:boundaryEvent id="slow" name="slow" attachedToRef="sign_two" '
         'cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeDuration>workdays(2)'
         "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
         '<bpmn:endEvent id="slow_end"/><bpmn:sequenceFlow id="slowly" sourceRef="slow" '
         'targetRef="slow_end"/></bpmn:process>'),
    )  # fmt: skip
    done, still, stuck = (brought(town, way) for way in ("check", "signed", "signed"))
    deployed(town, late)
    found = previewed(town)
    assert [one["cases"] for one in found["armed"]] == [2]
    moved(town)
    with town.city.database.reading() as session:
        move = session.scalars(select(Move.id).where(Move.kind == "move")).one()
        timers = session.scalars(
            select(Deadline.case_id).where(Deadline.element == "slow", Deadline.ended_at.is_(None))
        ).all()
        assert sorted(timers) == [still, stuck]
    accept(town, done, LATER + HOUR)
    sign = town.open_items(stuck)["sign_two"]
    complete(town.city, town.office, sign.id, raw(note="b"), now=LATER + HOUR)
    back = begin_back(town.city, SYSTEM, move, now=LATER + DAY, reason="不行")
    assert finished(town, back, LATER + DAY) == {"moved": 2, "refused": 1}
    assert set(town.open_items(done)) == {"work"}
    with town.city.database.reading() as session:
        refused = session.scalars(select(MovedCase).where(MovedCase.state == "refused")).one()
        assert (refused.case_id, refused.reasons[0]["element"]) == (stuck, "approve")
        current = session.scalars(select(Process.version_id)).one()
        versions = dict(session.execute(select(Case.id, Case.version_id)).all())
        assert versions[done] != current
        assert versions[stuck] == current
    assert_whole(town)
