"""The bus stop, from the company's side: booked on a phone, supplemented, answered, scored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import BUNDLE, Served, examine
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM
from workflows.play.cast import Cast
from workflows.play.player import Player
from workflows.play.scenario import Scenario

SCENARIO = BUNDLE / "scenarios" / "bus_stop.toml"
PHONE = {"width": 390, "height": 844}


@pytest.mark.browser
def test_a_company_gets_its_bus_stop(place: Served, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    page.goto(place.address)
    number, code = books(page, tmp_path)
    context.close()

    # Days later, in another browser, with nothing but number and code.
    page = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    looks_it_up(page, place.address, number, code)
    supplements(page, place, number)
    the_city_works(place, number)
    scores(page, place)


def books(page: Page, folder: Path) -> tuple[str, str]:
    """Book through the form and the check; return what the saved receipt says."""
    examine(page)
    page.get_by_role("link", name="预约并提交诉求").click()
    page.get_by_label("企业名称").fill("云东永禾鞋业有限公司")
    page.get_by_label("联系人").fill("温淑芬")
    page.get_by_label("联系电话").fill("13800006000")
    page.get_by_role("radio", name="需求").check()
    page.get_by_label("诉求类别").select_option(label="公交站点")
    page.get_by_label("诉求标题").fill("请在工业园东门增设公交站点")
    page.get_by_role("button", name="下一步：核对内容").click()
    expect(page.get_by_role("alert")).to_contain_text("需要更正")
    examine(page)
    expect(page.get_by_label("诉求标题")).to_have_value("请在工业园东门增设公交站点")
    page.get_by_label("所在县区").select_option("huidong")
    page.get_by_label("诉求内容").fill(
        "园区职工八百余人，最近的公交站在一点五公里外，夜班只能步行。"
    )
    photo = folder / "东门现场.txt"
    photo.write_text("东门至最近站点一点五公里。", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.get_by_role("button", name="移除 东门现场.txt")).to_be_visible()
    page.get_by_role("button", name="下一步：核对内容").click()
    expect(page.get_by_role("heading", name="请核对填写内容")).to_be_visible()
    expect(page.get_by_text("东门现场.txt")).to_be_visible()
    examine(page)
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_role("heading", name="您的诉求已提交")).to_be_visible()
    examine(page)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="保存为文件").click()
    receipt = Path(download.value.path()).read_text("utf-8-sig")
    number = re.search(r"诉求编号：(\S+)", receipt)
    code = re.search(r"查询码：(\S+)", receipt)
    assert number
    assert code
    return number.group(1), code.group(1)


def looks_it_up(page: Page, address: str, number: str, code: str) -> None:
    """Open the case by number and code, mistyping the code first."""
    page.goto(address)
    page.get_by_label("诉求编号").fill(number)
    page.get_by_label("查询码").fill("22222222")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_contain_text("没有找到")
    examine(page)
    page.get_by_label("查询码").fill(code.lower())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="请在工业园东门增设公交站点")).to_be_visible()
    expect(page.get_by_text("直通车办正在审核您的诉求，受理后会转给负责的部门。")).to_be_visible()
    page.get_by_text("期限是怎样算出来的").click()
    expect(page.get_by_text(re.compile("个工作日，至"))).to_be_visible()
    examine(page)


def supplements(page: Page, place: Served, number: str) -> None:
    """Read what is missing, and send it."""
    asked = {
        "outcome": ["supplement"],
        "urgency": ["normal"],
        "supplement_request": ["请说明夜班人数。"],
    }
    complete(place.city, SYSTEM, place.task(number).id, asked, now=place.clock())
    page.reload()
    page.get_by_role("link", name="补正材料").click()
    expect(page.get_by_text("请说明夜班人数。")).to_be_visible()
    examine(page)
    page.get_by_role("button", name="提交补正").click()
    page.get_by_label("补充说明").fill("夜班二百六十人。")
    examine(page)
    page.get_by_role("button", name=re.compile("^确认")).click()
    expect(page.get_by_text("夜班二百六十人。")).to_be_visible()


def the_city_works(place: Served, number: str) -> None:
    """Let everybody else do their part, on the dates of the scenario."""
    scenario = Scenario.parse("bus_stop", SCENARIO.read_bytes())
    player = Player(place.city, "through_train", scenario, Cast(place.city), sessions={})
    player.case_id = place.task(number).case_id
    for step in scenario.steps:
        if step.do == "give_score":
            break
        player.play(step)
    place.clock.at = player.now


def scores(page: Page, place: Served) -> None:
    """Read the reply, say that it is solved, and score it."""
    page.reload()
    expect(page.get_by_text("工业园东门公交站已于今日启用")).to_be_visible()
    examine(page)
    page.get_by_role("link", name="确认并评分").click()
    page.get_by_role("radio", name="解决了", exact=True).check()
    page.get_by_role("radio", name="非常满意", exact=True).check()
    page.get_by_label("评分（0到100分）").fill("98")
    page.get_by_label("您的意见").fill("六天就有了站，夜班方便多了。")
    examine(page)
    page.get_by_role("button", name="提交：确认并评分").click()
    expect(page.get_by_text("六天就有了站，夜班方便多了。")).to_be_visible()
    expect(page.get_by_text("98", exact=True)).to_be_visible()
    examine(page)
