"""Pages to read: processes, versions, what they hold."""

from __future__ import annotations

import pytest

from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, Town
from webapp.studio.looking import ByChecksum
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import files_of_folder


def test_processes_say_which_version_counts_and_what_runs(town: Town, admin: Reader) -> None:
    town.submit()
    page = admin.get("/studio/")
    assert page.heading == "流程"
    assert "测试流程" in page.words
    assert "第 1 版：1" in page.words
    assert page.one("//nav//a[@href='/studio/']").get("aria-current") == "page"
    assert "test" in admin.get("/studio/errand").words


def test_others_do_not_see_the_studio(town: Town) -> None:
    reader = Reader(town.app).sign_in("dispatcher")
    assert reader.client.get("/studio/").status_code == 403
    assert not reader.get("/inbox").all("//nav//a[@href='/studio/']")


def test_a_version_shows_its_parts_and_findings(admin: Reader) -> None:
    page = admin.get("/studio/errand/v1")
    links = page.all("//ul[@class='parts']//a/@href")
    assert "/studio/errand/v1/files/errand.bpmn" in links
    assert page.all("//*[@data-diagram]")
    assert page.all("//ul[@class='findings']/li") or "符合全部规则" in page.words
    for link in links:
        admin.get(link)


def test_a_form_is_a_list_of_fields(admin: Reader) -> None:
    words = admin.get("/studio/errand/v1/files/forms/review.form").words
    assert "outcome" in words
    assert "单选" in words or "选择" in words


def test_the_picture_is_the_diagram(admin: Reader) -> None:
    picture = admin.client.get("/studio/errand/v1/picture/errand.bpmn").get_json()
    assert "审核受理" in picture["xml"]


@pytest.mark.parametrize(
    "address",
    ["/studio/nothing", "/studio/errand/v2", "/studio/errand/x", "/studio/errand/v1/files/x"],
)
def test_what_is_not_there_is_not_found(admin: Reader, address: str) -> None:
    admin.get(address, status=404)


def test_an_export_is_the_bundle(admin: Reader) -> None:
    answer = admin.client.get("/studio/errand/v1/bundle.zip")
    assert answer.mimetype == "application/zip"
    assert unpack(answer.data) == files_of_folder(BUNDLE)


def test_two_versions_stand_side_by_side(town: Town, admin: Reader) -> None:
    files = files_of_folder(BUNDLE)
    files["errand.bpmn"] = files["errand.bpmn"].replace(b"workdays(2)", b"workdays(3)")
    deploy(town.city, SYSTEM, files, now=town.clock(), reason="受理期限放宽")
    assert admin.get("/studio/errand").all("//a[contains(@href, '/difference')]")
    page = admin.get("/studio/errand/difference")
    assert "审核受理" in page.words
    assert page.one("//del").text == "workdays(2)"
    assert page.one("//ins").text == "workdays(3)"
    for source in page.all("//*[@data-diagram]/@data-source"):
        marks = admin.client.get(source).get_json()["marks"]
        assert [(one["element"], one["mark"], one["sign"]) for one in marks] == [
            ("review", "changed", "≠")
        ]
    same = admin.get("/studio/errand/difference?before=v1&after=v1")
    assert "没有差异" in same.words
    admin.get("/studio/errand/difference?before=v1&after=v9", status=404)


def test_what_was_stopped_is_asked_for_again() -> None:
    kept: ByChecksum[str] = ByChecksum()
    answers = iter(["late", "whole", "never"])
    found = [kept.get(1, lambda: next(answers), lambda one: one != "late") for _ in range(3)]
    assert found == ["late", "whole", "whole"]
