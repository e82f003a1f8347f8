"""What nobody would type, and five people at once: a clear page each time, nothing half done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from models.people import Person, Position
from models.tables import Step, Unit, WorkItem
from tests.pages.reader import Page, Reader
from tests.pages.test_staff_pages import REVIEW
from tests.pages.town import HASH, PASSWORD, Town
from workflows.verify import verify

As = Callable[[str], Reader]

BEYOND = 10**30
"""More than any id can be."""


def hire(town: Town, count: int) -> list[str]:
    """Give the office more dispatchers; return their logins."""
    logins = [f"five{number}" for number in range(count)]
    with town.city.database.transaction() as session:
        office = session.scalars(select(Unit.id).where(Unit.key == "office")).one()
        for login in logins:
            row = {"login": login, "name": f"{login}某", "password_hash": HASH}
            person = session.scalars(insert(Person).returning(Person.id), [row]).one()
            session.execute(
                insert(Position).values(person_id=person, unit_id=office, role="dispatcher")
            )
    return logins


def at_once(*works: Any) -> list[Any]:
    barrier = Barrier(len(works))

    def run(work: Any) -> Any:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_five_people_send_the_same_task_and_four_read_who_was_first(town: Town) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    readers = [Reader(town.app).sign_in(login) for login in hire(town, 5)]
    tokens = [reader.token(address) for reader in readers]

    def send(reader: Reader, token: str) -> Any:
        typed = {**REVIEW, "csrf_token": token, "outcome": "accept", "remark": f"记 {token[:6]}"}
        return reader.client.post(address, data={**typed, "outcome_open": "accept"})

    started = monotonic()
    answers = at_once(
        *[
            lambda r=reader, t=token: send(r, t)
            for reader, token in zip(readers, tokens, strict=True)
        ]
    )
    assert monotonic() - started < 2
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 4}
    with town.city.database.reading() as session:
        winner = session.scalars(select(WorkItem.done_by).where(WorkItem.state == "done")).one()
        steps = session.scalar(select(func.count()).select_from(Step))
    assert steps == 2
    for answer, token in zip(answers, tokens, strict=True):
        if answer.status_code == 409:
            page = Page(answer)
            page.check()
            assert winner in page.words
            assert f"记 {token[:6]}" in answer.text
    assert verify(town.city).broken == ()


@pytest.mark.parametrize(
    "address",
    [
        f"/cases/{BEYOND}",
        f"/reception/{BEYOND}",
        f"/supervision/units/{BEYOND}",
        "/book/%00",
        "/status/%00/nothing",
        "/tasks/00000000-0000-0000-0000-000000000000",
        "/files/00000000-0000-0000-0000-000000000000",
        "/cases/1/diagrams/%00",
    ],
)
def test_an_address_that_names_nothing_says_so(town: Town, as_: As, address: str) -> None:
    town.submit()
    page = as_("dispatcher").get(address, status=404)
    assert page.heading


@pytest.mark.parametrize(
    "address",
    [
        "/inbox?q=%00",
        "/inbox?stage=%00&light=%00&view=%00",
        "/cases?q=%00&state=%00",
        f"/cases?after=2026-01-01T00:00:00%2B00:00~{BEYOND}",
        "/cases?after=9999-12-31T23:59:59-23:00~1",
        "/inbox?after=0001-01-01T00:00:00%2B14:00~00000000-0000-0000-0000-000000000000",
        "/cases?q=" + "%E8%B7%AF" * 3000,
    ],
)
def test_spoilt_questions_are_answered_all_the_same(town: Town, as_: As, address: str) -> None:
    town.submit()
    as_("dispatcher").get(address)


def test_zero_bytes_are_left_out_of_what_is_kept(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    kept = reader.post(f"{address}/draft", {"remark": "前\0后", "x\0": "1"}, frm=address)
    assert kept.status_code == 200
    assert town.open_item(case.case_id).draft == {"remark": ["前后"], "x": ["1"]}


def test_visitors_who_type_nonsense_are_answered_in_words(town: Town) -> None:
    visitor = Reader(town.app)
    for address, typed, status in (
        ("/sign-in", {"login": "a\0b", "password": "x" * 100_000}, 403),
        ("/status", {"number": "\0", "code": "\0"}, 403),
        ("/status", {"number": "9" * 5000, "code": "é"}, 403),
        ("/register", {"company": "\0", "login": "\0", "password": "\0"}, 422),
        ("/book/errand", {"title": "\0", "text": "\0"}, 422),
        ("/book/errand", {"title": "长" * 20_000}, 422),
    ):
        assert visitor.post(address, typed, frm="/sign-in").status_code == status, typed


def test_wrong_types_are_marked_and_nothing_is_lost(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    before = town.open_item(case.case_id)
    typed = {**REVIEW, "outcome": "nonsense", "level": "moon"}
    answer = as_("dispatcher").post(address, typed, frm=address)
    assert answer.status_code == 422
    assert REVIEW["measures-0-what"] in answer.text
    assert town.open_item(case.case_id).id == before.id


def test_what_cannot_be_taken_back_says_why(town: Town, as_: As) -> None:
    case = town.submit()
    answer = as_("dispatcher").post(f"/cases/{case.case_id}/recall", {"reason": "错"})
    assert answer.status_code == 409
    Page(answer).check()


@pytest.mark.parametrize(
    "address",
    ["/\t/evil.example", "/\n/evil.example", "/\\evil.example", "//evil.example", "/a\\..\\b"],
)
def test_the_way_back_never_leads_out_of_the_house(town: Town, address: str) -> None:
    sent = {"login": "dispatcher", "password": PASSWORD, "next": address}
    answer = Reader(town.app).post("/sign-in", sent, frm="/sign-in")
    assert answer.location == "/inbox"
    changed = Reader(town.app).post(
        "/language", {"language": "en", "next": address}, frm="/sign-in"
    )
    assert changed.location == "/"


def test_no_page_may_be_kept_by_a_proxy(town: Town, as_: As) -> None:
    for answer in (Reader(town.app).client.get("/status"), as_("dispatcher").client.get("/inbox")):
        assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("number", ["²", "9" * 30, "9" * 5000, "-1", "x"])
def test_what_is_no_number_is_read_as_none(as_: As, number: str) -> None:
    reader = as_("dispatcher")
    assert reader.client.get("/messages", query_string={"before": number}).status_code == 200
    assert reader.client.get("/calendar", query_string={"year": number}).status_code == 200
    assert reader.client.get("/reception/plan", query_string={"year": number}).status_code == 200
    sent = reader.post("/messages/read", {"until": number}, frm="/messages")
    assert sent.status_code == 303
