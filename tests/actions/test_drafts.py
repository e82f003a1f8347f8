"""A draft becomes one case, whoever sends it how often, and stays a draft where that fails."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from models.cases import Case
from models.people import Draft
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from workflows.actions.cases import Submitted, submit
from workflows.actions.drafts import AlreadySent, drop_draft, forget_old, keep_draft
from workflows.actor import Actor
from workflows.errors import Busy, InvalidEntries, NotFound
from workflows.files import KEPT_WAITING
from workflows.lookup import open_by_code

ENTRIES = {"title": ["门前积水"], "company": ["晨星公司"], "story": ["雨后积水"]}


@pytest.fixture
def draft(town: Town) -> UUID:
    """A booking that somebody has typed."""
    return keep_draft(
        town.city,
        uuid4(),
        f"booking:{errand.KEY}",
        {"entries": ENTRIES},
        person_id=None,
        now=MONDAY,
    )


def _send(town: Town, draft: UUID, **entries: list[str]) -> Submitted:
    return submit(
        town.city,
        Actor(name="晨星公司"),
        errand.KEY,
        {**ENTRIES, **entries},
        now=MONDAY,
        draft_id=draft,
        code="ABCDEFGH",
    )


def _kept(town: Town) -> list[tuple[str, dict[str, object]]]:
    with town.city.database.reading() as session:
        return [tuple(row) for row in session.execute(select(Draft.purpose, Draft.values))]


def _cases(town: Town) -> int:
    with town.city.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Case)).one()


def test_a_draft_sent_again_names_the_case_that_it_became(town: Town, draft: UUID) -> None:
    sent = _send(town, draft)
    with pytest.raises(AlreadySent) as again:
        _send(town, draft)
    assert (again.value.case_id, again.value.number) == (sent.case_id, sent.number)
    assert _cases(town) == 1
    known = {"case_id": sent.case_id, "number": sent.number}
    assert _kept(town) == [(f"sent:{errand.KEY}", known)]
    with town.city.database.reading() as session:
        assert open_by_code(session, sent.number, "ABCDEFGH").case_id == sent.case_id


def test_two_who_send_it_at_once_make_one_case(town: Town, draft: UUID) -> None:
    start, results = threading.Barrier(4), []

    def send() -> None:
        start.wait()
        try:
            results.append(type(_send(town, draft)))
        except (AlreadySent, Busy) as refused:
            results.append(type(refused))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(Submitted) == 1
    assert _cases(town) == 1


def test_what_cannot_be_sent_stays_a_draft(town: Town, draft: UUID) -> None:
    with pytest.raises(InvalidEntries):
        _send(town, draft, title=[""])
    assert _kept(town) == [(f"booking:{errand.KEY}", {"entries": ENTRIES})]
    assert _send(town, draft).number


def test_a_draft_that_was_dropped_is_not_sent(town: Town, draft: UUID) -> None:
    drop_draft(town.city, draft)
    with pytest.raises(NotFound):
        _send(town, draft)
    assert _cases(town) == 0


def test_what_was_sent_is_known_for_a_month_and_then_forgotten(town: Town, draft: UUID) -> None:
    _send(town, draft)
    drop_draft(town.city, draft)
    assert len(_kept(town)) == 1, "a late click on delete loses no receipt"
    assert forget_old(town.city, now=MONDAY + KEPT_WAITING) == 0
    assert forget_old(town.city, now=MONDAY + KEPT_WAITING + timedelta(seconds=1)) == 1
