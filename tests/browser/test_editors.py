"""A process admin changes a limit, an option and a letter; nothing else of the files changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import BUNDLE, Served, examine
from tests.browser.people import at_desk, sign_in
from workflows.actions.bundle_drafts import begin
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder
from workflows.definitions.difference import DRAWING, difference

ADMIN = "process_admin@service_office"
FILES = files_of_folder(BUNDLE)
OWN = b"""{"components": [{"id": "a", "type": "text", "text": "x", "later": {"x": [1]},
  "layout": {"row": "Row_1", "beside": true}, "properties": {"ours": "7"}}],
  "type": "default", "id": "own", "schemaVersion": 18, "ownKey": {"a": null}}"""
ALL = {
    f"{folder.parent.name}/{path}": data
    for folder in BUNDLE.parent.glob("*/bundle.toml")
    for path, data in files_of_folder(folder.parent).items()
} | {"own/forms/own.form": OWN}
TABLES = """async (files) => {
  const { editor } = document.getElementById('tables');
  const written = {};
  for (const [path, xml] of Object.entries(files)) {
    await editor.importXML(xml);
    written[path] = (await editor.saveXML({ format: true })).xml;
  }
  return written;
}"""
FORMS = """async (files) => {
  const { editor, written } = document.getElementById('form-editor');
  const found = {};
  for (const [path, json] of Object.entries(files)) {
    await editor.importSchema(JSON.parse(json));
    found[path] = written(editor.saveSchema(), JSON.parse(json), editor.saveSchema());
  }
  return found;
}"""


def written_again(page: Page, script: str, ending: str) -> dict[str, str]:
    """Open and save all shipped files of a kind; nothing but their layout may differ."""
    files = {path: data for path, data in ALL.items() if path.endswith(ending)}
    expect(page.locator("[data-ready]")).to_be_attached()
    again: Mapping[str, str] = page.evaluate(script, {p: d.decode() for p, d in files.items()})
    changes = difference(files, {path: text.encode() for path, text in again.items()})
    assert [one for one in changes if [d.what for d in one.details] != [DRAWING]] == []
    return dict(again)


def _walk(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Yield what stands in a form, in its order."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    yield key, None if inside else value
    for name, one in inside:
        yield from _walk(one, f"{key}.{name}")


def kept(page: Page) -> None:
    expect(page.locator("#editor-state")).to_have_text("已保存", timeout=10_000)


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_limit_an_option_and_a_letter_are_changed(place: Served, browser: Browser) -> None:
    draft = begin(place.city, SYSTEM, FILES, name="小改", now=place.clock())
    page, here = at_desk(browser), f"{place.address}/studio/through_train/d{draft}"
    sign_in(page, place, ADMIN)

    page.goto(f"{here}/draw/acceptance.bpmn#review")  # as a finding leads there
    expect(page.locator(".bio-properties-panel-header")).to_contain_text("用户任务")
    expect(page.locator("#canvas svg[tabindex]")).to_be_focused()  # the keys are for the element

    page.goto(f"{here}/table/handling_limits.dmn")
    head, kind = page.locator("th.output-cell").first, page.locator(".type-ref-edit input")
    head.click()
    before = kind.input_value()
    for name in ("日期", "数字"):
        page.locator(".type-ref-edit .dms-input-select-icon").click()
        page.locator(".dms-select-options").get_by_text(name, exact=True).click()
    expect(kind).to_have_value(before)
    page.keyboard.press("Escape")
    rule = page.locator('td[data-row-id="handling_limits_02"]')
    rule.locator("[contenteditable]").nth(3).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("6")
    rule.locator(".annotation-editor [contenteditable]").first.click()
    page.keyboard.press("End")
    page.keyboard.type("（修订）")
    page.get_by_label("急缓").select_option("urgent")
    expect(page.locator("#try-answer")).to_contain_text("规则 2")
    expect(page.locator("#try-answer")).to_contain_text("6")
    kept(page)
    examine(page)

    page.goto(f"{here}/form/forms/review.form")
    number = page.locator(".fjs-form-field-number")
    page.get_by_role("button", name="数字", exact=True).click()  # a press does, without dragging
    expect(number).to_have_count(1)
    page.get_by_role("button", name="撤销").click()
    expect(number).to_have_count(0)
    page.locator('.fjs-element[data-id="review_outcome"]').click()
    page.get_by_label("选项 1：文字").press("End")
    page.keyboard.type("给部门")
    page.get_by_role("button", name="手机预览").click()
    seen = page.frame_locator("#preview-frame")
    seen.get_by_role("button", name="受理并转办给部门", exact=True).click()
    expect(seen.get_by_role("button", name="确认：受理并转办给部门")).to_be_visible()
    kept(page)
    examine(page)

    page.goto(f"{here}/text/texts/invitation.txt")
    page.get_by_role("textbox", name="正文").press("Control+End")
    page.keyboard.type("\n请携带证件，编号：")
    page.get_by_role("button", name="number", exact=True).first.click()
    expect(page.locator("#text-body")).to_contain_text("请携带证件，编号：ZTC")
    kept(page)
    examine(page)

    page.goto(f"{place.address}/studio/through_train/difference?before=v1&after=d{draft}")
    said = [" ".join(one.split()) for one in page.locator("ins").all_inner_texts()]
    assert [one for one in said if one == "6"]
    assert [one for one in said if one.endswith("（修订）")]
    assert [one for one in said if one.startswith("accept: 受理并转办给部门")]
    assert [one for one in said if "请携带证件，编号：{{ number }}" in one]
    assert page.locator(".changes > li").count() == 3

    page.goto(f"{here}/table/returns.dmn")
    written_again(page, TABLES, ".dmn")
    page.goto(f"{here}/form/forms/talk.form")
    for path, text in written_again(page, FORMS, ".form").items():
        assert list(_walk(json.loads(text))) == list(_walk(json.loads(ALL[path]))), path
