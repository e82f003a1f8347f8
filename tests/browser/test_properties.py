"""A process admin changes what a shipped diagram says, with pickers and expressions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from models.bundle_drafts import BundleDraft
from tests.browser.company import BUNDLE, Served, examine
from tests.browser.people import at_desk, sign_in
from workflows.actions import bundle_drafts
from workflows.actor import SYSTEM
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import files_of_folder

ADMIN = "process_admin@service_office"
DIAGRAM = "acceptance.bpmn"

SELECT = """id => {
  const modeler = document.getElementById('canvas').modeler;
  modeler.get('selection').select(modeler.get('elementRegistry').get(id));
}"""
READ_AND_WRITE = """async ([path, xml]) => {
  const modeler = document.getElementById('canvas').modeler;
  const { rootElement, warnings } = await modeler.get('moddle').fromXML(xml);
  const written = await modeler.get('moddle').toXML(rootElement, { format: true });
  const saved = modeler.get('eventBus').fire('saveXML.serialized', { xml: written.xml });
  return warnings.length === 0 && saved === xml ? '' : path;
}"""


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_what_is_picked_is_written_as_the_shipped_diagrams_write_it(
    place: Served, browser: Browser
) -> None:
    files = files_of_folder(BUNDLE)
    draft_id = bundle_drafts.begin(
        place.city, SYSTEM, dict(files), name="放宽", now=place.clock(), based_on_id=None
    )
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    page.goto(f"{place.address}/studio/through_train/d{draft_id}/draw/{DIAGRAM}")
    page.locator("[data-wordbook=ready]").wait_for(state="attached", timeout=20_000)

    texts = {path: data.decode() for path, data in files.items() if path.endswith(".bpmn")}
    kept = [page.evaluate(READ_AND_WRITE, [path, text]) for path, text in texts.items()]
    assert not any(kept), "nothing is lost or written otherwise by opening and saving"

    _a_task(page)
    _an_operation(page)
    _a_condition(page)
    expect(page.locator("#editor-state[data-state=saved]")).to_be_visible(timeout=10_000)
    with place.city.database.reading() as session:
        saved = unpack(session.get_one(BundleDraft, draft_id).archive)[DIAGRAM].decode()
    assert saved == _changed(texts[DIAGRAM])


def _a_task(page: Page) -> None:
    """Due after seven working days, another form; an id that is taken is not."""
    page.evaluate(SELECT, "review")
    panel = page.get_by_role("complementary", name="属性")
    panel.get_by_label("到期时间", exact=True).select_option(label="若干工作日")
    panel.get_by_label("到期时间: 天数").fill("7")
    panel.get_by_label("表单", exact=True).select_option("ruling")
    panel.get_by_role("button", name="编号与说明").click()
    panel.get_by_label("编号", exact=True).fill("decline")
    expect(panel.get_by_text("编号已被另一元素使用")).to_be_visible()
    examine(page)
    panel.get_by_label("编号", exact=True).fill("review")


def _an_operation(page: Page) -> None:
    """A letter is picked for a parameter, and what the operation gives is kept."""
    page.evaluate(SELECT, "send_decline")
    panel = page.get_by_role("complementary", name="属性")
    expect(panel.get_by_text("用本件的数据制作一份函件")).to_be_visible()
    panel.get_by_label("text 信函名称 · 必填", exact=True).select_option('"refusal_letter"')
    panel.get_by_label("结果存为").fill("letter_number")


def _a_condition(page: Page) -> None:
    """An unknown name is an error while it is typed; completion knows the task's outcomes."""
    page.evaluate(SELECT, "supplement_result")
    panel = page.get_by_role("complementary", name="属性")
    panel.get_by_label("条件", exact=True).last.select_option(label="用表达式…")
    field = panel.get_by_role("textbox", name="条件")
    field.press("ControlOrMeta+a")
    field.press_sequentially("outcom = 1")
    expect(panel.get_by_text("没有任何地方声明名称")).to_be_visible()
    field.press("ControlOrMeta+a")
    field.press_sequentially("not(outcom")
    offered = page.locator(".cm-tooltip-autocomplete")
    offered.get_by_role("option", name="outcome").click()
    field.press_sequentially(' = "')
    offered.get_by_role("option", name="提交补正").click()
    expect(panel.get_by_text("没有任何地方声明名称")).to_have_count(0)
    expect(field).to_have_text('not(outcome = "supplemented")')


def _changed(text: str) -> str:
    for before, after in (
        (
            'value="workdays(time_limits[limit = &quot;review&quot;][1].days)"',
            'value="workdays(7)"',
        ),
        ('name="form" value="review"', 'name="form" value="ruling"'),
        ("&quot;decline_letter&quot;", "&quot;refusal_letter&quot;"),
        ('>outcome = "withdraw"<', '>not(outcome = "supplemented")<'),
    ):
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    letter = '<bpmn:serviceTask id="send_decline"'
    head, _, tail = text.partition(letter)
    operator = '<spiffworkflow:serviceTaskOperator id="issue_letter"'
    return head + letter + tail.replace(operator, f'{operator} resultVariable="letter_number"', 1)
