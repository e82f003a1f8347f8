"""A process drawn from nothing: two departments, a table, a timer, a called diagram; then worked.

Everything is done as people do it: the palette, the pad and the panel of the modeler, the editors
of tables and forms, the play, the deployment, the inbox of both departments.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.browser.company import Served
from tests.browser.people import at_desk, sign_in
from workflows import clock

ADMIN = "process_admin@service_office"
REVIEWERS, STAMPERS = "handler@transport", "handler@housing"
PLACE = """([x, y]) => {
  const canvas = document.getElementById('canvas').modeler.get('canvas');
  const { left, top } = canvas.getContainer().getBoundingClientRect();
  const view = canvas.viewbox();
  return [left + (x - view.x) * view.scale, top + (y - view.y) * view.scale];
}"""
TASK, RULE, GATEWAY = "用户任务", "规则任务（查决策表）", "排他网关"
CALL, TIMER = "调用子图", "定时事件；放到任务边框上即为边界事件"


class Drawing:
    """The modeler in a page; places are those of the diagram."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("complementary", name="属性")
        self.found = page.locator("#findings-count")
        page.locator("[data-wordbook=ready]").wait_for(state="attached", timeout=60_000)
        expect(page.locator("#canvas[data-ready]")).to_be_visible()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place of the diagram lies in the window."""
        left, top = self.page.evaluate(PLACE, [x, y])
        return left, top

    def pick(self, x: float, y: float, name: str) -> None:
        """Choose the element at a place by a click; the panel then is about it.

        The marks of the check may come between looking for the place and the click on it; a
        person would click once more.
        """
        header = self.panel.locator(".bio-properties-panel-header").filter(has_text=name)
        self.page.mouse.click(*self.at(x, y))
        with suppress(NotInTime):
            header.wait_for(timeout=10_000)
            return
        self.page.mouse.click(*self.at(x, y))
        expect(header).to_be_visible(timeout=20_000)

    def drop(self, kind: str, x: float, y: float, name: str) -> None:
        """Take a kind of element from the palette, put it at a place and write its name."""
        self.page.get_by_role("button", name=kind, exact=True).click()
        left, top = self.at(x, y)
        self.page.mouse.move(left - 9, top - 3)
        self.page.mouse.move(left, top)
        self.page.mouse.click(left, top)
        if kind == GATEWAY:
            self.field("名称").fill(name)
        else:
            self.write(name)

    def write(self, name: str) -> None:
        """Write the name of what was just put down, on the diagram."""
        field = self.page.locator(".djs-direct-editing-content")
        expect(field).to_be_visible()
        field.fill(name)
        self.page.keyboard.press("Enter")
        expect(field).to_have_count(0)

    def pad(self, name: str) -> None:
        """Press a button of the pad beside the chosen element."""
        self.page.locator(".djs-context-pad").get_by_title(name, exact=True).click()

    def field(self, label: str) -> Locator:
        """Return a field of the panel."""
        return self.panel.get_by_label(label, exact=True)

    def new_form(self, name: str) -> None:
        """Make a form for the chosen task, without leaving the diagram."""
        self.panel.get_by_role("button", name="新建表单").click()
        self.panel.get_by_label("新表单的名称").fill(name)
        self.panel.get_by_role("button", name="新建并选用").click()
        expect(self.field("表单")).to_have_value(name, timeout=20_000)

    def new_part(self, button: str, name: str, field: str) -> Page:
        """Begin a table or a diagram for the chosen element; return its editor, open beside."""
        self.panel.get_by_role("button", name=button).click()
        self.panel.get_by_label("标识（小写字母、数字、下划线）").fill(name)
        self.panel.get_by_role("button", name="新建并选用").click()
        expect(self.field(field)).to_have_value(name, timeout=20_000)
        with self.page.expect_popup() as opened:
            self.panel.get_by_role("link", name="在新标签页中编辑").click()
        return opened.value

    def working_days(self, label: str, days: int) -> None:
        """Say a time limit in working days."""
        self.field(label).select_option(label="若干工作日")
        self.field(f"{label}: 天数").fill(str(days))

    def clean(self) -> None:
        """Wait until everything is saved and the check has nothing left to say."""
        expect(self.found).to_have_text("✓ 未发现问题：符合全部规则。", timeout=30_000)
        self.saved()

    def saved(self) -> None:
        """Wait until what was drawn is saved."""
        expect(self.page.locator("#editor-state")).to_have_text("已保存", timeout=30_000)


def begin(page: Page, place: Served) -> Drawing:
    """Begin the process; its empty diagram opens."""
    page.goto(f"{place.address}/studio/")
    page.get_by_role("link", name="画一个新流程").click()
    page.get_by_label("名称", exact=True).fill("用印审批")
    page.get_by_label("标识").fill("seal_use")
    page.get_by_role("button", name="开始画图").click()
    drawing = Drawing(page)
    drawing.clean()
    return drawing


def draw_main(drawing: Drawing) -> None:
    """Draw review, table, gateway and call on the way, and a timer that hands the review on."""
    drawing.drop(TASK, 370, 190, "审核用印申请")
    expect(drawing.found).to_contain_text("错误", timeout=30_000)  # the list of findings unfolds
    drawing.drop(RULE, 480, 190, "查用印规定")  # too near: it moves on, to 520
    drawing.drop(GATEWAY, 650, 190, "要盖章吗")
    drawing.pad("在后面添加结束事件")
    drawing.field("名称").fill("不用盖章")
    drawing.drop(CALL, 770, 190, "盖章")
    drawing.drop(TIMER, 370, 230, "两天未审")
    drawing.pad("在后面添加用户任务")
    drawing.write("代为审核")


def main_properties(drawing: Drawing) -> None:
    """Say who reviews with which form by when, and when the timer rings."""
    drawing.pick(370, 165, "审核用印申请")
    drawing.new_form("review")
    drawing.field("办理部门").select_option(label="市交通运输局")
    drawing.working_days("到期时间", 3)
    drawing.pick(370, 230, "两天未审")
    drawing.working_days("日期和时间", 2)
    drawing.pick(490, 310, "代为审核")
    drawing.field("表单").select_option("review")
    drawing.field("办理部门").select_option(label="市交通运输局")
    drawing.pad("连到其他元素")
    drawing.page.mouse.move(*drawing.at(520, 230))
    drawing.page.mouse.move(*drawing.at(520, 215))
    drawing.page.mouse.click(*drawing.at(520, 215))
    drawing.saved()


def to_draft(page: Page) -> None:
    """Go to the draft's page."""
    page.locator(".editor-name").get_by_role("link", name="草稿“用印审批”").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("用印审批"))).to_be_visible()


