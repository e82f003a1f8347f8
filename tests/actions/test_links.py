"""Cases that begin, link and tell each other: through the outbox, each thing exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import delete, select

from models.queries.links import linked_cases
from models.tables import (
    Case,
    CaseLink,
    CaseUnit,
    Delivery,
    Incident,
    Reply,
    Step,
    TimelineEntry,
)
from tests.actions import family
from tests.actions.conftest import MONDAY, Town
from tests.actions.test_course import assert_whole, raw
from tests.actions.test_races import together
from workflows.access import lock_case
from workflows.actions import deliveries, delivering, frame
from workflows.actions.cases import let_go, submit
from workflows.actions.deployment import deploy
from workflows.actions.recall import recall
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor
from workflows.city import City
from workflows.errors import Busy, CannotRecall, OperationRefused, StepFailed
from workflows.verify import verify
from workflows.worker import work

DAY = timedelta(days=1)


@pytest.fixture
def wishes(town: Town) -> Town:
    """The town with a process whose cases have to do with each other."""
    deploy(town.city, SYSTEM, family.files(), now=MONDAY, reason="test")
    deploy(town.city, SYSTEM, family.duty_files(), now=MONDAY, reason="test")
    return town


def wish(town: Town, title: str = "修路", *, held: bool = False) -> int:
    entries = raw(title=title, company="晨星公司", story="坑洼")
    found = submit(town.city, town.company, family.KEY, entries, now=MONDAY, held=held)
    return found.case_id


def done(town: Town, case_id: int, element: str, *, days: int = 0, **values: str) -> None:
    """Do the open task of an element by whoever may."""
    item = town.open_items(case_id)[element]
    actor = town.office if item.role == "dispatcher" else town.worker
    complete(town.city, actor, item.id, raw(**values), now=MONDAY + days * DAY)


def split(town: Town, case_id: int, *titles: str, into: str = "") -> None:
    rows = {f"parts-{n}-title": title for n, title in enumerate(titles)}
    done(town, case_id, "check", outcome="split", into=into, **rows)


def parts_of(town: Town, case_id: int) -> Sequence[Case]:
    with town.city.database.reading() as session:
        statement = select(Case).where(Case.parent_id == case_id).order_by(Case.id)
        return session.scalars(statement).all()


def row(town: Town, case_id: int) -> Case:
    with town.city.database.reading() as session:
        return session.get_one(Case, case_id)


def outbox(town: Town) -> Sequence[Delivery]:
    with town.city.database.reading() as session:
        return session.scalars(select(Delivery).order_by(Delivery.id)).all()


def test_a_case_is_split_and_ends_with_its_last_part(wishes: Town) -> None:
    main = wish(wishes)
    split(wishes, main, "修主路", "修辅路")
    first, second = parts_of(wishes, main)
    assert [(one.title, one.origin, one.number) for one in (first, second)] == [
        ("修主路", "part", "W20260002"),
        ("修辅路", "part", "W20260003"),
    ]
    assert first.facts["story"] == "坑洼"
    assert (first.enterprise_id, first.contact_id) == (
        wishes.company.enterprise_id,
        wishes.company.person_id,
    )
    assert set(wishes.open_items(first.id)) == {"work"}
    assert wishes.open_items(main) == {}
    done(wishes, first.id, "work", days=1, outcome="done", words="已修主路")
    assert row(wishes, main).state == "open"
    done(wishes, second.id, "work", days=2, outcome="done", words="已修辅路")
    ended = row(wishes, main)
    assert (ended.state, ended.result, ended.closed_at) == ("closed", "split", MONDAY + 2 * DAY)
    with wishes.city.database.reading() as session:
        told = session.scalars(
            select(TimelineEntry)
            .where(TimelineEntry.case_id == main, TimelineEntry.kind == "message_received")
            .order_by(TimelineEntry.id)
        ).all()
    assert [(line.values["number"], line.public) for line in told] == [
        (first.number, True),
        (second.number, True),
    ]
    assert all(one.done_at for one in outbox(wishes))
    assert_whole(wishes)


def test_parts_are_seen_by_the_parent_s_parties_and_opened_by_its_code(wishes: Town) -> None:
    main = wish(wishes)
    with wishes.city.database.transaction() as session:
        roads = wishes.worker.posts[0].unit_id
        session.add(CaseUnit(case_id=main, unit_id=roads, since_at=MONDAY))
    split(wishes, main, "一", "二")
    first, _ = parts_of(wishes, main)
    with wishes.city.database.reading() as session:
        units = session.scalars(select(CaseUnit.unit_id).where(CaseUnit.case_id == first.id)).all()
        assert roads in units
        holder = Actor(name="持码人", case_id=main)
        seen = linked_cases(session, holder.scope, main)
        assert [(one.number, one.kind, one.leads, one.may_open) for one in seen] == [
            ("W20260002", "part", True, True),
            ("W20260003", "part", True, True),
        ]
        of_a_part = linked_cases(session, Actor(name="", case_id=first.id).scope, first.id)
        assert [(one.number, one.leads, one.may_open) for one in of_a_part] == [
            ("W20260001", False, False)
        ]


def test_a_part_that_ends_at_once_tells_too(wishes: Town) -> None:
    deploy(wishes.city, SYSTEM, family.errand_files(), now=MONDAY, reason="test")
    main = wish(wishes)
    split(wishes, main, "一", into=family.ERRAND)
    (part,) = parts_of(wishes, main)
    assert part.state == "closed"
    assert row(wishes, main).state == "closed"
    assert_whole(wishes)


def test_verify_finds_a_case_that_waits_for_ever(wishes: Town) -> None:
    main = wish(wishes)
    split(wishes, main, "一", "二")
    first, second = parts_of(wishes, main)
    done(wishes, first.id, "work", outcome="done", words="好")
    assert_whole(wishes)
    with wishes.city.database.transaction() as session:
        session.execute(delete(Delivery).where(Delivery.from_case_id == first.id))
    (broken,) = verify(wishes.city).broken
    assert broken.case == row(wishes, main).number
    assert first.number in broken.found
    assert second.number not in broken.found


def test_what_others_were_told_is_not_taken_back(wishes: Town) -> None:
    files = family.errand_files(with_work=True)
    deploy(wishes.city, SYSTEM, files, now=MONDAY, reason="test")
    main = wish(wishes)
    split(wishes, main, "一", into=family.ERRAND)
    (part,) = parts_of(wishes, main)
    done(wishes, part.id, "work", note="好")
    assert row(wishes, main).state == "closed"
    with pytest.raises(CannotRecall, match="told"):
        recall(wishes.city, wishes.worker, part.id, now=MONDAY)
    assert_whole(wishes)


def test_a_merged_case_gets_the_same_reply(wishes: Town) -> None:
    main, other = wish(wishes, "主事项"), wish(wishes, "同一件事")
    done(wishes, main, "check", outcome="ok")
    done(wishes, other, "check", outcome="merge", other=row(wishes, main).number.lower())
    assert wishes.open_items(other) == {}
    done(wishes, main, "work", days=3, outcome="done", words="路已修好")
    ended = row(wishes, other)
    assert (ended.state, ended.result) == ("closed", "solved")
    with wishes.city.database.reading() as session:
        replies = session.scalars(select(Reply).order_by(Reply.id)).all()
    assert [(reply.case_id, reply.text) for reply in replies] == [
        (main, "路已修好"),
        (other, "路已修好"),
    ]
    assert_whole(wishes)


@pytest.mark.parametrize(
    ("number", "words"),
    [("W20269999", "no case"), ("W20260002", "itself"), ("", "no case"), ("W20260001", "not open")],
)
def test_a_link_that_cannot_be_is_refused_in_words(wishes: Town, number: str, words: str) -> None:
    ended, case_id = wish(wishes), wish(wishes)
    done(wishes, ended, "check", outcome="ok")
    done(wishes, ended, "work", outcome="done", words="好")
    with pytest.raises(OperationRefused, match=words):
        done(wishes, case_id, "check", outcome="merge", other=number)
    assert set(wishes.open_items(case_id)) == {"check"}
    with wishes.city.database.reading() as session:
        assert session.scalars(select(CaseLink)).all() == []


def test_a_case_that_may_be_ending_is_not_waited_for(wishes: Town) -> None:
    main, other = wish(wishes, "主事项"), wish(wishes, "同一件事")
    done(wishes, main, "check", outcome="ok")
    number = row(wishes, main).number
    with wishes.city.database.transaction() as session:
        lock_case(session, SYSTEM, case_id=main)
        with pytest.raises(Busy):
            done(wishes, other, "check", outcome="merge", other=number)
    done(wishes, other, "check", outcome="merge", other=number)
    done(wishes, main, "work", outcome="done", words="好")
    assert row(wishes, other).state == "closed"
    assert_whole(wishes)


def test_two_cases_do_not_wait_for_each_other(wishes: Town) -> None:
    one, two = wish(wishes), wish(wishes)
    done(wishes, one, "check", outcome="merge", other="W20260002")
    with pytest.raises(OperationRefused, match="waits for this one"):
        done(wishes, two, "check", outcome="merge", other="W20260001")


def test_an_item_that_does_not_fill_in_the_form_is_refused(wishes: Town) -> None:
    main = wish(wishes)
    item = wishes.open_items(main)["check"]
    entries = raw(outcome="split", **{"parts-0-title": "一", "parts-0-size": "许多"})
    with pytest.raises(OperationRefused, match="item 1"):
        complete(wishes.city, wishes.office, item.id, entries, now=MONDAY)
    assert outbox(wishes) == []


def test_a_case_tells_its_parts_and_itself(wishes: Town) -> None:
    main = wish(wishes)
    split(wishes, main, "一", "二")
    first, second = parts_of(wishes, main)
    done(wishes, first.id, "work", outcome="tell")
    assert set(wishes.open_items(main)) == set()
    assert [one.last_error for one in outbox(wishes) if one.case_id == main] == [
        delivering.NOBODY_WAITED
    ]
    done(wishes, second.id, "work", outcome="remember")
    assert set(wishes.open_items(second.id)) == {"work", "renew"}
    assert_whole(wishes)


def test_work_of_the_city_itself_has_no_company(wishes: Town) -> None:
    found = submit(wishes.city, wishes.office, family.DUTY, raw(title="梳理"), now=MONDAY)
    assert row(wishes, found.case_id).enterprise_id is None
    done(wishes, found.case_id, "list_it", note="好")
    assert row(wishes, found.case_id).state == "closed"
    main = wish(wishes)
    split(wishes, main, "另一件", into=family.DUTY)
    (opened,) = parts_of(wishes, main)
    assert (opened.number, opened.enterprise_id) == ("D20260002", None)
    with wishes.city.database.reading() as session:
        holder = Actor(name="持码人", case_id=main)
        (seen,) = linked_cases(session, holder.scope, main)
    assert not seen.may_open
    done(wishes, opened.id, "list_it", note="好")
    assert row(wishes, main).state == "closed"
    assert_whole(wishes)


def test_what_fails_is_tried_again_and_never_breaks_the_answer(
    wishes: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    main = wish(wishes)
    with monkeypatch.context() as patch:
        patch.setattr(delivering, "begin", breaks)
        split(wishes, main, "一", "二")
    assert parts_of(wishes, main) == []
    waiting = outbox(wishes)
    assert [(one.done_at, one.tries) for one in waiting] == [(None, 1), (None, 1)]
    with wishes.city.database.reading() as session:
        incidents = session.scalars(select(Incident)).all()
        assert [(one.case_id, one.action, one.count) for one in incidents] == [
            (main, "open", 1)
        ] * 2
    assert deliveries.hand_out(wishes.city, MONDAY).done == 0
    later = MONDAY + delivering.FIRST_RETRY
    assert deliveries.hand_out(wishes.city, later).done == 2
    assert len(parts_of(wishes, main)) == 2
    with wishes.city.database.reading() as session:
        assert session.scalars(select(Incident.resolved_at)).all() == [later] * 2
    assert_whole(wishes)


def test_a_worker_takes_what_a_process_left(wishes: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    main = wish(wishes)
    with monkeypatch.context() as patch:
        patch.setattr(frame, "FOLLOWING", [])
        split(wishes, main, "一", "二")
    assert parts_of(wishes, main) == []
    stop = Event()

    def once() -> datetime:
        stop.set()
        return MONDAY

    work(wishes.city, stop, once)
    assert len(parts_of(wishes, main)) == 2


def test_two_workers_hand_out_everything_exactly_once(
    wishes: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "FOLLOWING", [])
    mains = [wish(wishes) for _ in range(4)]
    for main in mains:
        split(wishes, main, "一", "二", "三")
    other = City(wishes.city.database)
    results = together(
        *[lambda c=city: deliveries.hand_out(c, MONDAY) for city in (wishes.city, other)] * 2
    )
    assert sum(result.done for result in results) == 12
    assert [len(parts_of(wishes, main)) for main in mains] == [3] * 4
    for main in mains:
        for part in parts_of(wishes, main):
            done(wishes, part.id, "work", outcome="done", words="好")
    assert sum(not one.done_at for one in outbox(wishes)) == 12
    for _ in range(6):
        together(
            *[lambda c=city: deliveries.hand_out(c, MONDAY) for city in (wishes.city, other)] * 2
        )
    assert {row(wishes, main).state for main in mains} == {"closed"}
    with wishes.city.database.reading() as session:
        steps = session.scalars(select(Step).where(Step.kind == "deliver")).all()
    # The first message finds that no part is open any more; nothing waits for the others then.
    assert len(steps) == len(mains)
    assert all(one.done_at and not one.tries for one in outbox(wishes))
    assert_whole(wishes)


def test_played_cases_are_left_to_their_player(
    wishes: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = wish(wishes, held=True)
    split(wishes, main, "一")
    assert deliveries.hand_out(wishes.city, MONDAY + DAY).done == 0
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "PLAYED", 0)
        with pytest.raises(StepFailed, match="without a person"):
            deliveries.play(wishes.city, [main])
    assert deliveries.play(wishes.city, [main]) == 1
    (part,) = parts_of(wishes, main)
    assert (part.held, part.submitted_at) == (True, MONDAY)
    done(wishes, part.id, "work", days=4, outcome="done", words="好")
    assert row(wishes, main).state == "open"
    assert deliveries.play(wishes.city, [main, part.id]) == 1
    assert row(wishes, main).closed_at == MONDAY + 4 * DAY
    let_go(wishes.city, main)
    assert not row(wishes, part.id).held


def test_a_case_that_is_locked_is_told_later(wishes: Town) -> None:
    main = wish(wishes)
    split(wishes, main, "一")
    (part,) = parts_of(wishes, main)
    with wishes.city.database.transaction() as session:
        session.execute(select(Case.id).where(Case.id == main).with_for_update(key_share=True))
        done(wishes, part.id, "work", outcome="done", words="好")
    assert row(wishes, main).state == "open"
    assert deliveries.hand_out(wishes.city, MONDAY).done == 1
    assert row(wishes, main).state == "closed"
