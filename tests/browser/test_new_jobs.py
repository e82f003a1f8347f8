"""The shipped process at a browser: staff enter a case, split it, and a leader instructs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import Served, examine
from tests.browser.people import at_desk, sign_in

PARTS = (
    ("五号地块规划调整", "五号地块请求调整规划用途，用于扩建厂房。", "土地·调规"),
    ("上市辅导对接", "请求对接上市辅导机构，给予上市辅导。", "融资上市"),
    ("春季用工招聘", "请求组织春季招工专场，缓解用工缺口。", "人才服务"),
)


@pytest.mark.browser
def test_a_call_with_three_requests_is_split_followed_and_instructed(
    place: Served, browser: Browser
) -> None:
    number, code = _enters(at_desk(browser), place)
    _splits(at_desk(browser), place, number)
    _instructs(at_desk(browser), place)
    _follows_and_withdraws(at_desk(browser), place, number, code)


def _enters(page: Page, place: Served) -> tuple[str, str]:
    """Enter the case of a company that has called; return its number and lookup code."""
    sign_in(page, place, "clerk@huidong_service_office")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="新建").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("代企业登记诉求")
    expect(page.get_by_label("所在县区")).to_have_value("huidong")
    for label, value in (("企业名称", "云东临江家具有限公司"), ("联系人", "关某")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("联系电话").fill("13900000000")
    page.get_by_label("诉求类别").select_option(label="其他")
    page.get_by_label("诉求标题").fill("用地、上市和招工三项请求")
    page.get_by_label(re.compile("^诉求内容$")).fill("一是调整规划，二是上市辅导，三是春季招工。")
    examine(page)
    page.get_by_role("button", name="下一步：核对内容").click()
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已登记，开始计时")
    examine(page)
    keys = page.locator(".receipt-keys .key").all_inner_texts()
    return keys[0], keys[1]


def _splits(page: Page, place: Served, number: str) -> None:
    """Split it into its three requests."""
    sign_in(page, place, "dispatcher@huidong_service_office")
    page.goto(f"{place.address}/inbox?q={number}")
    page.get_by_role("button", name=re.compile("^领取办理")).click()
    page.get_by_role("button", name="拆分", exact=True).click()
    page.get_by_role("button", name=re.compile("^添加一项")).click()
    expect(page.get_by_role("group", name="第 3 项")).to_be_visible()
    for row, (title, text, category) in enumerate(PARTS, start=1):
        group = page.get_by_role("group", name=f"第 {row} 项")
        group.get_by_label("标题").fill(title)
        group.get_by_label("内容").fill(text)
        group.get_by_label("类别").select_option(label=category)
    examine(page)
    page.get_by_role("button", name="确认：拆分").click()
    expect(page.get_by_text("“审核受理”已办结")).to_be_visible()


def _instructs(page: Page, place: Served) -> None:
    """Read one of the parts as the county's leader, and instruct."""
    sign_in(page, place, "leader@huidong")
    page.goto(f"{place.address}/cases?q={PARTS[0][0]}")
    page.get_by_role("link", name=PARTS[0][0]).click()
    page.get_by_role("link", name="批示", exact=True).click()
    page.get_by_label("批示领导").select_option(index=1)
    page.get_by_role("radio").first.check()
    page.get_by_label("由谁落实").select_option(value="huidong_natural_resources")
    page.get_by_label("批示内容").fill("请专班研究，一周内提出方案。")
    examine(page)
    page.get_by_role("button", name="提交：批示").click()
    expect(page.get_by_text("“批示”已提交。")).to_be_visible()


def _follows_and_withdraws(page: Page, place: Served, number: str, code: str) -> None:
    """Read where the parts stand, on the telephone, and withdraw one of them."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{place.address}/status")
    page.get_by_label("诉求编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询", exact=True).click()
    linked = page.get_by_role("region", name="关联事项")
    for title, _, _ in PARTS:
        expect(linked.get_by_text(title)).to_be_visible()
    examine(page)
    page.get_by_role("link", name="撤回诉求").click()
    page.get_by_role("radio", name="改走其他途径").check()
    page.get_by_role("button", name="提交：撤回诉求").click()
    expect(page.get_by_text("您已撤回本诉求。")).to_be_visible()
    examine(page)