def make_table(page: Page) -> None:
    """Write two rules of the new table: the public seal is stamped, others are not."""
    expect(page.locator("[data-ready]")).to_be_attached(timeout=60_000)
    expect(page.locator("#editor-findings")).to_contain_text("✓", timeout=30_000)
    head = page.locator("th.input-cell")
    head.click()
    typed(page, page.locator(".dms-input-label"), "用哪枚印章")
    aside(page)
    expect(head).to_contain_text("用哪枚印章")
    page.locator("td.add-rule-add").first.click()
    for kind, texts in (
        ("input", ('"公章"', 'not("公章")')),
        ("output", ('"stamp"', '"none"')),
    ):
        for row, text in enumerate(texts):
            typed(page, page.locator(f"tbody td.{kind}-cell").nth(row), text)
    told = page.locator("td .feel-problems")
    typed(page, page.locator("tbody td.output-cell").first, "stamp")
    expect(told).to_contain_text("没有任何地方声明名称", timeout=30_000)
    told.get_by_role("button", name='写成文字："stamp"').click()
    expect(told).to_be_hidden(timeout=30_000)
    aside(page)
    page.get_by_label("用哪枚印章", exact=True).fill("公章")
    expect(page.locator("#try-answer")).to_contain_text("规则 1", timeout=30_000)
    expect(page.locator("#try-answer")).to_contain_text("stamp")
    expect(page.locator("#editor-findings")).to_contain_text("✓", timeout=30_000)
    expect(page.locator("#editor-state")).to_have_text("已保存", timeout=30_000)


def typed(page: Page, place: Locator, text: str) -> None:
    """Write into a cell instead of what stands there."""
    place.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def aside(page: Page) -> None:
    """Click beside the table: what is typed is taken."""
    page.mouse.click(600, 760)


def draw_stamping(page: Page) -> None:
    """Draw the diagram that is called: the second department stamps."""
    drawing = Drawing(page)
    drawing.drop(TASK, 520, 190, "盖章登记")
    drawing.new_form("stamp")
    drawing.field("办理部门").select_option(label="市住房和城乡建设局")
    drawing.working_days("到期时间", 1)
    drawing.saved()


def connect(drawing: Drawing) -> None:
    """Begin the table and the diagram where they are used, and choose the conditions."""
    drawing.pick(520, 165, "查用印规定")
    table = drawing.new_part("新建决策表", "seal_rule", "决策")
    make_table(table)
    table.close()
    drawing.pick(770, 165, "盖章")
    stamping = drawing.new_part("新建子流程图", "stamping", "调用的流程")
    draw_stamping(stamping)
    stamping.close()
    drawing.pick(650, 190, "要盖章吗")
    no = drawing.panel.get_by_role("group", name="连线: 不用盖章")
    no.get_by_label("默认").check()
    yes = drawing.panel.get_by_role("group", name="连线: 盖章")
    yes.get_by_label("条件", exact=True).select_option(label="用表达式…")
    drawing.panel.get_by_role("textbox", name="条件").press_sequentially('seal_rule = "stamp"')
    drawing.clean()


