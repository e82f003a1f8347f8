"""Pages of what people may do with a case at any time, and of cases linked to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.tables import Case, CaseLink, Step, Wait
from tests.actions import anytime, family
from tests.pages.reader import Page, Reader
from tests.pages.town import MONDAY, Town
from workflows.actions.cases import Submitted, submit
from workflows.actions.deployment import deploy
from workflows.actions.messages import send
from workflows.actor import SYSTEM, Actor

As = Callable[[str], Reader]


@pytest.fixture
def plea(town: Town) -> Submitted:
    """A plea of the company; it may be withdrawn, and the office may instruct."""
    deploy(town.city, SYSTEM, anytime.files(), now=MONDAY, reason="test")
    return plead(town, "请尽快通水")


def plead(town: Town, title: str) -> Submitted:
    values = {"title": [title], "company": ["晨星公司"]}
    return submit(town.city, town.company, anytime.KEY, values, now=MONDAY)


def wait(town: Town, case_id: int, element: str) -> Wait:
    with town.city.database.reading() as session:
        return session.scalars(
            select(Wait).where(Wait.case_id == case_id, Wait.element == element)
        ).one()


def buttons(page: Page) -> list[tuple[str, str]]:
    return [(one.text_content(), one.get("href")) for one in page.all("//ul[@class='anytime']//a")]


def test_staff_read_on_the_case_page_what_they_may_do(town: Town, plea: Submitted, as_: As) -> None:
    instruct = wait(town, plea.case_id, "instruct")
    address = f"/cases/messages/{instruct.id}"
    for login in ("dispatcher", "supervisor"):
        assert buttons(as_(login).get(f"/cases/{plea.case_id}")) == [("instruct", address)]
    assert buttons(as_("leader").get(f"/cases/{plea.case_id}")) == []
    page = as_("dispatcher").get(address)
    assert page.heading == "instruct"
    assert "请落实" in page.words


def test_a_message_is_sent_from_its_page_and_told_in_the_story(
    town: Town, plea: Submitted, as_: As
) -> None:
    reader = as_("dispatcher")
    address = f"/cases/messages/{wait(town, plea.case_id, 'instruct').id}"
    answer = reader.post(address, {"outcome": "do", "words": "三日内落实"}, frm=address)
    assert (answer.status_code, answer.location) == (303, f"/cases/{plea.case_id}")
    page = reader.get(f"/cases/{plea.case_id}")
    assert "instruct" in page.words
    assert "三日内落实" in page.words
    assert buttons(page) == [("instruct", address)]
    with town.city.database.reading() as session:
        assert session.scalars(select(Step.kind).order_by(Step.number)).all() == [
            "start",
            "deliver",
        ]


def test_what_was_typed_is_kept_and_comes_back(town: Town, plea: Submitted, as_: As) -> None:
    reader, other = as_("company"), as_("dispatcher")
    address = f"/my/messages/{wait(town, plea.case_id, 'withdraw').id}"
    answer = reader.post(f"{address}/keep", {"reason": "先写一半"}, frm=address)
    assert answer.status_code == 200
    page = reader.get(address)
    assert page.one("//input[@name='reason']/@value") == "先写一半"
    answer = reader.post(address, {"reason": ""}, frm=address)
    assert answer.status_code == 422
    mine = f"/cases/messages/{wait(town, plea.case_id, 'instruct').id}"
    other.post(f"{mine}/keep", {"words": "甲乙丙"}, frm=mine)
    assert "甲乙丙" not in as_("supervisor").get(mine).text


def test_the_company_withdraws_signed_in(town: Town, plea: Submitted, as_: As) -> None:
    reader = as_("company")
    page = reader.get(f"/my/cases/{plea.number}")
    address = f"/my/messages/{wait(town, plea.case_id, 'withdraw').id}"
    assert buttons(page) == [("withdraw", address)]
    assert "撤回后不再办理" in page.words
    answer = reader.post(address, {"reason": "已解决"}, frm=address)
    assert answer.location == f"/my/cases/{plea.number}"
    page = reader.get(f"/my/cases/{plea.number}")
    assert buttons(page) == []
    assert "已解决" in page.words
    with town.city.database.reading() as session:
        assert session.get_one(Case, plea.case_id).state == "withdrawn"


def test_the_holder_of_the_code_withdraws(town: Town, plea: Submitted, visitor: Reader) -> None:
    address = f"/status/{plea.number}/messages/{wait(town, plea.case_id, 'withdraw').id}"
    assert visitor.client.get(address).location.startswith("/status?number=")
    code = {"number": plea.number, "code": plea.code}
    visitor.post("/status", code, frm="/status")
    assert buttons(visitor.get(f"/status/{plea.number}")) == [("withdraw", address)]
    answer = visitor.post(address, {"reason": "已解决"}, frm=address)
    assert answer.location == f"/status/{plea.number}"


def test_those_who_may_not_are_refused(
    town: Town, plea: Submitted, as_: As, visitor: Reader
) -> None:
    withdraw = wait(town, plea.case_id, "withdraw").id
    instruct = wait(town, plea.case_id, "instruct").id
    inner = wait(town, plea.case_id, "remind").id
    assert as_("dispatcher").client.get(f"/cases/messages/{withdraw}").status_code == 403
    assert as_("leader").client.get(f"/cases/messages/{instruct}").status_code == 403
    assert as_("dispatcher").client.get(f"/cases/messages/{inner}").status_code == 404
    assert as_("elsewhere").client.get(f"/cases/messages/{instruct}").status_code == 404
    assert as_("company").client.get(f"/my/messages/{instruct}").status_code == 403
    answer = as_("leader").post(f"/cases/messages/{instruct}", {"outcome": "do"}, frm="/inbox")
    assert answer.status_code == 403
    assert as_("dispatcher").post(f"/my/messages/{withdraw}", frm="/inbox").status_code == 403


def test_who_comes_too_late_keeps_the_entries(town: Town, plea: Submitted, as_: As) -> None:
    reader = as_("dispatcher")
    address = f"/cases/messages/{wait(town, plea.case_id, 'instruct').id}"
    reader.get(address)
    withdraw = wait(town, plea.case_id, "withdraw").id
    send(town.city, town.company, withdraw, {"reason": ["不办了"]}, now=MONDAY)
    answer = reader.post(address, {"outcome": "do", "words": "来不及了"}, frm="/inbox")
    assert answer.status_code == 409
    assert "来不及了" in answer.text
    assert reader.get(address, status=409).heading
    assert reader.post(f"{address}/keep", {"words": "x"}, frm="/inbox").status_code == 404


def test_linked_cases_are_shown_with_where_they_stand(
    town: Town, plea: Submitted, as_: As, visitor: Reader
) -> None:
    part = plead(town, "东段通水")
    with town.city.database.transaction() as session:
        session.get_one(Case, part.case_id).origin = "part"
        session.get_one(Case, part.case_id).parent_id = plea.case_id
        session.add(
            CaseLink(case_id=plea.case_id, other_id=part.case_id, kind="part", since_at=MONDAY)
        )
    for address in (f"/cases/{plea.case_id}", f"/cases/{part.case_id}"):
        page = as_("dispatcher").get(address)
        (line,) = page.all("//ul[@class='linked']/li")
        other = part if address.endswith(str(plea.case_id)) else plea
        assert line.find(".//a").get("href") == f"/cases/{other.case_id}"
        assert other.number in line.text_content()
        assert "个工作日" in line.text_content()
        assert "办理" in line.text_content()
    page = as_("company").get(f"/my/cases/{plea.number}")
    assert page.one("//ul[@class='linked']//a/@href") == f"/my/cases/{part.number}"
    code = {"number": plea.number, "code": plea.code}
    visitor.post("/status", code, frm="/status")
    page = visitor.get(f"/status/{plea.number}")
    assert page.one("//ul[@class='linked']//a/@href") == f"/status/{part.number}"
    assert visitor.get(f"/status/{part.number}").heading == "东段通水"
    fresh = Reader(town.app)
    answer = fresh.post("/status", {"number": part.number, "code": plea.code}, frm="/status")
    assert answer.location == f"/status/{part.number}"
    assert fresh.get(f"/status/{part.number}").heading == "东段通水"


def test_another_company_s_case_shows_its_number_and_state_alone(
    town: Town, plea: Submitted, as_: As, visitor: Reader
) -> None:
    other = submit(
        town.city,
        Actor(name="别家"),
        anytime.KEY,
        {"title": ["别家的事"], "company": ["别家公司"]},
        now=MONDAY,
    )
    with town.city.database.transaction() as session:
        session.add(
            CaseLink(case_id=plea.case_id, other_id=other.case_id, kind="merged", since_at=MONDAY)
        )
    page = as_("company").get(f"/my/cases/{plea.number}")
    line = page.one("//ul[@class='linked']/li")
    assert line.find(".//a") is None
    assert other.number in line.text_content()
    assert "办理" in line.text_content()
    assert "别家的事" not in page.text
    assert "别家的事" in as_("dispatcher").get(f"/cases/{plea.case_id}").words


def test_a_refusal_is_read_in_the_reader_s_language(town: Town, as_: As) -> None:
    deploy(town.city, SYSTEM, family.files(), now=MONDAY, reason="test")
    values = {"title": ["修路"], "company": ["晨星公司"]}
    submit(town.city, town.company, family.KEY, values, now=MONDAY)
    reader = as_("dispatcher")
    address = str(reader.get("/inbox").one("//a[starts-with(@href, '/tasks/')]/@href"))
    answer = reader.post(address, {"outcome": "merge", "other": "W9"}, frm=address)
    assert answer.status_code == 422
    assert "没有编号为 W9 的事项" in answer.text
    assert "请核对编号后重新填写" in answer.text


def test_the_city_s_own_work_is_entered_without_a_company(town: Town, as_: As) -> None:
    deploy(town.city, SYSTEM, family.duty_files(), now=MONDAY, reason="test")
    reader = as_("dispatcher")
    page = reader.get(f"/book/{family.DUTY}")
    assert not page.all("//*[@name='_channel']")
    reader.post(f"/book/{family.DUTY}", {"title": "梳理政策"}, frm=f"/book/{family.DUTY}")
    check = f"/book/{family.DUTY}/check"
    answer = reader.post(check, frm=check)
    assert answer.location.startswith("/cases/")
    page = reader.get(answer.location)
    assert page.heading == "梳理政策"
    assert "· ·" not in page.words
    assert "梳理政策" in reader.get("/cases").words
    assert "梳理政策" in reader.get("/inbox").words
