"""Letters and messages: who reads which, and that a message is new only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select

from models.tables import Letter, Notice, Receipt, Unit
from tests.pages.reader import Reader
from tests.pages.town import Town
from workflows.actions.cases import Submitted

As = Callable[[str], Reader]


@pytest.fixture
def case(town: Town) -> Submitted:
    """A case with a letter to the company, a slip among staff, and a receipt."""
    case = town.submit()
    with town.city.database.transaction() as session:
        roads = session.scalars(select(Unit.id).where(Unit.key == "roads")).one()
        for number, (subject, public) in enumerate((("进展告知函", True), ("内部督办单", False))):
            session.execute(
                insert(Letter).values(
                    case_id=case.case_id,
                    step=1,
                    name="letter",
                    number=f"{case.number}-函{number + 1}",
                    subject=subject,
                    body="晨星公司：\n<b>现场勘察</b>已完成。",
                    unit_id=roads,
                    public=public,
                    issued_at=town.clock(),
                )
            )
        session.execute(
            insert(Receipt).values(
                case_id=case.case_id,
                step=1,
                unit_id=roads,
                document="会议纪要〔2026〕1号",
                received_by="收文某",
                received_at=town.clock(),
            )
        )
    return case


def letter_ids(town: Town) -> list[int]:
    """The public letter's id, then the other's."""
    with town.city.database.reading() as session:
        return list(session.scalars(select(Letter.id).order_by(Letter.id)))


def test_staff_read_every_letter_and_who_received_what(
    town: Town, as_: As, case: Submitted
) -> None:
    reader = as_("dispatcher")
    page = reader.get(f"/cases/{case.case_id}")
    assert "进展告知函" in page.words
    assert "内部督办单" in page.words
    assert "企业不可见" in page.words
    assert "会议纪要〔2026〕1号" in page.words
    for letter_id in letter_ids(town):
        sheet = reader.get(f"/cases/{case.case_id}/letters/{letter_id}")
        assert "<b>现场勘察</b>已完成。" in sheet.words, "what was written is shown, not run"
        assert "道路处" in sheet.words
        assert sheet.all("//article[@class='sheet']")


def test_the_company_reads_public_letters_alone(town: Town, as_: As, case: Submitted) -> None:
    company = as_("company")
    page = company.get(f"/my/cases/{case.number}")
    assert "进展告知函" in page.words
    assert "内部督办单" not in page.words
    public, internal = letter_ids(town)
    assert company.get(f"/my/cases/{case.number}/letters/{public}").heading == "进展告知函"
    company.get(f"/my/cases/{case.number}/letters/{internal}", 404)
    company.get(f"/my/cases/OTHER/letters/{public}", 404)


def test_a_letter_needs_the_right_to_its_case(
    town: Town, as_: As, visitor: Reader, case: Submitted
) -> None:
    public, _ = letter_ids(town)
    as_("elsewhere").get(f"/cases/{case.case_id}/letters/{public}", 404)
    as_("dispatcher").get(f"/cases/{case.case_id + 1}/letters/{public}", 404)
    asked = visitor.client.get(f"/status/{case.number}/letters/{public}")
    assert asked.location.startswith("/status?number=")
    visitor.post("/status", {"number": case.number, "code": case.code}, frm="/status")
    assert visitor.get(f"/status/{case.number}/letters/{public}").heading == "进展告知函"


def notify(town: Town, case: Submitted, **row: object) -> None:
    """Write a notice about a case."""
    with town.city.database.transaction() as session:
        session.execute(insert(Notice).values(case_id=case.case_id, at=town.clock(), **row))


def test_the_company_is_told_once(town: Town, as_: As, case: Submitted) -> None:
    values = {"name": "受理", "subject": "已受理", "subject_en": "Accepted", "body": "五日内转办"}
    notify(
        town, case, enterprise_id=town.company.enterprise_id, role="", kind="message", values=values
    )
    company = as_("company")
    assert "1 条新消息" in company.get("/my").words
    assert "已受理" in company.get(f"/my/cases/{case.number}").words
    page = company.get("/messages")
    assert "五日内转办" in page.words
    until = page.one("//input[@name='until']/@value")
    assert company.post("/messages/read", {"until": until}, frm="/messages").status_code == 303
    assert "新消息" not in company.get("/my").words
    assert "已受理" in company.get("/messages").words
    company.post("/language", {"language": "en"})
    assert "Accepted" in company.get("/messages").words


def test_who_is_urged_reads_it_and_nobody_else(town: Town, as_: As, case: Submitted) -> None:
    with town.city.database.reading() as session:
        roads = session.scalars(select(Unit.id).where(Unit.key == "roads")).one()
    values = {"level": "督办单", "name": "办理", "text": "三日内报告"}
    notify(town, case, unit_id=roads, role="head", kind="urged", values=values)
    assert "三日内报告" in as_("head").get("/messages").words
    assert "1 条新消息" in as_("head").get("/inbox").words
    for login in ("registry", "dispatcher", "elsewhere", "company"):
        assert "三日内报告" not in as_(login).get("/messages").words
    as_("registry").post("/messages/read", {"until": "999"}, frm="/messages")
    assert "1 条新消息" in as_("head").get("/inbox").words
