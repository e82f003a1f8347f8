"""Process admins draw: a process from nothing, findings while drawing, two people on one file."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, select

from models.people import Person, Position
from models.units import Unit
from tests.browser.company import BUNDLE, Served, examine
from tests.browser.people import at_desk, login_of, sign_in
from workflows.actions.bundle_drafts import begin
from workflows.actor import SYSTEM
from workflows.definitions.blank import blank_bundle
from workflows.definitions.bundle import files_of_folder
from workflows.definitions.difference import difference
from workflows.inspection import inspect_files

ADMIN = "process_admin@service_office"
COLLEAGUE = "clerk@service_office"
LOOP = """async (files) => {
  const { modeler } = document.getElementById('canvas');
  const written = {};
  for (const [path, xml] of Object.entries(files)) {
    await modeler.importXML(xml);
    written[path] = (await modeler.saveXML({ format: true })).xml;
  }
  return written;
}"""

EVERYTHING = """async (xml) => {
  const { modeler } = document.getElementById('canvas');
  await modeler.importXML(xml);
  const menu = modeler.get('popupMenu');
  const made = [];
  modeler.get('create').start = (event, shape) => made.push(shape);
  const root = modeler.get('canvas').getRootElement();
  const entries = menu._getEntries(root, menu._getProviders('bpmn-create'));
  for (const one of Object.values(entries)) one.action.click(new MouseEvent('click'));
  const [modeling, registry] = [modeler.get('modeling'), modeler.get('elementRegistry')];
  const pool = registry.get('seal_use_pool');
  const plain = made.filter((one) => one.type !== 'bpmn:BoundaryEvent');
  plain.forEach((one, n) => modeling.createShape(one, { x: 300 + n * 150, y: 260 }, pool));
  const host = plain.find((one) => one.type === 'bpmn:UserTask');
  made.filter((one) => one.type === 'bpmn:BoundaryEvent').forEach((one) => modeling.createShape(
    one, { x: host.x, y: host.y }, host, { attach: true },
  ));
  return [made.length, (await modeler.saveXML({ format: true })).xml];
}"""
COPIED = """() => {
  const { modeler } = document.getElementById('canvas');
  const shape = modeler.get('elementRegistry')
    .find((one) => one.type === 'bpmn:UserTask');
  modeler.get('copyPaste').copy([shape]);
  return shape.businessObject.name;
}"""
PASTED = """async () => {
  const { modeler } = document.getElementById('canvas');
  const element = modeler.get('elementRegistry').get('seal_use_pool');
  modeler.get('copyPaste').paste({ element, point: { x: 500, y: 190 } });
  return (await modeler.saveXML({ format: true })).xml;
}"""
UNRUN = {301, 302, 304, 305, 310, 312}
"""Rules of the check about elements that the engine does not run."""


def admins(place: Served) -> str:
    """Make a second person a process admin, and return the first one's name."""
    first, second = login_of(place, ADMIN), login_of(place, COLLEAGUE)
    with place.city.database.transaction() as session:
        unit = session.scalar(select(Unit.id).where(Unit.key == "service_office"))
        person = session.scalar(select(Person.id).where(Person.login == second))
        row = {"person_id": person, "unit_id": unit, "role": "process_admin"}
        session.execute(insert(Position).values(row))
        return str(session.scalar(select(Person.name).where(Person.login == first)))


