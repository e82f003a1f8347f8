"""What staff see and do: inbox, tasks, cases, receptions, supervision."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from tests.actions import errand
from tests.actions.drawing import Drawing
from tests.definitions.drawing import form as written
from tests.definitions.drawing import text_field
from tests.pages.reader import Page, Reader
from tests.pages.town import Town
from webapp.rendering.forms import first_entries
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.forms import Form

As = Callable[[str], Reader]

REVIEW = {"level": "city", "urgency": "normal", "measures-0-what": "现场勘察"}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def test_every_page_of_staff_is_sound(town: Town, as_: As) -> None:
    case = town.submit()
    item = town.item_id(case.case_id)
    reader = as_("dispatcher")
    for address in (
        "/inbox",
        "/inbox?view=mine",
        "/inbox?view=unit&light=green&stage=acceptance&q=公交",
        f"/tasks/{item}",
        "/cases",
        "/cases?q=没有这样的&state=closed",
        f"/cases/{case.case_id}",
        "/reception/",
        "/reception/?view=past",
        reader.get("/reception/").one("//a[@class='session']/@href"),
        "/supervision/",
        "/supervision/?view=all",
        f"/supervision/units/{town.office_id}",
        "/supervision/units/0?light=red",
        "/account",
    ):
        reader.get(address)


def test_the_inbox_shows_the_light_and_the_days_left(town: Town, as_: As) -> None:
    town.submit("厂门口增设公交站")
    reader = as_("dispatcher")
    lamp = reader.get("/inbox").one("//tbody//span[contains(@class,'lamp')]")
    assert lamp.text_content() == "■剩 2 个工作日"
    town.clock.move(days=3)
    reader = as_("dispatcher")
    page = reader.get("/inbox")
    assert "已超期 1 个工作日" in page.words
    assert reader.get("/inbox?light=red").all("//tbody/tr")
    assert not reader.get("/inbox?light=green").all("//tbody/tr")


def test_the_inbox_is_paged_by_due_time(town: Town, as_: As) -> None:
    for number in range(33):
        town.submit(f"第 {number} 件")
        town.clock.move(minutes=1)
    reader = as_("dispatcher")
    first = reader.get("/inbox")
    assert len(first.all("//tbody/tr")) == 30
    second = reader.get(
        first.one("//nav[contains(@class,'pager')]/a[contains(@href,'after')]/@href")
    )
    assert len(second.all("//tbody/tr")) == 3


def test_claiming_shows_the_task_as_mine_and_releasing_gives_it_back(town: Town, as_: As) -> None:
    case = town.submit()
    item = town.item_id(case.case_id)
    reader = as_("dispatcher")
    assert reader.post(f"/tasks/{item}/claim").location == f"/tasks/{item}"
    assert len(reader.get("/inbox?view=mine").all("//tbody/tr")) == 1
    assert reader.post(f"/tasks/{item}/release").status_code == 303
    assert not reader.get("/inbox?view=mine").all("//tbody/tr")


def test_a_head_hands_a_claimed_task_on_with_all_that_was_entered(town: Town, as_: As) -> None:
    case = town.submit()
    item = town.item_id(case.case_id)
    as_("dispatcher").post(f"/tasks/{item}", {"outcome": "accept", **REVIEW})
    item = town.item_id(case.case_id)
    registry, head, colleague = as_("registry"), as_("head"), as_("colleague")
    registry.post(f"/tasks/{item}/claim")
    page = head.get(f"/tasks/{item}")
    options = page.all("//form[contains(@action, 'hand-on')]//option")
    assert [one.text for one in options] == ["colleague某"]
    sent = {"to": options[0].get("value"), "reason": "出差"}
    assert head.post(f"/tasks/{item}/hand-on", sent).status_code == 303
    assert "registry某" in head.get(f"/tasks/{item}").words
    page = colleague.get(f"/tasks/{item}")
    assert "由registry某转给colleague某" in page.words
    assert "出差" in page.words
    assert colleague.get("/inbox?view=mine").all("//tbody/tr")
    assert not registry.get("/inbox?view=mine").all("//tbody/tr")
    assert head.post(f"/tasks/{item}/hand-on", {"back": "yes"}).status_code == 303
    assert not colleague.get("/inbox?view=mine").all("//tbody/tr")


def test_who_does_not_lead_the_unit_cannot_hand_its_work_on(town: Town, as_: As) -> None:
    case = town.submit()
    as_("dispatcher").post(f"/tasks/{town.item_id(case.case_id)}", {"outcome": "accept", **REVIEW})
    item = town.item_id(case.case_id)
    as_("registry").post(f"/tasks/{item}/claim")
    for login in ("leader", "auditor", "clerk"):
        reader = as_(login)
        assert "hand-on" not in reader.get(f"/tasks/{item}").text
        assert reader.post(f"/tasks/{item}/hand-on", {"back": "yes"}).status_code == 403
    supervisor = as_("supervisor")
    page = supervisor.get(f"/tasks/{item}")
    assert page.all("//button[@name='back']")
    assert not page.all("//select[@name='to']")
    assert supervisor.post(f"/tasks/{item}/hand-on", {"to": "1"}).status_code == 403


def test_outcomes_are_buttons_with_their_consequences(town: Town, as_: As) -> None:
    case = town.submit()
    page = as_("dispatcher").get(f"/tasks/{town.item_id(case.case_id)}")
    buttons = page.all("//div[@id='outcomes']//button[@name='outcome']")
    assert [button.get("value") for button in buttons] == ["accept", "supplement", "decline"]
    for button in buttons:
        described = page.one(f"//*[@id='{button.get('aria-describedby')}']")
        assert described.text_content().strip()


def test_an_outcome_with_own_fields_asks_for_them_first(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    assert not reader.get(address).all("//*[@name='supplement']")
    answer = reader.post(address, {**REVIEW, "caller": "王某", "outcome": "supplement"})
    page = Page(answer)
    assert answer.status_code == 200
    assert page.one("//*[@name='supplement']") is not None
    assert page.one("//input[@name='caller']/@value") == "王某"
    assert "确认：请企业补正" in page.words
    sent = {**REVIEW, "outcome": "supplement", "outcome_open": "supplement"}
    wrong = reader.post(address, sent)
    assert wrong.status_code == 422
    assert Page(wrong).one("//div[@id='error-summary']//a/@href") == "#f-supplement"
    assert reader.post(address, {**sent, "supplement": "营业执照"}).status_code == 303


def test_fields_of_an_opened_outcome_start_with_defaults_and_earlier_values(
    town: Town, as_: As
) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    opened = Page(reader.post(address, {**REVIEW, "outcome": "decline"}))
    assert opened.one("//select[@name='decline_reason']/option[@selected]/@value") == "petition"
    chosen = {**REVIEW, "outcome_open": "decline", "decline_reason": "court", "show": "form"}
    again = Page(reader.post(address, chosen))
    assert again.one("//select[@name='decline_reason']/option[@selected]/@value") == "court"


def test_who_decides_reads_what_was_entered_before_without_unfolding(town: Town, as_: As) -> None:
    case = town.submit()
    entries = {**REVIEW, "caller": "王某", "outcome": "accept"}
    as_("dispatcher").post(f"/tasks/{town.item_id(case.case_id)}", entries)
    page = as_("registry").get(f"/tasks/{town.item_id(case.case_id)}")
    card = page.one("//section[@aria-labelledby='handed-over']")
    assert "审核受理：受理并转办" in card.text_content()
    assert "现场勘察" in card.text_content()
    assert not card.xpath(".//details")


def test_a_signature_starts_with_the_name_of_who_signs() -> None:
    form = Form.parse(written(text_field("signed_by", properties={"starts_with": "person"})))
    earlier = {"signed_by": "a predecessor"}
    assert first_entries(form, earlier, "魏立群")["signed_by"] == ["魏立群"]
    assert first_entries(form, earlier)["signed_by"] == ["a predecessor"]


def test_a_personal_field_says_who_sees_it(town: Town, as_: As) -> None:
    case = town.submit()
    page = as_("dispatcher").get(f"/tasks/{town.item_id(case.case_id)}")
    assert "企业会看到姓名。" in page.words
    assert "只有经办人员可见" not in page.words


def test_a_done_task_leads_on_and_says_so(town: Town, as_: As) -> None:
    case = town.submit()
    reader = as_("dispatcher")
    address = f"/tasks/{town.item_id(case.case_id)}"
    assert reader.post(address, {**REVIEW, "outcome": "accept"}).location == "/inbox"
    words = reader.get("/inbox").words
    assert "“审核受理”已办结：受理并转办" in words
    assert "接下来：签收" in words
    assert "审核受理：受理并转办" in reader.get(f"/cases/{case.case_id}").words
    assert as_("registry").get("/inbox").all("//tbody/tr")


def test_after_a_task_the_page_leads_to_the_next_one(town: Town, as_: As) -> None:
    first, second = town.submit(), town.submit("第二件事")
    reader = as_("dispatcher")
    for case, ahead in ((first, second), (second, None)):
        reader.post(f"/tasks/{town.item_id(case.case_id)}", {**REVIEW, "outcome": "accept"})
        page = reader.get("/inbox")
        links = page.all("//a[@class='next-task']")
        if ahead is None:
            assert not links
            continue
        assert links[0].get("href") == f"/tasks/{town.item_id(ahead.case_id)}"
        assert links[0].text == f"您的下一项任务：审核受理（{ahead.number}）"


def test_a_task_without_outcomes_says_what_its_button_does(town: Town, as_: As) -> None:
    d = Drawing("errand")
    d.node("startEvent", "begin")
    d.user("draft_reply", "办公室", form="note", stage="check")
    d.node("endEvent", "done")
    d.chain("begin", "draft_reply", "done")
    given = {**errand.files(), "errand.bpmn": d.xml()}
    deploy(town.city, SYSTEM, given, now=town.clock(), reason="test")
    raw = {"title": ["门前积水"], "company": ["晨星公司"]}
    case = submit(town.city, town.company, "errand", raw, now=town.clock())
    reader = as_("dispatcher")
    address = f"/tasks/{town.item_id(case.case_id)}"
    button = reader.get(address).one("//form[@id='process-form']//button[@name='send']")
    assert button.text == "提交：draft_reply"
    assert reader.post(address, {"note": "写好了", "send": "yes"}).status_code == 303


def test_the_last_step_can_be_taken_back_by_its_doer_alone(town: Town, as_: As) -> None:
    case = town.submit()
    reader = as_("dispatcher")
    reader.post(f"/tasks/{town.item_id(case.case_id)}", {**REVIEW, "outcome": "accept"})
    assert not as_("supervisor").get(f"/cases/{case.case_id}").all("//input[@id='reason']")
    assert reader.get(f"/cases/{case.case_id}").all("//input[@id='reason']")
    answer = reader.post(f"/cases/{case.case_id}/recall", {"reason": "点错了"})
    assert answer.status_code == 303
    assert town.open_item(case.case_id).name == "审核受理"


def test_whoever_is_second_reads_who_was_first_and_keeps_the_entries(town: Town, as_: As) -> None:
    case = town.submit()
    as_("dispatcher").post(f"/tasks/{town.item_id(case.case_id)}", {**REVIEW, "outcome": "accept"})
    address = f"/tasks/{town.item_id(case.case_id)}"
    first, second = as_("registry"), as_("colleague")
    words = second.get(address).one("//input[@name='_words']/@value")
    assert first.post(address, {**REVIEW, "outcome": "accept"}).status_code == 303
    sent = {**REVIEW, "caller": "只此一份的文字", "outcome": "accept", "_words": words}
    answer = second.post(address, sent)
    page = Page(answer)
    assert answer.status_code == 409
    assert page.heading == "此任务已由registry某办结"
    assert "只此一份的文字" in page.words
    labels = [one.text_content() for one in page.all("//dl[@class='facts facts-wide']/dt")]
    assert {"办理层级", "紧急程度"} < set(labels)
    assert "市级" in page.words
    assert not {"level", "urgency", "outcome", "_words"} & set(labels)
    assert second.get(address).heading == "此任务已由registry某办结"


def test_a_draft_is_kept_and_comes_back(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    answer = reader.post(
        f"{address}/draft", {"caller": "写到一半", "measures-0-what": "一", "measures-1-what": "二"}
    )
    assert "草稿已于 09:00 保存" in answer.text
    page = reader.get(address)
    assert page.one("//input[@name='caller']/@value") == "写到一半"
    assert page.one("//input[@name='measures-1-what']/@value") == "二"


def test_rows_are_added_and_removed_without_a_script(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    added = Page(reader.post(address, {**REVIEW, "add_row": "measures"}))
    assert len(added.all("//input[contains(@name,'-what')]")) == 2
    both = {**REVIEW, "measures-1-what": "第二", "remove_row": "measures-0"}
    left = Page(reader.post(address, both))
    assert left.all("//input[contains(@name,'-what')]/@value") == ["第二"]


def test_a_field_that_depends_on_another_appears(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    assert not reader.get(address).all("//*[@name='why_fast']")
    shown = Page(reader.post(address, {"urgency": "fast", "show": "form"}))
    assert shown.all("//*[@name='why_fast']")


def test_files_are_kept_over_every_turn_and_refused_by_their_content(town: Town, as_: As) -> None:
    case = town.submit()
    address = f"/tasks/{town.item_id(case.case_id)}"
    reader = as_("dispatcher")
    upload = {"upload:papers": (BytesIO(PDF), "图纸.pdf"), "show": "form"}
    kept = Page(reader.post(address, upload, content_type="multipart/form-data"))
    file_id = kept.one("//input[@name='papers']/@value")
    assert "图纸.pdf" in kept.words
    fake = {"upload:papers": (BytesIO(b"plain words"), "假.pdf"), "papers": file_id, "show": "form"}
    refused = reader.post(address, fake, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "文件内容与扩展名不符" in Page(refused).words
    assert Page(refused).all("//input[@name='papers']/@value") == [file_id]
    assert (
        reader.post(address, {**REVIEW, "papers": file_id, "outcome": "accept"}).status_code == 303
    )
    answer = reader.client.get(f"/files/{file_id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert as_("elsewhere").client.get(f"/files/{file_id}").status_code == 404


def test_who_may_not_see_a_case_is_told_that_there_is_none(town: Town, as_: As) -> None:
    case = town.submit()
    reader = as_("elsewhere")
    reader.get(f"/cases/{case.case_id}", 404)
    reader.get(f"/tasks/{town.item_id(case.case_id)}", 404)
    reader.get(f"/cases/{case.case_id}/diagrams/errand", 404)
    assert not reader.get("/cases").all("//tbody/tr")


def test_who_sees_a_task_but_does_not_have_it_reads_it_without_a_form(town: Town, as_: As) -> None:
    case = town.submit()
    page = as_("supervisor").get(f"/tasks/{town.item_id(case.case_id)}")
    assert not page.all("//form[@id='process-form']")
    assert "只有办理人可以办结" in page.words


def test_the_diagram_carries_the_tokens_with_who_and_until_when(town: Town, as_: As) -> None:
    case = town.submit()
    answer = as_("dispatcher").client.get(f"/cases/{case.case_id}/diagrams/errand")
    picture = answer.get_json()
    assert picture["tokens"] == [
        {"element": "review", "note": "直通车办 · 03-04", "light": "green"}
    ]
    assert picture["flows"] == ["f1"]
    assert picture["xml"].startswith("<?xml")


def test_supervision_counts_by_unit_and_leads_down_to_the_task(town: Town, as_: As) -> None:
    town.submit()
    town.clock.move(days=4)
    reader = as_("supervisor")
    page = reader.get("/supervision/")
    way = page.one("//table//a[contains(@class,'count-red')]")
    assert way.text_content().startswith("1")
    assert "厂门口增设公交站" in reader.get(way.get("href")).words


def test_english_is_complete_on_each_page(town: Town, as_: As) -> None:
    case = town.submit()
    reader = as_("dispatcher")
    assert reader.post("/language", {"language": "en", "next": "/inbox"}).location == "/inbox"
    page = reader.get("/inbox")
    assert page.heading == "Inbox"
    assert page.tree.get("lang") == "en"
    assert "2 working days left" in page.words
    assert "The company gets the list" in reader.get(f"/tasks/{town.item_id(case.case_id)}").words
    assert Reader(town.app).sign_in("dispatcher").get("/inbox").heading == "Inbox"