def edit_start_form(page: Page) -> None:
    """Ask for the seal in the start form, in the form editor."""
    page.locator("details.part-group > summary", has_text=re.compile(r"^\s*表单")).click()
    page.get_by_role("link", name="编辑 application").click()
    page.locator('.fjs-element[data-id="application_title"]').click()
    page.get_by_label("标签", exact=True).fill("用哪枚印章")
    expect(page.locator("#editor-state")).to_have_text("已保存", timeout=30_000)


def act(page: Page, task: str) -> None:
    """Do a task of the play."""
    page.locator(".play-task-head").get_by_role("link", name=task).click()
    page.get_by_label("办理情况").fill("同意。")
    page.get_by_role("button", name=f"提交：{task}").click()


def play(page: Page) -> None:
    """Play the process once, the timer too; keep the play and play it as a scenario."""
    tasks = page.locator(".play-tasks")
    page.get_by_role("button", name="试走").click()
    page.get_by_label("用哪枚印章").fill("公章")
    page.get_by_role("button", name="提交，开始试走").click()
    expect(tasks).to_contain_text("市交通运输局", timeout=30_000)
    page.get_by_role("button", name="到下一个时点").click()
    expect(page.locator(".play-acts")).to_contain_text("时间到：两天未审", timeout=30_000)
    act(page, "代为审核")
    expect(tasks).to_contain_text("市住房和城乡建设局", timeout=30_000)
    act(page, "盖章登记")
    expect(page.locator(".play-acts > li")).to_have_count(4, timeout=30_000)
    expect(tasks).to_have_count(0)
    page.get_by_label("这个场景说明什么").fill("两天未审，由他人代审后盖章")
    page.get_by_label("文件名").fill("stamped")
    page.get_by_role("button", name="保存为场景").click()


def deploy(page: Page) -> None:
    """Play the scenarios, and deploy with a reason."""
    page.get_by_role("button", name="演练场景").click()
    page.get_by_label("理由").first.fill("用印审批上线", timeout=180_000)
    page.get_by_role("button", name="发布，新诉求按此办理").click()
    told = page.get_by_role("status").filter(has_text="第 1 版已生效")
    expect(told).to_be_visible(timeout=60_000)


def apply(page: Page, place: Served) -> str:
    """Begin a case at the desk; return its number."""
    sign_in(page, place, REVIEWERS)
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="新建").click()
    page.get_by_label("用哪枚印章").fill("公章")
    page.get_by_role("button", name="下一步：核对内容").click()
    page.get_by_role("button", name="确认提交").click()
    told = page.get_by_role("status").filter(has_text="已登记，编号")
    found = re.search(r"SU\d{8}", told.inner_text())
    assert found
    return found.group()


def work(page: Page, place: Served, who: str, number: str, task: str) -> None:
    """Take the task of a case from the inbox of a department, and end it."""
    sign_in(page, place, who)
    page.goto(f"{place.address}/inbox")
    row = page.get_by_role("row").filter(has_text=number).filter(has_text=task)
    row.get_by_role("button", name=re.compile("^领取办理")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(task)
    page.get_by_label("办理情况").fill("同意。")
    page.get_by_role("button", name=f"提交：{task}").click()
    told = page.get_by_role("status").filter(has_text=f"“{task}”已办结")
    expect(told).to_be_visible()


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_process_is_drawn_from_nothing_and_worked(place: Served, browser: Browser) -> None:
    page = at_desk(browser)
    page.set_default_timeout(60_000)
    sign_in(page, place, ADMIN)
    drawing = begin(page, place)
    draw_main(drawing)
    main_properties(drawing)
    connect(drawing)
    to_draft(page)
    edit_start_form(page)
    to_draft(page)
    play(page)
    deploy(page)

    number = apply(page, place)
    case = page.url
    place.clock.at += timedelta(days=5)
    rung = clock.tick(place.city, place.clock())
    assert (rung.fired, rung.failed) == (1, 0)
    work(page, place, REVIEWERS, number, "代为审核")
    work(page, place, STAMPERS, number, "盖章登记")
    page.goto(case)
    expect(page.get_by_role("main")).to_contain_text("已办结")
    assert clock.tick(place.city, place.clock() + timedelta(days=30)).fired == 0
