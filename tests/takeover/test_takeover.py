"""Taking a register over: true stages, dates and deadlines; bad rows told; never a case twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select

import bpmn
from models.cases import Case, CaseCount, Step
from models.database import Database
from models.queries.search import matches
from models.receptions import AgendaItem, Decision, Reception
from models.takeovers import TakenOver
from models.work import WorkItem
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.demo.city import seed_city
from workflows.lookup import open_by_code
from workflows.takeover.entering import RowResult, TakeoverReport, plan_of, take_over
from workflows.takeover.plan import parse
from workflows.takeover.sheet import UnreadableRegister, read_sheet
from workflows.takeover.template import template_rows
from workflows.verify import verify
from workflows.worktime import local_day

NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)
"""A Wednesday afternoon in Shanghai."""
PROCESS = "through_train"
BUNDLE = Path(bpmn.__file__).parent / PROCESS
PLAIN = {
    "原编号": "2026-001",
    "企业名称": "云东永禾鞋业有限公司",
    "联系人": "温淑芬",
    "联系电话": "19900005001",
    "属地": "云东县",
    "类型": "问题",
    "类别": "其他",
    "标题": "厂区门口路灯损坏",
    "内容": "厂区门口三盏路灯损坏已有两个月，夜班员工出行不便。",
    "提交日期": "2026-11-09",
    "当前环节": "限时办理",
    "受理日期": "2026-11-10",
    "转办日期": "2026-11-11",
    "承办部门": "交通运输局",
    "签收日期": "2026-11-12",
    "对接日期": "2026-11-12",
}


@pytest.fixture
def city(database: Database) -> City:
    """The demo city with its process, and no case."""
    found = City(database)
    seed_city(found, NOW)
    deploy(found, SYSTEM, files_of_folder(BUNDLE), now=NOW, reason="test")
    return found


Take = Callable[..., TakeoverReport]


@pytest.fixture
def take(city: City, tmp_path: Path) -> Take:
    """Take rows in from a CSV file."""

    def body(*rows: Mapping[str, str], encoding: str = "utf-8-sig", **how: Any) -> TakeoverReport:
        file = tmp_path / "register.csv"
        file.write_bytes(written(*rows).encode(encoding))
        return take_over(city, PROCESS, read_sheet(file), file=file, now=NOW, **how)

    return body


def written(*rows: Mapping[str, str]) -> str:
    """Return rows as a CSV text with the headings of all of them."""
    headings = list(dict.fromkeys(key for row in (PLAIN, *rows) for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def only(report: TakeoverReport) -> RowResult:
    """Return the one row, which was entered."""
    (row,) = report.rows
    assert row.state == "entered", [problem.as_json() for problem in row.problems]
    return row


def case_of(city: City, row: RowResult) -> Case:
    """Return the case of a row."""
    with city.database.reading() as session:
        return session.scalars(select(Case).where(Case.number == row.number)).one()


def count(city: City, table: type) -> int:
    """Return how many rows a table holds."""
    with city.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def open_items(city: City, case: Case) -> dict[str, WorkItem]:
    """Return the open tasks of a case by element."""
    with city.database.reading() as session:
        rows = session.scalars(
            select(WorkItem).where(WorkItem.case_id == case.id, WorkItem.state == "open")
        )
        return {item.element: item for item in rows}


def test_a_case_stands_where_the_register_says(city: City, take: Take) -> None:
    row = only(take(PLAIN))
    case = case_of(city, row)
    assert local_day(case.submitted_at) == date(2026, 11, 9)
    assert (case.stage, case.state, case.held) == ("handling", "open", False)
    item = open_items(city, case)["handle"]
    assert item.unit_id == city.directory().named("huidong_transport").id
    assert item.opened_at.date() == date(2026, 11, 12)
    assert item.due_at is not None
    assert ("限时办理", "云东县交通运输局", item.due_at) in row.open
    assert verify(city).broken == ()


def test_each_stage_word_leads_to_its_task(city: City, take: Take) -> None:
    rest = {
        "接待日期": "",
        "办理完成日期": "2026-11-16",
        "办理情况": "已会同供电部门修复三盏路灯。",
        "答复起草日期": "2026-11-17",
        "办理结果": "已解决",
        "答复内容": "三盏路灯已全部修复并通电，今后损坏可直接拨打养护单位电话。",
        "签发日期": "2026-11-18",
        "签发人": "局长",
        "答复日期": "2026-11-19",
    }
    wanted = {
        "待受理": "review",
        "待补正": "supplement",
        "待转办": "dispatch",
        "待签收": "sign_for",
        "待对接": "first_contact",
        "待定上会": "decide_road",
        "限时办理": "handle",
        "起草答复": "draft_reply",
        "待签发": "check_reply",
        "待发出": "release",
        "待评分": "give_score",
    }
    rows = [
        {**PLAIN, **rest, "原编号": f"A-{number}", "当前环节": word}
        for number, word in enumerate(wanted)
    ]
    rows[1]["受理日期"] = "2026-11-24"
    found = take(*rows).rows
    assert [one.state for one in found] == ["entered"] * len(rows), [
        problem.as_json() for one in found for problem in one.problems
    ]
    stands = [open_items(city, case_of(city, one)) for one in found]
    for items, element in zip(stands, wanted.values(), strict=True):
        assert element in items
    assert verify(city).broken == ()


def test_what_was_at_the_table_has_its_session_and_the_leaders_date(city: City, take: Take) -> None:
    with city.database.reading() as session:
        place = city.directory().named("huidong")
        assert place is not None
        held = session.scalars(
            select(Reception)
            .where(Reception.place_id == place.id, Reception.held_on < date(2026, 11, 20))
            .order_by(Reception.held_on.desc())
        ).first()
        assert held is not None
    with city.database.transaction() as session:
        session.get_one(Reception, held.id).state = "held"
    day = held.held_on.isoformat()
    dates = dict.fromkeys(["受理日期", "转办日期", "签收日期", "对接日期"], "2026-10-20")
    row = only(
        take(
            {
                **PLAIN,
                **dates,
                "提交日期": "2026年10月19日",
                "接待日期": day,
                "议程日期": "2026/10/22",
                "处方": "由县交通运输局牵头，年底前全部更换。",
                "牵头领导": leader(city),
                "办结时限": "2026-12-25",
            }
        )
    )
    case = case_of(city, row)
    item = open_items(city, case)["handle"]
    assert item.due_at is not None
    assert local_day(item.due_at) == date(2026, 12, 25)
    with city.database.reading() as session:
        decision = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
        agenda = session.scalars(select(AgendaItem).where(AgendaItem.case_id == case.id)).one()
        assert session.get_one(Reception, held.id).state == "held"
    assert decision.reception_id == agenda.reception_id == held.id
    assert local_day(decision.decided_at) == held.held_on


def leader(city: City) -> str:
    """Return the name of a leader of the county."""
    with city.database.reading() as session:
        held = select(Reception.leader).where(Reception.leader != "").order_by(Reception.id)
        place = city.directory().named("huidong")
        assert place is not None
        return session.scalars(held.where(Reception.place_id == place.id)).first() or ""


def test_returns_are_part_of_the_case(city: City, take: Take) -> None:
    row = only(
        take(
            {
                **PLAIN,
                "转办日期": "2026-11-13",
                "签收日期": "2026-11-16",
                "对接日期": "2026-11-17",
                "退回记录": "2026-11-11 城市管理和综合执法局 路灯不归我局养护",
            }
        )
    )
    case = case_of(city, row)
    with city.database.reading() as session:
        counts = dict(
            session.execute(
                select(CaseCount.what, CaseCount.count).where(CaseCount.case_id == case.id)
            ).all()
        )
        returned = session.scalars(
            select(Step).where(Step.case_id == case.id, Step.values["outcome"].astext == "return")
        ).one()
    assert counts["returns"] == 1
    assert returned.values["return_reason"] == "路灯不归我局养护"
    assert local_day(returned.at) == date(2026, 11, 11)


def test_a_stopped_clock_stays_stopped(city: City, take: Take) -> None:
    row = only(take({**PLAIN, "停表日期": "2026-11-16", "停表原因": "等待第三方鉴定"}))
    item = open_items(city, case_of(city, row))["handle"]
    assert item.paused_at is not None
    assert local_day(item.paused_at) == date(2026, 11, 16)


def test_what_fell_due_meanwhile_has_happened(city: City, take: Take) -> None:
    long_ago = {
        "提交日期": "2026-03-02",
        "受理日期": "2026-03-03",
        "转办日期": "2026-03-04",
        "签收日期": "2026-03-05",
        "对接日期": "2026-03-05",
    }
    row = only(take({**PLAIN, **long_ago}))
    items = open_items(city, case_of(city, row))
    assert items["handle"].due_at is not None
    assert items["handle"].due_at < NOW
    assert len(items) > 1


def test_the_company_gets_a_number_and_a_code_and_the_office_finds_its_own(
    city: City, take: Take
) -> None:
    row = only(take(PLAIN))
    assert row.company == "云东永禾鞋业有限公司"
    with city.database.reading() as session:
        assert open_by_code(session, row.number, row.code)
        assert session.scalar(select(Case.number).where(matches("2026-001"))) == row.number


def test_a_second_time_doubles_nothing(city: City, take: Take) -> None:
    first = only(take(PLAIN))
    again = take(PLAIN, {**PLAIN, "原编号": "2026-002"})
    assert [(row.state, row.own_number) for row in again.rows] == [
        ("known", "2026-001"),
        ("entered", "2026-002"),
    ]
    assert again.rows[0].number == first.number
    assert (count(city, Case), count(city, TakenOver)) == (2, 2)


def test_a_dry_run_leaves_nothing_behind(city: City, take: Take) -> None:
    report = take(PLAIN, keep=False)
    assert only(report).open
    assert (count(city, Case), count(city, TakenOver), count(city, Step)) == (0, 0, 0)
    assert only(take(PLAIN)).number.endswith("00001")


WRONG = [
    ({"企业名称": ""}, "企业名称", "空的"),
    ({"提交日期": "上周"}, "提交日期", "不是日期"),
    ({"提交日期": "2026-02-30"}, "提交日期", "不是日期"),
    ({"受理日期": "2027-01-05"}, "受理日期", "今天之后"),
    ({"签收日期": "2026-11-10"}, "签收日期", "早于前一步的日期 2026-11-11"),
    ({"转办日期": ""}, "转办日期", "空的"),
    ({"承办部门": ""}, "承办部门", "空的"),
    ({"承办部门": "没有这个局"}, "承办部门", "没有叫"),
    ({"属地": "某某县"}, "属地", "没有叫"),
    ({"类别": "怪事"}, "类别", "不在可选项中"),
    ({"类型": "投诉"}, "类型", "不在可选项中"),
    ({"来源": "飞鸽"}, "来源", "不在可选项中"),
    ({"当前环节": "研究研究"}, "当前环节", "不认识的环节"),
    ({"当前环节": ""}, "当前环节", "空的"),
    ({"接待日期": "2026-07-30"}, "接待日期", "没有该属地或全市的现场接待日"),
    ({"退回记录": "退过一次"}, "退回记录", "读不出退回记录"),
    ({"退回记录": "2026-11-11 无名局 不归我管"}, "退回记录", "没有叫"),
    ({"承办人": "查无此人"}, "承办人", "没有叫"),
    ({"标题": "短"}, "标题", "不符合表单要求"),
    ({"联系电话": "请打总机"}, "联系电话", "不符合表单要求"),
    ({"当前环节": "起草答复", "办理完成日期": "2026-11-16"}, "办理情况", "空的"),
]


def test_bad_rows_are_told_and_not_entered(city: City, take: Take) -> None:
    wrong = [
        {**PLAIN, "原编号": f"bad-{number}", **change}
        for number, (change, _, _) in enumerate(WRONG)
    ]
    report = take(*wrong, {**PLAIN, "原编号": "good"})
    assert [row.state for row in report.rows] == ["bad"] * len(WRONG) + ["entered"]
    for row, (_, column, words) in zip(report.rows, WRONG, strict=False):
        told = {problem.column: problem.as_json() for problem in row.problems}
        assert column in told, (column, told)
        assert words in str(told[column]["what"])
        assert told[column]["mend"]
        assert told[column]["row"] == row.line
        assert "{" not in "".join(row.problems[0].sentences)
    assert not report.ok
    assert count(city, Case) == 1


def test_a_row_that_is_refused_half_way_leaves_nothing(city: City, take: Take) -> None:
    wrong = {
        **PLAIN,
        "当前环节": "待签发",
        "办理完成日期": "2026-11-16",
        "办理情况": "已经修好了路灯。",
        "答复起草日期": "2026-11-17",
        "办理结果": "已解决",
        "答复内容": "太短",
    }
    (row,) = take(wrong).rows
    assert [problem.column for problem in row.problems] == ["答复内容"]
    assert (count(city, Case), count(city, Step), count(city, WorkItem)) == (0, 0, 0)


def test_a_number_that_stands_twice_is_told(city: City, take: Take) -> None:
    report = take(PLAIN, {**PLAIN, "标题": "另一件事情"})
    assert [row.state for row in report.rows] == ["entered", "known"]
    assert count(city, Case) == 1
    bad = {**PLAIN, "原编号": "x", "提交日期": ""}
    report = take(bad, bad)
    assert [problem.kind for problem in report.rows[1].problems] == ["missing", "twice"]


def test_headings_are_held_against_the_template(take: Take) -> None:
    report = take({**PLAIN, "备注": "无"})
    assert [(one.kind, one.column) for one in report.problems] == [("unknown_column", "备注")]
    assert report.rows[0].state == "entered"


def test_a_missing_heading_stops_it(city: City, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text("原编号,企业名称\n1,甲\n", "utf-8")
    report = take_over(city, PROCESS, read_sheet(file), file=file, now=NOW)
    assert "提交日期" in [one.column for one in report.problems]
    assert not report.ok
    assert report.rows == ()


def test_gbk_and_xlsx_read_as_the_same(city: City, take: Take, tmp_path: Path) -> None:
    assert only(take({**PLAIN, "原编号": "gbk"}, encoding="gbk")).state == "entered"
    file = tmp_path / "register.xlsx"
    book = xlsxwriter.Workbook(str(file))
    page, dates = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    row = {**PLAIN, "原编号": "xlsx"}
    for place, (heading, cell) in enumerate(row.items()):
        page.write(0, place, heading)
        if heading.endswith("日期"):
            page.write_datetime(1, place, datetime.fromisoformat(cell), dates)
        elif heading == "联系电话":
            page.write_number(1, place, int(cell))
        else:
            page.write(1, place, cell)
    book.close()
    report = take_over(city, PROCESS, read_sheet(file), file=file, now=NOW)
    case = case_of(city, only(report))
    assert local_day(case.submitted_at) == date(2026, 11, 9)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00\x01", b"PK\x03\x04 no workbook", b"a,a\n1,2\n"]
)
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(data)
    with pytest.raises(UnreadableRegister):
        read_sheet(file)


def test_the_template_can_be_taken_in_as_it_is(city: City, tmp_path: Path) -> None:
    file = tmp_path / "template.csv"
    _, plan = plan_of(city, PROCESS)
    text = io.StringIO()
    csv.writer(text).writerows(template_rows(plan))
    file.write_text(text.getvalue(), "utf-8-sig")
    report = take_over(city, PROCESS, read_sheet(file), file=file, now=NOW, keep=False)
    assert only(report).stage == "限时办理"


def test_the_acts_name_tasks_that_the_diagrams_have() -> None:
    plan = parse((BUNDLE / "takeover.toml").read_bytes())
    diagrams = "".join(path.read_text("utf-8") for path in BUNDLE.glob("*.bpmn"))
    acts = [inner for act in plan.acts.values() for inner in (act, *act.acts)]
    for name in {name for act in acts for name in act.do}:
        assert f'<bpmn:userTask id="{name}"' in diagrams, name
