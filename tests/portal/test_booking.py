"""Booking: what is typed is never lost, is checked once more, and is sent exactly once."""

from __future__ import annotations

from tests.portal.conftest import ENTRIES, Town, Visitor

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\0" * 40


def test_front_page_leads_to_booking_lookup_and_sessions(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert visitor.path == "/"
    assert 'href="/book"' in page
    assert 'action="/status"' in page
    assert "3月6日（周五）" in page
    assert "现场接待日" in page


def test_a_case_is_booked_in_three_pages(town: Town, visitor: Visitor) -> None:
    visitor.get("/book")
    assert visitor.path == "/book/petition"
    page = visitor.post("/book/petition", dict(ENTRIES))
    assert visitor.path == "/book/petition/check"
    for answer in ("云州晨星有限公司", "市政设施", "问题", "八百名员工"):
        assert answer in page
    kept = town.book(visitor)
    assert kept.number == "P20260001"
    receipt = visitor.get(visitor.path)
    assert kept.number in receipt
    assert "直通车办正在审核您的诉求" in receipt
    assert "3月4日（周三）" in receipt