def drawn(page: Page) -> None:
    """Put a user task from the palette onto the flow from start to end."""
    page.get_by_role("button", name="用户任务", exact=True).click()
    flow = page.locator("[data-element-id=seal_use_way]").bounding_box()
    assert flow is not None
    x, y = flow["x"] + flow["width"] / 2, flow["y"] + flow["height"] / 2
    page.mouse.move(x - 9, y)
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def open_modeler(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#canvas[data-ready]")).to_be_visible(timeout=20_000)


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_two_people_draw_a_process_from_nothing(place: Served, browser: Browser) -> None:
    page, other = at_desk(browser), at_desk(browser)
    sign_in(page, place, ADMIN)
    name = admins(place)
    page.goto(f"{place.address}/studio/")
    page.get_by_role("link", name="画一个新流程").click()
    page.get_by_label("名称", exact=True).fill("用印审批")
    page.get_by_label("标识").fill("seal_use")
    page.get_by_role("button", name="开始画图").click()
    state, found = page.locator("#editor-state"), page.locator("#findings-count")
    expect(found).to_have_text("✓ 未发现问题：符合全部规则。", timeout=20_000)
    drawn(page)
    expect(state).to_have_text("已保存", timeout=10_000)
    expect(found).to_contain_text("错误 ", timeout=10_000)
    mark = page.get_by_role("button", name=re.compile("^错误: "))
    expect(mark).to_be_visible()
    expect(page.get_by_role("region", name="检查结果").get_by_role("button").first).to_be_visible()
    examine(page)
    page.get_by_role("button", name="撤销").click()
    expect(found).to_contain_text("未发现问题", timeout=10_000)
    expect(mark).to_have_count(0)
    expect(state).to_have_text("已保存")

    sign_in(other, place, COLLEAGUE)
    open_modeler(other, page.url)
    expect(other.locator("#editor-others")).to_contain_text(
        f"{name}也打开了这个文件", timeout=10_000
    )
    page.get_by_role("button", name="重做").click()
    expect(found).to_contain_text("错误", timeout=10_000)
    expect(state).to_have_text("已保存")
    drawn(other)
    told = other.get_by_role("dialog", name="别人保存了这个文件")
    expect(told).to_contain_text(f"{name}在", timeout=10_000)
    told.get_by_role("button", name="看看有哪些不同").click()
    expect(told.locator(".changes li").first).to_be_visible(timeout=10_000)
    told.get_by_role("button", name="把我的另存为草稿").click()
    link = other.get_by_role("link", name=re.compile("草稿“用印审批（.*另存）”"))
    expect(link).to_be_visible(timeout=20_000)
    assert other.url != page.url


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_diagrams_survive_and_all_that_is_offered_runs(place: Served, browser: Browser) -> None:
    page = at_desk(browser)
    sign_in(page, place, ADMIN)
    words = {"start": "a", "end": "b", "stage": "c", "subject": "d", "text": "e"}
    blank = blank_bundle(
        "seal_use", title="用印", title_en="", owner="", started_by=["handler"],
        lanes={"承办人": "handler"}, words=words,
    )  # fmt: skip
    old = begin(place.city, SYSTEM, files_of_folder(BUNDLE), name="x", now=place.clock())
    new = begin(place.city, SYSTEM, blank, name="y", now=place.clock())
    open_modeler(page, f"{place.address}/studio/through_train/d{old}/draw/receipt.bpmn")
    name = page.evaluate(COPIED)
    for folder in sorted(one.parent for one in BUNDLE.parent.glob("*/bundle.toml")):
        survives(page, files_of_folder(folder))
    open_modeler(page, f"{place.address}/studio/seal_use/d{new}/draw/seal_use.bpmn")
    pasted = page.evaluate(PASTED)
    assert f'name="{name}"' in pasted
    assert '<spiffworkflow:property name="form"' in pasted
    kinds, xml = page.evaluate(EVERYTHING, blank["seal_use.bpmn"].decode())
    assert kinds > 25
    found = inspect_files({**blank, "seal_use.bpmn": xml.encode()})
    assert 303 in {one.rule for one in found}  # the service task names no operation yet
    assert [one for one in found if one.rule in UNRUN] == []


def survives(page: Page, files: dict[str, bytes]) -> None:
    """Open and save every diagram: no difference but in the drawing, and the same findings."""
    drawings = {path: data.decode() for path, data in files.items() if path.endswith(".bpmn")}
    again = page.evaluate(LOOP, drawings)
    saved = {**files, **{path: xml.encode() for path, xml in again.items()}}
    changes = difference(files, saved)
    details = [(one.path, d.what) for one in changes for d in one.details if d.what != "drawing"]
    assert details == []
    assert inspect_files(saved) == inspect_files(files)
