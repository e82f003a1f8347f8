"""Sessions, tokens, passwords, broken requests: a clear message, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest

from models.database import Database
from tests.pages.reader import Page, Reader
from tests.pages.town import PASSWORD, Town
from webapp.app import create_app
from workflows import errors
from workflows.actions.accounts import LOCKED_FOR, TRIES
from workflows.city import City

As = Callable[[str], Reader]

REVIEW = {"level": "city", "urgency": "normal", "caller": "写了半天的内容"}


def test_signing_in_leads_to_where_one_wanted_to_go(town: Town, visitor: Reader) -> None:
    way = visitor.client.get("/cases?state=open").location
    page = visitor.get(way)
    assert page.one("//main//input[@name='next']/@value") == "/cases?state=open"
    sent = {"login": "dispatcher", "password": PASSWORD, "next": "/cases?state=open"}
    assert visitor.post("/sign-in", sent, frm="/sign-in").location == "/cases?state=open"


def test_signing_in_never_leads_away(town: Town, visitor: Reader) -> None:
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        reader = Reader(town.app)
        sent = {"login": "dispatcher", "password": PASSWORD, "next": address}
        assert reader.post("/sign-in", sent, frm="/sign-in").location == "/inbox"


@pytest.mark.parametrize(
    ("login", "home"),
    [
        ("dispatcher", "/inbox"),
        ("registry", "/inbox"),
        ("supervisor", "/supervision/"),
        ("leader", "/supervision/"),
        ("auditor", "/cases"),
        ("company", "/my"),
    ],
)
def test_everybody_starts_at_their_own_place(town: Town, login: str, home: str) -> None:
    sent = {"login": login, "password": PASSWORD}
    assert Reader(town.app).post("/sign-in", sent, frm="/sign-in").location == home


def test_five_wrong_passwords_lock_the_account_for_a_while(town: Town, visitor: Reader) -> None:
    wrong = {"login": "dispatcher", "password": "wrong"}
    for _ in range(TRIES - 1):
        assert visitor.post("/sign-in", wrong, frm="/sign-in").status_code == 403
    assert visitor.post("/sign-in", wrong, frm="/sign-in").status_code == 429
    right = {"login": "dispatcher", "password": PASSWORD}
    locked = visitor.post("/sign-in", right, frm="/sign-in")
    assert locked.status_code == 429
    assert "请在 15 分钟后重试" in Page(locked).words
    town.clock.at += LOCKED_FOR + timedelta(seconds=1)
    assert visitor.post("/sign-in", right, frm="/sign-in").status_code == 303


def test_an_unknown_name_reads_like_a_wrong_password(town: Town, visitor: Reader) -> None:
    answer = visitor.post("/sign-in", {"login": "nobody", "password": "x"}, frm="/sign-in")
    assert answer.status_code == 403
    assert "账号或密码不正确" in Page(answer).words
    assert Page(answer).one("//input[@id='login']/@value") == "nobody"


def test_a_session_ends_on_the_server(town: Town, as_: As) -> None:
    reader = as_("dispatcher")
    town.clock.move(hours=3)
    reader.get("/inbox")
    town.clock.move(hours=4.5)
    assert reader.client.get("/inbox").location.startswith("/sign-in")


def test_signing_out_ends_stolen_cookies_and_no_other_device(town: Town, as_: As) -> None:
    here, there, thief = as_("dispatcher"), as_("dispatcher"), Reader(town.app)
    cookie = here.client.get_cookie("throughtrain")
    assert cookie is not None
    thief.client.set_cookie("throughtrain", cookie.value)
    thief.get("/inbox")
    assert here.post("/sign-out").status_code == 303
    thief.client.set_cookie("throughtrain", cookie.value)
    assert thief.client.get("/inbox").location.startswith("/sign-in")
    there.get("/inbox")


def _wrong_codes(town: Town, addresses: list[str]) -> list[int]:
    """Return the answers to wrong lookup codes that claim to come from these addresses."""
    found = []
    for address in addresses:
        reader = Reader(town.app)
        sent = {"number": "E20260001", "code": "22222222"}
        headers = {"X-Forwarded-For": address}
        found.append(reader.post("/status", sent, frm="/sign-in", headers=headers).status_code)
    return found


def test_an_address_that_the_sender_claims_is_not_believed(town: Town) -> None:
    assert _wrong_codes(town, [f"198.51.100.{n}" for n in range(11)])[-1] == 429


def test_a_proxy_of_our_own_is_believed(town: Town) -> None:
    app = create_app(town.city, {"SECRET_KEY": "x", "NOW": town.clock, "TRUSTED_PROXIES": 1})
    behind = Town(**{**vars(town), "app": app})
    assert 429 not in _wrong_codes(behind, [f"198.51.100.{n}" for n in range(11)])
    claimed = [f"203.0.113.{n}, 198.51.100.99" for n in range(11)]
    assert _wrong_codes(behind, claimed)[-1] == 429, "only what our own proxy has added counts"


def test_a_limit_holds_for_all_processes_together(town: Town) -> None:
    apps = [create_app(town.city, {"SECRET_KEY": "x", "NOW": town.clock}) for _ in range(2)]
    answers = []
    for number in range(11):
        processes = Town(**{**vars(town), "app": apps[number % 2]})
        answers += _wrong_codes(processes, ["ignored"])
    assert answers == [403] * 10 + [429]


def test_a_new_password_ends_the_other_sessions(town: Town, as_: As) -> None:
    here, there = as_("dispatcher"), as_("dispatcher")
    new = "a new password of tests"
    for wrong in (
        {"old": "no", "new": new, "again": new},
        {"old": PASSWORD, "new": "short", "again": "short"},
        {"old": PASSWORD, "new": new, "again": "else"},
    ):
        answer = here.post("/account/password", wrong)
        assert answer.status_code == 422
        assert Page(answer).all("//div[@id='error-summary']//a")
    sent = {"old": PASSWORD, "new": new, "again": new}
    assert here.post("/account/password", sent).status_code == 303
    here.get("/inbox")
    assert there.client.get("/inbox").location.startswith("/sign-in")


def test_what_was_typed_survives_an_ended_session(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    token = reader.token("/account")
    town.clock.move(hours=5)
    sent = {**REVIEW, "outcome": "accept", "csrf_token": token}
    ended = reader.client.post(address, data=sent)
    page = Page(ended)
    page.check()
    assert ended.status_code == 401
    assert "写了半天的内容" in page.words
    form = {
        field.get("name"): field.get("value", "")
        for field in page.all("//form[contains(@action,'sign-in')]//input")
    }
    form |= {"login": "dispatcher", "password": PASSWORD}
    again = reader.client.post("/sign-in", data=form)
    page = Page(again)
    page.check()
    assert again.status_code == 200
    form = page.one(f"//form[@action='{address}']")
    sent = {one.get("name"): one.get("value", "") for one in form.xpath(".//input")}
    assert sent["caller"] == "写了半天的内容"
    assert reader.client.post(address, data=sent).location == "/inbox"


def test_a_forged_token_changes_nothing_and_keeps_the_entries(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    for token in ({}, {"csrf_token": "forged"}):
        answer = reader.client.post(address, data={**REVIEW, "outcome": "accept", **token})
        page = Page(answer)
        page.check()
        assert answer.status_code == 400
        assert "写了半天的内容" in page.words
        assert page.one(f"//form[@action='{address}']//input[@name='caller']/@value")
    assert town.open_item(case.case_id).name == "审核受理"


def test_passwords_are_never_shown_again(town: Town, as_: As) -> None:
    reader = as_("dispatcher")
    secret = {"old": "my secret", "new": "my new secret", "again": "my new secret"}
    answer = reader.client.post("/account/password", data=secret)
    assert answer.status_code == 400
    assert "secret" not in answer.text


def test_oversize_forms_are_told_what_to_do(town: Town, as_: As) -> None:
    town.app.config["MAX_CONTENT_LENGTH"] = 10_000
    reader = as_("dispatcher")
    answer = reader.client.post("/tasks/9c3d7f0e-0000-4000-8000-000000000000", data=b"x" * 20_000)
    assert answer.status_code == 413
    assert "64 MB" in Page(answer).words


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (errors.NotFound(), 404, "不存在"),
        (errors.NotAllowed(), 403, "不能进行此操作"),
        (errors.Busy(), 503, "正有人在办理"),
        (errors.AlreadyDone(person="王某"), 409, "王某"),
        (errors.InvalidEntries({}), 422, "不符合要求"),
        (
            errors.StepFailed(place=errors.Place(process="p"), reason="原因", advice="建议"),
            500,
            "流程在这里走不下去了",
        ),
        (
            errors.DefinitionRefused(place=errors.Place(file="f"), reason="原因", advice="建议"),
            422,
            "无法使用",
        ),
        (RuntimeError("told to nobody"), 500, "系统出了问题"),
    ],
)
def test_every_error_has_a_page_that_says_what_to_do(
    town: Town, as_: As, error: Exception, status: int, words: str
) -> None:
    reader = as_("dispatcher")
    with patch("webapp.inbox.views.inbox", side_effect=error):
        page = reader.get("/inbox", status)
    assert words in page.words
    assert "told to nobody" not in page.text


def test_pages_say_so_when_the_database_is_away(database: Database) -> None:
    away = City(Database("postgresql://nobody@127.0.0.1:1/nowhere"))
    reader = Reader(create_app(away, {"SECRET_KEY": "of tests"}))
    page = reader.get("/sign-in", 503)
    assert "暂时无法连接数据库" in page.words
    assert reader.client.get("/healthz").status_code == 503
    assert page.answer.headers["Retry-After"] == "5"


def test_the_health_check_asks_the_database(town: Town, visitor: Reader) -> None:
    assert visitor.client.get("/healthz").get_json() == {"status": "ok"}
