"""Who may do what on each route, in one table; a route that is missing here fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pages.reader import Reader
from tests.pages.town import Town
from webapp.permissions import Permission, may, permission_of
from webapp.security import CONTENT_SECURITY_POLICY, HEADERS

As = Callable[[str], Reader]

ROUTES = {
    ("GET", "/"): "public",
    ("GET", "/account"): "signed_in",
    ("POST", "/account/password"): "signed_in",
    ("GET", "/assets/<name>"): "faceless",
    ("GET", "/audit/"): "auditor, system_admin",
    ("GET", "/audit/trail.csv"): "auditor, system_admin",
    ("GET", "/book"): "public",
    ("GET", "/book/<key>"): "public",
    ("POST", "/book/<key>"): "public",
    ("GET", "/book/<key>/check"): "public",
    ("POST", "/book/<key>/check"): "public",
    ("POST", "/book/<key>/drop"): "public",
    ("POST", "/book/<key>/keep"): "public",
    ("GET", "/book/receipt/<uuid:token>"): "public",
    ("GET", "/book/receipt/<uuid:token>/copy"): "public",
    ("GET", "/calendar"): "staff",
    ("POST", "/calendar"): "system_admin",
    ("GET", "/cases"): "staff",
    ("GET", "/cases/<int:case_id>"): "staff",
    ("GET", "/cases/<int:case_id>/diagrams/<process>"): "staff",
    ("GET", "/cases/<int:case_id>/letters/<int:letter_id>"): "staff",
    ("GET", "/cases/<int:case_id>/repair"): "process_admin",
    ("POST", "/cases/<int:case_id>/repair"): "process_admin",
    ("GET", "/cases/<int:case_id>/repair/diagrams/<process>"): "process_admin",
    ("GET", "/cases/<int:case_id>/path"): "staff",
    ("GET", "/cases/<int:case_id>/path/<int:number>"): "staff",
    ("GET", "/cases/<int:case_id>/path/diagrams/<int:version_id>/<process>"): "staff",
    ("POST", "/cases/<int:case_id>/recall"): "staff",
    ("GET", "/cases/messages/<uuid:wait_id>"): "staff",
    ("POST", "/cases/messages/<uuid:wait_id>"): "staff",
    ("POST", "/cases/messages/<uuid:wait_id>/keep"): "staff",
    ("GET", "/files/<uuid:file_id>"): "signed_in",
    ("GET", "/enter"): "clerk, dispatcher, handler, head, leader, supervisor",
    ("GET", "/healthz"): "faceless",
    ("GET", "/inbox"): "staff",
    ("GET", "/incidents"): "process_admin",
    ("GET", "/incidents/<int:incident_id>"): "process_admin",
    ("GET", "/incidents/<int:incident_id>/picture"): "process_admin",
    ("POST", "/incidents/<int:incident_id>/settle"): "process_admin",
    ("POST", "/incidents/retry"): "process_admin",
    ("POST", "/language"): "public",
    ("GET", "/limits"): "public",
    ("GET", "/messages"): "signed_in",
    ("POST", "/messages/read"): "signed_in",
    ("GET", "/my"): "enterprise",
    ("GET", "/my/add"): "enterprise",
    ("POST", "/my/add"): "enterprise",
    ("GET", "/my/cases/<number>"): "enterprise",
    ("GET", "/my/cases/<number>/files/<uuid:file_id>"): "enterprise",
    ("GET", "/my/cases/<number>/letters/<int:letter_id>"): "enterprise",
    ("GET", "/my/messages/<uuid:wait_id>"): "enterprise",
    ("POST", "/my/messages/<uuid:wait_id>"): "enterprise",
    ("POST", "/my/messages/<uuid:wait_id>/keep"): "enterprise",
    ("GET", "/my/tasks/<uuid:task_id>"): "enterprise",
    ("POST", "/my/tasks/<uuid:task_id>"): "enterprise",
    ("POST", "/my/tasks/<uuid:task_id>/keep"): "enterprise",
    ("GET", "/reception/"): "staff",
    ("GET", "/reception/<int:reception_id>"): "staff",
    ("POST", "/reception/<int:reception_id>/cancel"): "dispatcher, system_admin",
    ("GET", "/reception/<int:reception_id>/change"): "dispatcher, system_admin",
    ("POST", "/reception/<int:reception_id>/change"): "dispatcher, system_admin",
    ("GET", "/reception/new"): "dispatcher, system_admin",
    ("POST", "/reception/new"): "dispatcher, system_admin",
    ("GET", "/reception/plan"): "dispatcher, system_admin",
    ("POST", "/reception/plan"): "dispatcher, system_admin",
    ("POST", "/reception/rule"): "dispatcher, system_admin",
    ("GET", "/register"): "public",
    ("POST", "/register"): "public",
    ("GET", "/repair"): "process_admin",
    ("POST", "/repair"): "process_admin",
    ("GET", "/repair/<int:run_id>"): "process_admin",
    ("GET", "/sign-in"): "public",
    ("POST", "/sign-in"): "public",
    ("POST", "/sign-out"): "public",
    ("GET", "/statistics/"): "auditor, dispatcher, inspector, leader, supervisor",
    ("GET", "/status"): "public",
    ("POST", "/status"): "public",
    ("GET", "/status/<number>"): "public",
    ("GET", "/status/<number>/files/<uuid:file_id>"): "public",
    ("GET", "/status/<number>/letters/<int:letter_id>"): "public",
    ("POST", "/status/<number>/leave"): "public",
    ("GET", "/status/<number>/messages/<uuid:wait_id>"): "public",
    ("POST", "/status/<number>/messages/<uuid:wait_id>"): "public",
    ("POST", "/status/<number>/messages/<uuid:wait_id>/keep"): "public",
    ("GET", "/status/<number>/tasks/<uuid:task_id>"): "public",
    ("POST", "/status/<number>/tasks/<uuid:task_id>"): "public",
    ("POST", "/status/<number>/tasks/<uuid:task_id>/keep"): "public",
    ("GET", "/studio/"): "process_admin",
    ("GET", "/studio/<key>"): "process_admin",
    ("GET", "/studio/<key>/watch"): "auditor, inspector, leader, process_admin, supervisor",
    ("GET", "/studio/<key>/watch/cases"): "auditor, inspector, leader, process_admin, supervisor",
    (
        "GET",
        "/studio/<key>/watch/diagrams/<int:number>/<process>",
    ): "auditor, inspector, leader, process_admin, supervisor",
    ("GET", "/studio/<key>/watch/times"): "auditor, inspector, leader, process_admin, supervisor",
    (
        "GET",
        "/studio/<key>/watch/versions",
    ): "auditor, inspector, leader, process_admin, supervisor",
    ("GET", "/studio/<key>/watch/ways"): "auditor, inspector, leader, process_admin, supervisor",
    ("GET", "/studio/<key>/<ref>"): "process_admin",
    ("GET", "/studio/<key>/difference"): "process_admin",
    ("POST", "/studio/drafts"): "process_admin",
    ("POST", "/studio/<key>/<ref>/adopt"): "process_admin",
    ("POST", "/studio/<key>/<ref>/draft"): "process_admin",
    ("GET", "/studio/<key>/<ref>/draw/<path:path>"): "process_admin",
    ("POST", "/studio/<key>/<ref>/findings"): "process_admin",
    ("GET", "/studio/<key>/<ref>/table/<path:path>"): "process_admin",
    ("POST", "/studio/<key>/<ref>/decide"): "process_admin",
    ("GET", "/studio/<key>/<ref>/form/<path:path>"): "process_admin",
    ("POST", "/studio/<key>/<ref>/preview"): "process_admin",
    ("GET", "/studio/<key>/<ref>/text/<path:path>"): "process_admin",
    ("POST", "/studio/<key>/<ref>/write"): "process_admin",
    ("GET", "/studio/<key>/<ref>/settings"): "process_admin",
    ("POST", "/studio/<key>/<ref>/settings"): "process_admin",
    ("GET", "/studio/<key>/<ref>/raw/<path:path>"): "process_admin",
    ("POST", "/studio/<key>/<ref>/new-file"): "process_admin",
    ("POST", "/studio/<key>/<ref>/begin"): "process_admin",
    ("POST", "/studio/<key>/<ref>/rename-file"): "process_admin",
    ("POST", "/studio/<key>/<ref>/save"): "process_admin",
    ("POST", "/studio/<key>/<ref>/presence"): "process_admin",
    ("POST", "/studio/<key>/<ref>/compare"): "process_admin",
    ("POST", "/studio/<key>/<ref>/fork"): "process_admin",
    ("POST", "/studio/<key>/<ref>/new"): "process_admin",
    ("POST", "/studio/<key>/<ref>/rename"): "process_admin",
    ("POST", "/studio/<key>/<ref>/copy"): "process_admin",
    ("GET", "/studio/drafts/new"): "process_admin",
    ("POST", "/studio/drafts/new"): "process_admin",
    ("POST", "/studio/<key>/<ref>/files"): "process_admin",
    ("GET", "/studio/<key>/<ref>/import"): "process_admin",
    ("POST", "/studio/<key>/<ref>/import/<int:number>"): "process_admin",
    ("GET", "/studio/<key>/<ref>/import/picture/<path:path>"): "process_admin",
    ("GET", "/studio/<key>/<ref>/import/original.zip"): "process_admin",
    ("POST", "/studio/<key>/<ref>/remove"): "process_admin",
    ("POST", "/studio/<key>/<ref>/discard"): "process_admin",
    ("POST", "/studio/<key>/<ref>/trial"): "process_admin",
    ("GET", "/studio/<key>/<ref>/trial"): "process_admin",
    ("POST", "/studio/<key>/<ref>/plays"): "process_admin",
    ("GET", "/studio/<key>/plays/<int:play_id>"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/act"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/extra"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/clock"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/session"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/rewind"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/renew"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/end"): "process_admin",
    ("POST", "/studio/<key>/plays/<int:play_id>/scenario"): "process_admin",
    ("GET", "/studio/<key>/plays/<int:play_id>/diagrams/<process>"): "process_admin",
    ("GET", "/studio/<key>/record/<int:case_id>"): "process_admin",
    ("POST", "/studio/<key>/record/<int:case_id>"): "process_admin",
    ("GET", "/studio/<key>/<ref>/coverage"): "process_admin",
    ("GET", "/studio/<key>/<ref>/coverage/picture/<path:path>"): "process_admin",
    ("GET", "/studio/<key>/<ref>/wordbook"): "process_admin",
    ("POST", "/studio/<key>/<ref>/expression"): "process_admin",
    ("POST", "/studio/<key>/<ref>/deploy"): "process_admin",
    ("POST", "/studio/<key>/<ref>/impact"): "process_admin",
    ("GET", "/studio/<key>/impact/<int:number>"): "process_admin",
    ("GET", "/studio/<key>/impact/<int:number>/progress"): "process_admin",
    ("POST", "/studio/<key>/impact/<int:number>/again"): "process_admin",
    ("GET", "/studio/<key>/impact/<int:number>/picture/<path:path>"): "process_admin",
    ("POST", "/studio/<key>/impact/<int:number>/move"): "process_admin",
    ("GET", "/studio/<key>/moves"): "process_admin",
    ("GET", "/studio/<key>/moves/<int:number>"): "process_admin",
    ("GET", "/studio/<key>/moves/<int:number>/progress"): "process_admin",
    ("POST", "/studio/<key>/moves/<int:number>/back"): "process_admin",
    ("POST", "/studio/second-person"): "process_admin",
    ("POST", "/studio/<key>/<ref>/ask"): "process_admin",
    ("POST", "/studio/<key>/<ref>/approve"): "process_admin",
    ("POST", "/studio/<key>/<ref>/send-back"): "process_admin",
    ("POST", "/studio/<key>/<ref>/call-off"): "process_admin",
    ("GET", "/studio/<key>/<ref>/back"): "process_admin",
    ("POST", "/studio/<key>/<ref>/back"): "process_admin",
    ("GET", "/studio/<key>/<ref>/bundle.zip"): "process_admin",
    ("GET", "/studio/<key>/<ref>/files/<path:path>"): "process_admin",
    ("GET", "/studio/<key>/<ref>/picture/<path:path>"): "process_admin",
    ("GET", "/supervision/"): "staff",
    ("GET", "/supervision/units/<int:unit_id>"): "staff",
    ("GET", "/tasks/<uuid:work_item_id>"): "staff",
    ("POST", "/tasks/<uuid:work_item_id>"): "staff",
    ("POST", "/tasks/<uuid:work_item_id>/claim"): "staff",
    ("POST", "/tasks/<uuid:work_item_id>/draft"): "staff",
    ("POST", "/tasks/<uuid:work_item_id>/hand-on"): "staff",
    ("POST", "/tasks/<uuid:work_item_id>/release"): "staff",
}


def test_every_route_admits_whom_this_table_says(town: Town) -> None:
    found = {
        (method, rule.rule): str(permission_of(town.app, rule.endpoint))
        for rule in town.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == ROUTES


def test_a_route_that_says_nothing_is_refused(town: Town) -> None:
    town.app.view_functions["silent"] = lambda: "anything"
    with pytest.raises(LookupError, match="silent"):
        permission_of(town.app, "silent")


def test_staff_pages_ask_visitors_to_sign_in_and_refuse_companies(
    town: Town, visitor: Reader, as_: As
) -> None:
    company = as_("company")
    for (method, rule), who in ROUTES.items():
        if who != "staff" or method != "GET" or "<" in rule:
            continue
        assert visitor.client.get(rule).location.startswith("/sign-in?next=")
        assert company.client.get(rule).status_code == 403


def test_company_pages_refuse_staff(town: Town, as_: As) -> None:
    reader = as_("dispatcher")
    for (method, rule), who in ROUTES.items():
        if who == "enterprise" and method == "GET" and "<" not in rule:
            assert reader.client.get(rule).status_code == 403


def test_permissions_are_unions() -> None:
    class Somebody:
        is_staff = True
        roles = frozenset({"handler"})

    @may("head", "handler")
    def view() -> None:
        """Nothing."""

    permission: Permission = view.permission
    assert permission.admits(Somebody())
    assert not permission.admits(None)
    assert str(permission) == "handler, head"


def test_every_answer_carries_the_headers(town: Town, visitor: Reader, as_: As) -> None:
    answers = [
        visitor.client.get("/sign-in"),
        visitor.client.get("/nowhere"),
        visitor.client.get("/healthz"),
        as_("dispatcher").client.get("/inbox"),
    ]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_the_session_cookie_is_shut_to_scripts_and_to_http_where_there_is_https(
    town: Town,
) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        answer = town.app.test_client().get("/sign-in", base_url=f"{scheme}://city.example")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure


def test_built_files_are_kept_for_good_and_compressed(visitor: Reader) -> None:
    page = visitor.get("/sign-in")
    address = page.one("//link[@rel='stylesheet']/@href")
    answer = visitor.client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    plain = visitor.client.get(address)
    assert "Content-Encoding" not in plain.headers
    assert visitor.client.get("/assets/../app.py").status_code == 404
