"""A company's account: registering, following, and what a credit code must never open."""

from __future__ import annotations

from tests.portal.conftest import ENTRIES, Town, Visitor

CODE = str(ENTRIES["credit_code"])
NEW = {
    "company": "云州晨星有限公司",
    "credit_code": CODE,
    "contact": "周新",
    "phone": "13900000000",
    "login": "13900000000",
    "password": "a long enough password",
    "again": "a long enough password",
}


def register(visitor: Visitor, **changed: str) -> str:
    """Open an account."""
    return visitor.post("/register", {**NEW, **changed})


def test_a_company_opens_an_account_and_books(town: Town, visitor: Visitor) -> None:
    page = register(visitor, credit_code="91441300MA4W0000X9")
    assert visitor.path == "/my"
    assert "还没有诉求" in page
    page = visitor.get("/book/petition")
    assert 'value="91441300MA4W0000X9"' in page
    assert 'value="周新"' in page
    kept = town.book(visitor)
    assert kept.number in visitor.get("/my")


def test_a_credit_code_opens_nothing(town: Town, visitor: Visitor) -> None:
    before = town.book(town.visitor())
    register(visitor)
    page = visitor.get("/my")
    assert before.number not in page
    visitor.get(f"/my/cases/{before.number}")
    assert visitor.status == 404
    after = town.book(town.visitor(), title="后来的另一件事")
    assert after.number not in visitor.get("/my")
    visitor.get(f"/my/cases/{after.number}")
    assert visitor.status == 404


def test_an_account_does_not_sit_on_a_code_before_its_company(town: Town, visitor: Visitor) -> None:
    register(visitor, credit_code="91441300MA4W0000X9")
    victim = town.book(town.visitor(), credit_code="91441300MA4W0000X9")
    visitor.get(f"/my/cases/{victim.number}")
    assert visitor.status == 404


def test_number_and_code_add_one_case_and_no_other(town: Town, visitor: Visitor) -> None:
    mine, other = town.book(town.visitor()), town.book(town.visitor(), title="别人的事情")
    register(visitor)
    page = visitor.post("/my/add", {"number": mine.number, "code": "22222222"})
    assert visitor.status == 403
    page = visitor.post("/my/add", {"number": mine.number, "code": mine.code})
    assert visitor.path == f"/my/cases/{mine.number}"
    page = visitor.get("/my")
    assert mine.number in page
    assert other.number not in page
    visitor.get(f"/my/cases/{other.number}")
    assert visitor.status == 404


def test_the_code_of_an_own_case_does_not_lead_to_the_companys_others(
    town: Town, visitor: Visitor
) -> None:
    secret = town.book(town.signed_in("star"))
    bait = town.book(town.visitor(), title="用同一代码提交")
    register(visitor)
    visitor.post("/my/add", {"number": bait.number, "code": bait.code})
    page = visitor.get("/my")
    assert bait.number in page
    assert secret.number not in page


def test_a_case_booked_before_registering_is_in_the_account(town: Town, visitor: Visitor) -> None:
    kept = town.book(visitor)
    receipt = visitor.path
    page = register(visitor)
    assert kept.number in page
    assert kept.code[:4] in visitor.get(receipt), "the receipt is not lost by signing in"


def test_mistakes_are_named_and_entries_kept(town: Town, visitor: Visitor) -> None:
    page = register(visitor, login="star", again="another one", phone="abc")
    assert visitor.status == 422
    page = register(visitor, login="star")
    assert "该账号名已被使用" in page
    assert 'value="周新"' in page
    page = register(visitor, credit_code="123", phone="abc", password="short", again="short")
    for words in ("18 位数字和大写字母", "只用数字", "至少 10 个字符"):
        assert words in page


def test_only_companies_have_a_page_of_their_own(town: Town) -> None:
    staff = town.signed_in("li")
    staff.get("/my")
    assert staff.status == 403
    visitor = town.visitor()
    visitor.get("/my")
    assert visitor.path == "/sign-in"
