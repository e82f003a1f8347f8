"""The public page of limits and duties: it says what the deployed tables say, and since when."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

from models.tables import Duty, Unit
from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, MONDAY, Town
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="days_allowed" name="审核时限">
    <description>每行一个时限。</description>
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i1" label="类别">
        <inputExpression id="e1" typeRef="string"><text>category</text></inputExpression>
      </input>
      <output id="o1" label="环节" name="step" typeRef="string"/>
      <output id="o2" label="工作日" name="days" typeRef="number"/>
      <annotation name="来源"/><annotation name="负责单位"/>
      <rule id="r1">
        <inputEntry id="c1"><text>"municipal"</text></inputEntry>
        <outputEntry id="c2"><text>"review"</text></outputEntry>
        <outputEntry id="c3"><text>{days}</text></outputEntry>
        <annotationEntry><text>工作规程第八条</text></annotationEntry>
        <annotationEntry><text>直通车办</text></annotationEntry>
      </rule>
      <rule id="r2">
        <inputEntry id="c4"><text>-</text></inputEntry>
        <outputEntry id="c5"><text>"roads"</text></outputEntry>
        <outputEntry id="c6"><text>9</text></outputEntry>
        <annotationEntry><text>工作规程第九条</text></annotationEntry>
        <annotationEntry><text>道路处</text></annotationEntry>
      </rule>
      <rule id="r3">
        <inputEntry id="c7"><text>-</text></inputEntry>
        <outputEntry id="c8"><text>"fast_lane"</text></outputEntry>
        <outputEntry id="c9"><text>1</text></outputEntry>
        <annotationEntry><text>工作规程第十条</text></annotationEntry>
        <annotationEntry><text>直通车办（特事特办）</text></annotationEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def files(days: int, *, public: str = 'public_tables = ["days_allowed"]\n') -> dict[str, bytes]:
    """The bundle with a table of limits."""
    found = dict(files_of_folder(BUNDLE))
    found["bundle.toml"] = public.encode() + found["bundle.toml"]
    found["days_allowed.dmn"] = TABLE.replace("{days}", str(days)).encode()
    return found


def test_each_row_is_shown_in_words_with_source_and_owner(town: Town, visitor: Reader) -> None:
    deploy(town.city, SYSTEM, files(2), now=MONDAY + timedelta(days=1), reason="test")
    page = visitor.get("/limits")
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("td")]
        for row in page.all("//section[.//h2='审核时限']//tbody/tr")
    ]
    assert rows == [
        ["市政设施", "审核受理", "2", "工作规程第八条", "直通车办"],
        ["—", "道路处", "9", "工作规程第九条", "道路处"],
        ["—", "直通车办", "1", "工作规程第十条", "直通车办（特事特办）"],
    ]
    assert "每行一个时限。" not in page.words, "what is said to those who edit the table"
    assert "第 2 版" in page.words
    assert visitor.get("/").one("//a[@href='/limits']") is not None


def test_a_limit_holds_since_the_version_that_changed_it(town: Town, visitor: Reader) -> None:
    for number, days in enumerate((2, 3, 3), start=1):
        changed = files(days)
        changed["bundle.toml"] += b"# %d" % number
        deploy(town.city, SYSTEM, changed, now=MONDAY + timedelta(days=number), reason="test")
    page = visitor.get("/limits")
    assert "第 3 版" in page.words
    assert "3月4日" in page.words
    assert "3月5日" not in page.words


def test_what_is_not_made_public_is_not_shown(town: Town, visitor: Reader) -> None:
    deploy(town.city, SYSTEM, files(2, public=""), now=MONDAY, reason="test")
    page = visitor.get("/limits")
    assert "审核时限" not in page.words
    assert page.heading == "办理时限与职责"


def test_the_list_of_duties_is_shown_by_category(town: Town, visitor: Reader) -> None:
    with town.city.database.transaction() as session:
        ids = dict(session.execute(select(Unit.key, Unit.id)).all())
        for place, unit in ((None, "roads"), ("north", "north")):
            row = {"category": "municipal", "unit_id": ids[unit], "source": "责任清单第三章"}
            session.execute(insert(Duty).values(place_id=ids.get(place or ""), **row))
    page = visitor.get("/limits")
    [row] = page.all("//section[@aria-labelledby='duties-title']//tbody/tr")
    words = " ".join(row.text_content().split())
    assert words.startswith("市政设施 道路处 ")
    assert "北县" in words
    assert "责任清单第三章" in words
