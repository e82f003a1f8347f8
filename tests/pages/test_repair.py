"""Pages of incidents and repair: plain words for those who press, details for process admins."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.tables import Incident, Step
from tests.pages.reader import Page, Reader
from tests.pages.town import Town
from webapp.repair import several
from workflows import engine, repairing_many
from workflows.errors import Place, StepFailed

As = Callable[[str], Reader]
REASON = "nothing declares the name “rate”"
SAID = "没有任何地方声明名称 “rate”"


def _break(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def breaks(*args: object, **more: object) -> None:
        place = Place(process="errand", element="review", name="审核受理")
        raise StepFailed(place=place, reason=REASON, advice="", cause="expression")

    monkeypatch.setattr(engine, what, breaks)


def test_who_pressed_reads_a_plain_sentence_and_the_admin_the_details(
    town: Town, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = town.submit()
    item = town.open_item(case.case_id)
    with monkeypatch.context() as patch:
        _break(patch, "complete")
        here = f"/tasks/{item.id}"
        entries = {"outcome": "accept", "level": "city"}
        answer = as_("dispatcher").post(here, entries, frm=here)
    assert answer.status_code == 500
    assert "不是您的问题" in answer.text
    assert REASON not in answer.text
    assert 'value="city" selected' in as_("dispatcher").get(here).text  # kept with the task
    with town.city.database.reading() as session:
        number = session.scalars(select(Incident.id)).one()
    assert f"故障 {number}" in answer.text
    for reader in ("dispatcher", "process_admin"):
        assert REASON not in as_(reader).get(f"/cases/{case.case_id}").text
    admin = as_("process_admin")
    listed = admin.get("/incidents?process=errand&cause=expression")
    assert "算式算不出结果" in listed.words
    assert admin.get("/incidents?cause=unit").all("//td") == []
    assert f"运行故障 {number}：审核受理" in admin.get("/messages").words
    shown = admin.get(f"/incidents/{number}")
    assert SAID in shown.words
    picture = admin.client.get(f"/incidents/{number}/picture").get_json()
    assert [mark["element"] for mark in picture["marks"]] == ["review"]
    led = admin.post("/incidents/retry", {"incident": number, "repair": "1"}, frm="/incidents")
    assert led.headers["Location"] == f"/repair?incident={number}"  # without the form's token
    answer = admin.post("/incidents/retry", {"incident": number}, frm=f"/incidents/{number}")
    assert answer.status_code == 303
    assert "未重试" in admin.get("/incidents").words
    assert admin.post(f"/incidents/{number}/settle", {"reason": ""}).status_code == 422
    assert admin.post(f"/incidents/{number}/settle", {"reason": "已改表"}).status_code == 303
    assert "已改表" in admin.get(f"/incidents/{number}").words


def test_a_repair_is_shown_then_made_then_undone(town: Town, as_: As) -> None:
    case = town.submit().case_id
    admin, here = as_("process_admin"), f"/cases/{case}/repair"
    for kind in ("", *["set", "move", "add", "end", "rearm", "restore", "suspend", "cancel"]):
        admin.get(f"{here}?act={kind}")
    act = {"act": "suspend", "public": "系统升级，预计两天"}
    shown = Page(admin.post(here, act, frm=here))
    assert "系统升级" in shown.words
    revision = shown.one("//input[@name='revision']/@value")
    refused = admin.post(here, {**act, "do": "1", "revision": revision}, frm=here)
    assert refused.status_code == 422
    made = admin.post(here, {**act, "do": "1", "revision": revision, "reason": "升级"}, frm=here)
    assert made.status_code == 303
    assert "系统升级" in as_("dispatcher").get(f"/cases/{case}").words
    stale = admin.post(
        here, {"act": "resume", "do": "1", "revision": revision, "reason": "x"}, frm=here
    )
    assert stale.status_code == 422
    made = admin.post(here, {"act": "resume", "do": "1", "reason": "好了"}, frm=here)
    assert not Page(admin.client.get(made.headers["Location"])).all("//input[@value='restore']")
    value = {"act": "set", "name": "标题", "literal": '"新题"', "reason": "改题", "do": "1"}
    made = admin.post(here, value, frm=here)
    again = Page(admin.client.get(made.headers["Location"]))
    assert again.one("//input[@name='act' and @value='restore']") is not None
    assert as_("dispatcher").client.get(here).status_code == 403


def test_the_same_is_done_with_many_cases(
    town: Town, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_beside: list[tuple[str, int]] = []
    monkeypatch.setattr(several, "start", lambda *called: begun_beside.append(called))
    cases = [town.submit().case_id for _ in range(2)]
    admin = as_("process_admin")
    element = town.open_item(cases[0]).element
    offered = admin.get(f"/repair?process=errand&element={element}")
    assert len(offered.all("//input[@name='case']")) == 2
    chosen = "&".join(f"case={one}" for one in cases)
    page = admin.get(f"/repair?{chosen}&act=cancel")
    assert "2" in page.heading
    data = {"act": "cancel", "case": cases, "public": "重复登记，终止办理。", "reason": "重复"}
    looked = Page(admin.post("/repair", data))
    assert len(looked.all("//details[@class='looked']//del")) >= 2
    begun = admin.post("/repair", {**data, "do": "1"})
    assert begun.status_code == 303, begun.text
    address = begun.headers["Location"]
    assert re.search(r"0\D+2", admin.get(address).words)
    again = admin.post("/repair", {**data, "do": "1"})
    assert again.headers["Location"] == address  # pressed twice: one run
    (command, run_id), second = begun_beside
    assert command == "repair-cases"
    assert second == (command, run_id)
    assert repairing_many.run(town.city, run_id, town.clock)
    answer = admin.client.get(address, headers={"HX-Request": "true"})
    assert "HX-Request" in answer.vary
    part = Page(answer)
    assert part.all("//li[@class='run-done']")
    assert not part.all("//*[@hx-get]")
    with town.city.database.reading() as session:
        assert set(session.scalars(select(Step.number).where(Step.kind == "act"))) == {2}
