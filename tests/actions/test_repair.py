"""Repair of cases: looked at first, made with a reason, told, and the case is whole after it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.tables import (
    AuditEntry,
    Deadline,
    Incident,
    Notice,
    RepairedCase,
    RepairRun,
    Step,
    TimelineEntry,
)
from tests.actions.conftest import MONDAY, Town
from tests.actions.test_course import DAY, HOUR, accept, assert_whole, case_row, raw
from workflows import case_by_case, clock, incidents, repairing_many
from workflows.actions.recall import recall
from workflows.actions.repair import preview, repair
from workflows.actions.repairing_many import begin as begin_many
from workflows.actions.tasks import complete
from workflows.actor import Actor, Post
from workflows.errors import (
    CannotRecall,
    CannotRepair,
    CaseSuspended,
    InvalidEntries,
    NotAllowed,
    StepFailed,
)
from workflows.repairing import Act, At

NOW = MONDAY + 2 * HOUR


@pytest.fixture
def admin(town: Town) -> Actor:
    """A process admin."""
    post = Post(unit_id=town.office.posts[0].unit_id, role="process_admin")
    return replace(town.office, name="admin", posts=(post,))


def _at(element: str) -> At:
    return At("errand", element)


def _do(town: Town, admin: Actor, case_id: int, act: Act, **more: Any) -> Any:
    """Look at a repair, make it, and see that it was what was shown."""
    shown = preview(town.city, admin, case_id, act, now=NOW)
    made = repair(
        town.city, admin, case_id, act, reason="弄错了", now=NOW, revision=shown.revision, **more
    )
    assert made == shown
    assert_whole(town)
    return made


def _lines(town: Town, case_id: int) -> list[tuple[str, bool, str]]:
    with town.city.database.reading() as session:
        rows = session.scalars(
            select(TimelineEntry).where(TimelineEntry.case_id == case_id).order_by(TimelineEntry.id)
        )
        return [(row.kind, row.public, row.values.get("text", "")) for row in rows]


def test_a_preview_changes_nothing_and_a_repair_keeps_its_word(town: Town, admin: Actor) -> None:
    case = town.submit().case_id
    accept(town, case)
    act = Act(kind="move", at=_at("work"), to=_at("sign_two"))
    with pytest.raises(CannotRepair, match="would wait for ever"):
        preview(town.city, admin, case, act, now=NOW)
    act = Act(kind="move", at=_at("work"), to=_at("split"), public="材料已齐，转入会签。")
    before = case_row(town, case)
    shown = preview(town.city, admin, case, act, now=NOW)
    assert [one.element for one in shown.opened] == ["sign_one", "sign_two"]
    assert [one.element for one in shown.closed] == ["work"]
    assert ("timer", "overdue", None) in [(t.kind, t.element, t.after) for t in shown.times]
    assert (case_row(town, case).revision, list(town.open_items(case))) == (
        before.revision,
        ["work"],
    )
    with pytest.raises(NotAllowed):
        preview(town.city, town.office, case, act, now=NOW)
    with pytest.raises(InvalidEntries):
        repair(town.city, admin, case, act, reason=" ", now=NOW)
    with pytest.raises(CannotRepair, match="moved on since"):
        repair(town.city, admin, case, act, reason="x", now=NOW, revision=shown.revision - 1)
    _do(town, admin, case, act)
    assert sorted(town.open_items(case)) == ["sign_one", "sign_two"]
    assert _lines(town, case)[-2:] == [
        ("repaired", False, "弄错了"),
        ("repair_told", True, "材料已齐，转入会签。"),
    ]
    with town.city.database.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.case_id == case).order_by(AuditEntry.id.desc())
        ).first()
        assert entry is not None
        assert (entry.action, entry.detail["reason"]) == ("repair", "弄错了")
        body = select(Notice.values["body"].astext).where(Notice.case_id == case)
        assert "材料已齐，转入会签。" in session.scalars(body).all()
    with pytest.raises(CannotRecall):
        recall(town.city, town.office, case, now=NOW)


def test_values_are_typed_and_move_the_process(town: Town, admin: Actor) -> None:
    case = town.submit().case_id
    for text, said in (("晨星", "is no value"), ("5", "another kind")):
        with pytest.raises(CannotRepair, match=said):
            preview(town.city, admin, case, Act(kind="set", values={"title": text}), now=NOW)
    with pytest.raises(CannotRepair, match="nothing in this process"):
        preview(town.city, admin, case, Act(kind="set", values={"titel": '"x"'}), now=NOW)
    with pytest.raises(CannotRepair, match="no form offers"):
        preview(town.city, admin, case, Act(kind="set", values={"outcome": '"x"'}), now=NOW)
    made = _do(town, admin, case, Act(kind="set", values={"title": '"门前涝水"', "lead": '"x"'}))
    assert [(one.name, one.before, one.after) for one in made.values] == [
        ("title", "门前积水", "门前涝水"),
        ("lead", None, "x"),
    ]
    assert (case_row(town, case).title, case_row(town, case).facts["lead"]) == ("门前涝水", "x")


def test_going_back_opens_again_and_says_what_is_not_undone(town: Town, admin: Actor) -> None:
    case = town.submit().case_id
    accept(town, case)
    work = town.open_items(case)["work"]
    complete(town.city, town.worker, work.id, raw(outcome="done"), now=MONDAY + HOUR)
    for element, actor in (("sign_one", town.worker), ("sign_two", town.office)):
        item = town.open_items(case)[element]
        complete(town.city, actor, item.id, raw(note="好"), now=MONDAY + HOUR)
    assert case_row(town, case).state == "closed"
    with pytest.raises(CannotRepair, match="not open any more"):
        preview(town.city, admin, case, Act(kind="end", at=_at("work")), now=NOW)
    made = _do(town, admin, case, Act(kind="restore", step=2))
    assert made.state == ("closed", "open")
    assert ("close_case",) in [one.operations for one in made.undone]
    assert [(one.element, one.due_at) for one in made.opened] == [
        ("work", town.open_items(case)["work"].due_at)
    ]
    row = case_row(town, case)
    assert (row.closed_at, row.facts["lead"], row.facts["note"]) == (None, "roads", None)
    again = town.open_items(case)["work"]
    assert again.id != work.id
    complete(town.city, town.worker, again.id, raw(outcome="done"), now=NOW + HOUR)
    recall(town.city, town.worker, case, now=NOW + HOUR)
    assert list(town.open_items(case)) == ["work"]
    assert_whole(town)


def test_a_suspended_case_stands_still_for_everybody(town: Town, admin: Actor) -> None:
    case = town.submit().case_id
    accept(town, case)
    due = town.open_items(case)["work"].due_at
    assert due is not None
    with pytest.raises(CannotRepair, match="nothing is said"):
        preview(town.city, admin, case, Act(kind="suspend"), now=NOW)
    _do(town, admin, case, Act(kind="suspend", public="系统升级"))
    item = town.open_items(case)["work"]
    assert item.paused_at == NOW
    with pytest.raises(CaseSuspended, match="系统升级"):
        complete(town.city, town.worker, item.id, raw(outcome="done"), now=NOW)
    assert clock.tick(town.city, MONDAY + 40 * DAY).fired == 0
    _do(town, admin, case, Act(kind="move", at=_at("work"), to=_at("work")))
    assert town.open_items(case)["work"].paused_at == NOW
    _do(town, admin, case, Act(kind="resume"))
    assert town.open_items(case)["work"].paused_at is None
    assert [kind for kind, public, _ in _lines(town, case) if public][-2:] == [
        "case_suspended",
        "case_resumed",
    ]


def test_times_are_set_anew_and_a_case_is_cancelled(town: Town, admin: Actor) -> None:
    case = town.submit().case_id
    accept(town, case)
    with town.city.database.reading() as session:
        timer = session.scalars(select(Deadline.id).where(Deadline.kind == "timer")).one()
    with pytest.raises(CannotRepair, match="passed already"):
        preview(town.city, admin, case, Act(kind="rearm", deadline=timer, due_at=NOW), now=NOW)
    _do(town, admin, case, Act(kind="rearm", deadline=timer, due_at=NOW + DAY))
    _do(town, admin, case, Act(kind="rearm", at=_at("work"), due_at=NOW + 30 * DAY))
    assert town.open_items(case)["work"].due_at == NOW + 30 * DAY
    assert clock.tick(town.city, NOW + DAY).fired == 1
    made = _do(town, admin, case, Act(kind="cancel", public="企业已注销，本件终止办理。"))
    assert made.state == ("open", "cancelled")
    assert case_row(town, case).state == "cancelled"
    assert ("case_cancelled", True, "企业已注销，本件终止办理。") in _lines(town, case)
    _do(town, admin, case, Act(kind="restore", step=made.revision))
    assert sorted(town.open_items(case)) == ["urge", "work"]


def test_a_repair_that_fails_is_read_and_opens_no_incident(town: Town, admin: Actor) -> None:
    case = town.submit().case_id
    act = Act(kind="move", at=_at("check"), to=_at("work"))  # nobody knows the lead yet
    with pytest.raises(StepFailed, match="nothing declares"):
        preview(town.city, admin, case, act, now=NOW)
    with town.city.database.reading() as session:
        assert session.scalars(select(Incident)).all() == []
    _do(town, admin, case, Act(kind="set", values={"lead": '"roads"'}))
    _do(town, admin, case, act)
    _do(town, admin, case, Act(kind="add", at=_at("work"), to=_at("urge")))
    _do(town, admin, case, Act(kind="end", at=_at("urge")))
    with pytest.raises(CannotRepair, match="nothing would be left"):
        preview(town.city, admin, case, Act(kind="end", at=_at("work")), now=NOW)


def test_the_same_repair_of_many_goes_on_past_those_that_refuse(town: Town, admin: Actor) -> None:
    cases = [town.submit().case_id for _ in range(3)]
    accept(town, cases[1])
    act = Act(kind="set", values={"lead": '"roads"'}, at=_at("check"))
    run = begin_many(town.city, admin, [*cases, 99], act, reason="补录", now=NOW)
    assert repairing_many.run(town.city, run, lambda: NOW)
    with town.city.database.reading() as session:
        rows = session.execute(
            select(RepairedCase.case_id, RepairedCase.state, RepairedCase.step).order_by(
                RepairedCase.case_id
            )
        ).all()
    assert [tuple(row) for row in rows] == [
        (cases[0], "done", 2),
        (cases[1], "refused", None),
        (cases[2], "done", 2),
    ]
    with pytest.raises(CannotRepair, match="not the same"):
        begin_many(town.city, admin, cases, Act(kind="restore", step=1), reason="x", now=NOW)
    assert_whole(town)


def test_a_repair_of_many_outlives_its_process_and_takes_each_case_once(
    town: Town, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [town.submit().case_id for _ in range(8)]
    act = Act(kind="set", values={"lead": '"roads"'})
    run = begin_many(town.city, admin, cases, act, reason="补录", now=NOW)
    assert not repairing_many.run(town.city, run, lambda: NOW, limit=2)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(incidents, "clear_gone", killed)  # all is written, nothing committed
        with pytest.raises(KeyboardInterrupt):
            repairing_many.run(town.city, run, lambda: NOW)
    assert not repairing_many.resume(town.city, NOW + timedelta(seconds=5), lambda: NOW)
    lost = NOW + case_by_case.LOST + HOUR
    with ThreadPoolExecutor(2) as pool:
        for one in [
            pool.submit(repairing_many.resume, town.city, lost, lambda: lost) for _ in "ab"
        ]:
            one.result()
    with town.city.database.reading() as session:
        steps = session.scalars(select(Step.case_id).where(Step.kind == "act"))
        assert Counter(steps) == dict.fromkeys(cases, 1)
        rows = session.execute(select(RepairedCase.state, RepairedCase.step))
        assert {tuple(row) for row in rows} == {("done", 2)}
        assert session.get_one(RepairRun, run).finished_at == lost
    assert_whole(town)
