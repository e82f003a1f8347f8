"""Booking: what is typed is never lost, is checked once more, and is sent exactly once."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import select

from models.cases import Case
from models.people import Draft
from tests.portal.conftest import CODE, ENTRIES, PASSWORD, Town, Visitor
from webapp.catalogues import po_path
from webapp.portal import limits

BOOK, CHECK = "/book/petition", "/book/petition/check"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\0" * 40
DRAFT = re.compile(r'name="_draft" value="([^"]+)"')
KEPT_FILE = re.compile(r'name="papers" value="([^"]+)"')
TEXT = str(ENTRIES["story"])


def photo(name: str = "现场.png", content: bytes = PNG) -> tuple[BytesIO, str]:
    """Return a file as a form sends it."""
    return BytesIO(content), name


def hidden(page: str) -> dict[str, str]:
    """Return the kept entries that a page would send again."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found if name != "csrf_token"}


def test_front_page_leads_to_booking_lookup_and_sessions(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert visitor.path == "/"
    assert 'href="/book"' in page
    assert 'action="/status"' in page
    assert "3月6日（周五）" in page
    assert "余 2 席" in page
    assert "10 个工作日" in page, "limits come from the deployed process"


def test_a_case_is_booked_in_three_pages(town: Town, visitor: Visitor) -> None:
    visitor.get("/book")
    assert visitor.path == BOOK
    page = visitor.post(BOOK, dict(ENTRIES))
    assert visitor.path == CHECK
    for answer in ("云州晨星有限公司", "市政设施", "问题", TEXT):
        assert answer in page
    assert town.count() == 0, "nothing is sent before the check"
    kept = town.book(visitor)
    assert kept.number == "P20260001"
    receipt = visitor.get(visitor.path)
    assert kept.number in receipt
    assert "直通车办正在审核您的诉求" in receipt
    assert "3月4日（周三）" in receipt


def test_errors_keep_entries_and_uploads(town: Town, visitor: Visitor) -> None:
    page = visitor.post(BOOK, {**ENTRIES, "title": "", "upload:papers": photo()})
    assert visitor.status == 422
    assert TEXT in page
    assert "现场.png" in page
    assert 'href="#f-title"' in page
    file_id = KEPT_FILE.search(page)
    assert file_id
    page = visitor.post(BOOK, {**ENTRIES, "papers": file_id.group(1)})
    assert visitor.path == CHECK
    assert "现场.png" in page
    visitor.post(CHECK, {})
    assert town.count() == 1
    assert "现场.png" in visitor.get("/status/P20260001")


def test_going_back_shows_what_was_typed(visitor: Visitor) -> None:
    visitor.post(BOOK, dict(ENTRIES))
    assert TEXT in visitor.get(BOOK)


def test_going_on_later_asks_for_nothing(visitor: Visitor) -> None:
    page = visitor.post(BOOK, {"story": "只写了一半", "_then": "later"})
    assert visitor.status == 200
    assert "只写了一半" in page
    assert "有 " not in page.split("<main")[1].split("process-form")[0], "no errors yet"


def test_typing_is_kept_without_sending(visitor: Visitor) -> None:
    visitor.post(f"{BOOK}/keep", {"story": "还没写完"})
    assert visitor.status == 200
    assert "还没写完" in visitor.get(BOOK)


def test_a_lost_session_finds_its_draft_again(town: Town, visitor: Visitor) -> None:
    page = visitor.post(BOOK, {**ENTRIES, "title": "", "upload:papers": photo()})
    draft, file_id = DRAFT.search(page), KEPT_FILE.search(page)
    assert draft
    assert file_id
    other = town.visitor()
    sent = {**ENTRIES, "_draft": draft.group(1), "papers": file_id.group(1)}
    assert "现场.png" in other.post(BOOK, sent)
    other.post(CHECK, {})
    assert other.path.startswith("/book/receipt/")


def test_a_forged_token_loses_nothing(town: Town, visitor: Visitor) -> None:
    page = visitor.post(BOOK, dict(ENTRIES), token="forged")
    assert visitor.status == 400
    assert TEXT in page
    entries = hidden(page)
    assert entries["title"] == ENTRIES["title"]
    visitor.post(BOOK, dict(entries))
    assert visitor.path == CHECK


def test_an_ended_session_keeps_entries_over_the_sign_in(town: Town) -> None:
    company = town.signed_in("star")
    form = hidden(company.get(BOOK))
    town.clock.forward(hours=5)
    page = company.post(BOOK, {**form, **ENTRIES})
    assert company.status == 401
    assert TEXT in page
    assert "<dt>标题</dt>" in page, "under the words of the form, not its keys"
    page = company.post("/sign-in", {**hidden(page), "login": "star", "password": PASSWORD})
    company.post(BOOK, dict(hidden(page)))
    assert company.path == CHECK
    company.post(CHECK, {})
    assert "门前没有公交站" in company.get("/my")


def test_sending_twice_makes_one_case(town: Town, visitor: Visitor) -> None:
    town.book(visitor)
    receipt = visitor.path
    visitor.post(CHECK, {})
    assert visitor.path == receipt
    assert town.count() == 1


def test_a_draft_that_is_being_sent_is_not_sent_again(town: Town, visitor: Visitor) -> None:
    visitor.post(BOOK, dict(ENTRIES))
    with town.city.database.transaction() as session:
        session.execute(select(Draft.id).with_for_update())
        visitor.post(CHECK, {})
        assert visitor.status == 409
    assert town.count() == 0
    visitor.post(CHECK, {})
    assert visitor.path.startswith("/book/receipt/")
    assert town.count() == 1


@pytest.mark.parametrize("again", ["send", "reload the check", "reload the form", "the receipt"])
@pytest.mark.parametrize("login", ["", "star"])
def test_a_process_that_dies_after_the_commit_costs_no_receipt(
    town: Town, login: str, again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case was made, the answer never reached the browser: its session is as it was."""
    browser = town.signed_in(login) if login else town.visitor()
    page = browser.post(BOOK, {**ENTRIES, "title": ""})
    browser.post(BOOK, dict(ENTRIES))
    draft = DRAFT.search(page)
    assert draft
    with monkeypatch.context() as dying, contextlib.suppress(Killed):
        dying.setattr("webapp.portal.booking.receipts.remember", _die)
        browser.post(CHECK, {})
    assert town.count() == 1
    if again == "send":
        page = browser.post(CHECK, {})
    elif again == "the receipt":
        page = browser.get(f"/book/receipt/{draft.group(1)}")
    else:
        page = browser.get(CHECK if again == "reload the check" else BOOK)
    assert browser.path == f"/book/receipt/{draft.group(1)}"
    assert town.count() == 1
    code = CODE.search(page)
    assert code
    other = town.visitor()
    other.post("/status", {"number": "P20260001", "code": code.group(1)})
    assert other.path == "/status/P20260001", "the code on the receipt opens the case"
    assert 'value="门前没有公交站"' not in browser.get(BOOK), "the next booking begins anew"


def test_nobody_else_reads_the_receipt_that_was_lost(
    town: Town, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = DRAFT.search(visitor.post(BOOK, {**ENTRIES, "title": ""}))
    visitor.post(BOOK, dict(ENTRIES))
    assert draft
    with monkeypatch.context() as dying, contextlib.suppress(Killed):
        dying.setattr("webapp.portal.booking.receipts.remember", _die)
        visitor.post(CHECK, {})
    thief = town.visitor()
    thief.get(f"/book/receipt/{draft.group(1)}")
    assert thief.path == "/status"


def test_what_was_sent_leaves_no_entries_in_the_draft(town: Town, visitor: Visitor) -> None:
    town.book(visitor)
    with town.city.database.reading() as session:
        purpose, values = session.execute(select(Draft.purpose, Draft.values)).one()
    assert purpose == "sent:petition"
    assert set(values) == {"case_id", "number"}


class Killed(BaseException):
    """The process is gone."""


def _die(*_: object, **__: object) -> None:
    raise Killed


def test_what_fails_after_sending_loses_no_receipt(
    town: Town, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.post(BOOK, dict(ENTRIES))
    town.app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as broken:
        broken.setattr("webapp.portal.booking.remember_company", lambda *_: 1 / 0)
        visitor.post(CHECK, {})
    assert visitor.status == 500
    assert town.count() == 1
    town.clock.forward(minutes=5)
    page = visitor.post(CHECK, {})
    assert visitor.path.startswith("/book/receipt/")
    assert "P20260001" in page
    assert town.count() == 1


def test_the_receipt_belongs_to_its_session(town: Town, visitor: Visitor) -> None:
    kept = town.book(visitor)
    address = visitor.path
    assert kept.code[:4] in visitor.get(address)
    copy = visitor.client.get(f"{address}/copy")
    text = copy.get_data().decode("utf-8-sig")
    assert kept.number in text
    assert kept.code in text
    assert "attachment" in copy.headers["Content-Disposition"]
    other = town.visitor()
    page = other.get(address)
    assert other.path == "/status"
    assert kept.code not in page


def test_refused_files_say_why_and_keep_the_rest(visitor: Visitor) -> None:
    too_large = photo("大.png", PNG + b"\0" * (20 * 1024 * 1024))
    page = visitor.post(BOOK, {**ENTRIES, "upload:papers": too_large})
    assert visitor.status == 422
    assert "20 MB" in page
    assert TEXT in page
    page = visitor.post(BOOK, {**ENTRIES, "upload:papers": photo("合同.pdf", b"MZ\x90\0" * 20)})
    assert visitor.status == 422
    assert "合同.pdf" in page
    assert TEXT in page
    page = visitor.post(BOOK, {**ENTRIES, "upload:papers": photo("工具.exe", b"MZ\x90\0" * 20)})
    assert visitor.status == 422


def test_uploads_have_an_end(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.portal.drafts.MOST_UPLOADS", 1)
    form = hidden(visitor.post(BOOK, {**ENTRIES, "title": "", "upload:papers": photo()}))
    page = visitor.post(BOOK, {**ENTRIES, **form, "upload:papers": photo("又一张.png")})
    assert visitor.status == 422
    assert "又一张.png" in page
    assert TEXT in page


def test_one_address_may_not_fill_the_disk_with_ever_new_bookings(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOADS", replace(limits.UPLOADS, most=2))
    for number in range(3):
        one = town.visitor()
        page = one.post(BOOK, {**ENTRIES, "title": "", "upload:papers": photo(f"{number}.png")})
        assert one.status == 422
    assert "上传的文件过多" in page
    assert TEXT in page
    company = town.signed_in("star")
    page = company.post(BOOK, {**ENTRIES, "title": "", "upload:papers": photo()})
    assert "上传的文件过多" not in page, "whoever has an account is known"
    town.clock.forward(hours=1)
    page = one.post(BOOK, {**ENTRIES, "title": "", "upload:papers": photo()})
    assert "上传的文件过多" not in page


def test_one_address_may_not_begin_bookings_without_end(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.portal.drafts.DRAFTS", replace(limits.DRAFTS, most=1))
    first, second = town.visitor(), town.visitor()
    for _ in range(3):
        first.post(f"{BOOK}/keep", {"story": TEXT})
        assert first.status == 200, "typing on is not beginning"
    page = second.post(BOOK, dict(ENTRIES))
    assert second.status == 429
    assert TEXT in page, "what was typed stands on the page"
    assert town.signed_in("star").post(f"{BOOK}/keep", {"story": TEXT})


def test_uploads_of_one_address_are_weighed(
    town: Town, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOADED", replace(limits.UPLOADED, most=100))
    visitor.post(BOOK, {**ENTRIES, "upload:papers": photo()})
    assert visitor.path == CHECK
    page = visitor.post(BOOK, {**ENTRIES, "upload:papers": photo("又一张.png")})
    assert visitor.status == 422
    assert "上传的文件过多" in page


def test_one_address_may_not_book_without_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.portal.booking.BOOKINGS", replace(limits.BOOKINGS, most=1))
    town.book(town.visitor())
    late = town.visitor()
    late.post(BOOK, dict(ENTRIES))
    page = late.post(CHECK, {})
    assert late.status == 429
    assert "请在 60 分钟后再试" in page
    assert TEXT in page
    assert town.count() == 1
    town.clock.forward(hours=1)
    late.post(CHECK, {})
    assert town.count() == 2, "what was typed has waited"


def test_a_request_beyond_all_limits_is_told_so(town: Town, visitor: Visitor) -> None:
    visitor.post(f"{BOOK}/keep", dict(ENTRIES))
    town.app.config["MAX_CONTENT_LENGTH"] = 100_000
    token = visitor.token()
    page = visitor.post(BOOK, {**ENTRIES, "upload:papers": photo("a.png", PNG * 5000)}, token=token)
    assert visitor.status == 413
    assert "64 MB" in page
    assert TEXT in visitor.get(BOOK), "what was typed before is still there"


def test_a_file_of_somebody_else_cannot_be_taken(town: Town, visitor: Visitor) -> None:
    page = visitor.post(BOOK, {**ENTRIES, "title": "", "upload:papers": photo()})
    file_id = KEPT_FILE.search(page)
    assert file_id
    thief = town.visitor()
    thief.post(BOOK, {**ENTRIES, "papers": file_id.group(1)})
    page = thief.post(CHECK, {})
    assert not thief.path.startswith("/book/receipt/")
    assert town.count() == 0


def test_who_may_book(town: Town) -> None:
    handler = town.signed_in("li")
    handler.get(BOOK)
    assert handler.status == 403
    assert town.visitor().client.get("/book/unknown").status_code == 404


def test_a_clerk_books_for_a_company(town: Town) -> None:
    clerk = town.signed_in("qian")
    assert "_channel" in clerk.get(BOOK)
    clerk.post(BOOK, {**ENTRIES, "_channel": "phone"})
    page = clerk.post(CHECK, {})
    assert "电话" in page
    with town.city.database.reading() as session:
        case = session.scalars(select(Case)).one()
    assert case.channel == "phone"


def test_a_visitor_cannot_claim_a_channel(town: Town, visitor: Visitor) -> None:
    town.book(visitor, _channel="counter")
    with town.city.database.reading() as session:
        assert session.scalars(select(Case.channel)).one() == "online"


def test_a_company_does_not_type_its_name_twice(town: Town) -> None:
    company = town.signed_in("star")
    page = company.get(BOOK)
    assert 'value="云州晨星有限公司"' in page
    assert 'value="91441300MA4W0000X1"' in page
    town.book(company, phone="13911112222")
    assert 'value="13911112222"' in company.get(BOOK)


def test_entries_can_be_deleted(visitor: Visitor) -> None:
    visitor.post(BOOK, dict(ENTRIES))
    visitor.post(f"{BOOK}/drop", {})
    assert TEXT not in visitor.get(BOOK)


def test_the_pages_speak_english(visitor: Visitor) -> None:
    visitor.post("/language", {"language": "en", "next": "/"})
    page = visitor.get("/")
    assert "Your company is stuck?" in page
    assert 'lang="en"' in page


def test_the_english_catalogue_holds_no_chinese() -> None:
    with po_path("en").open("rb") as file:
        held = {message.id: str(message.string) for message in read_po(file, locale="en")}
    chinese = {key for key, text in held.items() if re.search("[\u4e00-\u9fff]", text)}
    assert not {key for key in chinese if not re.search("[\u4e00-\u9fff]", str(key))}
