"""The page of the audit trail: who may, what it says of each act, its filters, its file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event, text, update

from models.audit import AuditEntry
from models.cases import Case
from tests.pages.reader import Page, Reader
from tests.pages.town import Town
from webapp.audit.words import ACTIONS
from workflows import audit

As = Callable[[str], Reader]
HOSTILE = '<img src=x onerror="alert(1)">'
ROWS = "//tr[contains(@class, 'trail-line')]"
NOTED = re.compile(r'note\(\s*session,\s*(?:actor,\s*)?"(\w+)"')


def note(town: Town, action: str, actor: str = "宋某", **detail: object) -> None:
    """Write an entry at the clock's time, a moment later than the one before."""
    town.clock.move(seconds=1)
    with town.city.database.transaction() as session:
        audit.note(session, action, now=town.clock(), actor=actor, detail=detail)


def rows(page: Page) -> list[str]:
    """Return the text of each line that is shown."""
    return [" ".join(row.text_content().split()) for row in page.all(ROWS)]


def cells(reader: Reader, address: str = "/audit/trail.csv") -> list[list[str]]:
    """Return the file's rows."""
    answer = reader.client.get(address)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_auditors_and_system_admins_read_it_and_nobody_else(
    town: Town, as_: As, visitor: Reader
) -> None:
    assert as_("auditor").get("/audit/").all("//nav//a[@href='/audit/']")
    others = [as_("process_admin"), as_("leader"), as_("company")]
    for reader in others:
        assert reader.client.get("/audit/").status_code == 403
        assert reader.client.get("/audit/trail.csv").status_code == 403
    assert not others[0].get("/account").all("//nav//a[@href='/audit/']")
    assert visitor.client.get("/audit/trail.csv").location.startswith("/sign-in")


def test_a_line_says_who_did_what_about_which_thing_and_why(town: Town, as_: As) -> None:
    case = town.submit()
    with town.city.database.reading() as session:
        number = session.get_one(Case, case.case_id).number
    note(town, "deployed", process="errand", version=1, instead_of=0, reason="改了期限")
    note(town, "second_person", on=False, reason="")
    note(town, "draft_changed", HOSTILE, draft=7, process=HOSTILE, put=[HOSTILE], removed=[])
    note(town, "sign_in_failed", "", login="", address="10.1.2.3", locked=True)
    note(town, "unheard_of", secret={"raw": "json"})
    page = as_("auditor").get("/audit/")
    unknown, failed, changed, switched, deployed, submitted = rows(page)[1:7]
    assert "unheard_of" in unknown
    assert "json" not in unknown
    assert "登录失败" in failed
    assert "10.1.2.3" in failed
    assert HOSTILE in changed  # as text: the reader finds no such element
    assert not page.all("//main//img")
    assert "否" in switched
    assert "改了期限" in deployed
    assert "第 1 版" in deployed
    assert number in submitted
    assert page.one(f"//main//a[@href='/cases/{case.case_id}']").text == number
    assert not page.all("//main//a[starts-with(@href, '/studio')]")  # not theirs to open
    for raw in ("{", "}", "&#34;", "step", "element"):
        assert raw not in page.words


def test_filters_narrow_and_pages_follow_each_other(town: Town, as_: As) -> None:
    case = town.submit()
    with town.city.database.reading() as session:
        number = session.get_one(Case, case.case_id).number
    reader = as_("auditor")
    for count in range(34):
        note(town, "draft_begun", "高慧玲", draft=count + 1)
    first = reader.get("/audit/?kind=draft_begun")
    assert len(rows(first)) == 30
    second = reader.get(first.one("//nav[@class='pager']//a/@href"))
    assert len(rows(second)) == 4
    assert not set(rows(first)) & set(rows(second))
    assert len(rows(reader.get("/audit/?who=高慧玲"))) == 30
    assert "登录" in rows(reader.get("/audit/?who=auditor"))[0]  # by the sign-in name too
    assert len(rows(reader.get(f"/audit/?number={number}"))) == 1
    assert "sign" not in reader.get("/audit/?kind=all_cases").words
    note(town, "draft_begun", "高慧玲", draft=99)
    town.clock.move(days=2)
    note(town, "draft_discarded", "高慧玲", draft=99)
    reader = as_("auditor")
    assert len(rows(reader.get("/audit/?since=2026-03-04"))) == 2  # and the sign-in
    assert len(rows(reader.get("/audit/?kind=draft_discarded&until=2026-03-03"))) == 0
    assert len(rows(reader.get("/audit/?kind=draft_discarded&until=2026-03-04"))) == 1
    spoilt = "/audit/?after=x&since=9999-12-31&until=9999-12-31&kind=%00&number=%00"
    assert reader.client.get(spoilt).status_code == 200


def test_a_page_asks_the_same_few_times_however_long_it_is(town: Town, as_: As) -> None:
    reader, asked = as_("auditor"), []
    town.submit()
    engine = town.city.database.engine

    def count(*args: object) -> None:
        asked.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        reader.get("/audit/?kind=submit")
        few = len(asked)
        for _ in range(4):
            town.submit()
        asked.clear()
        assert len(rows(reader.get("/audit/?kind=submit"))) == 5
        assert len(asked) == few
    finally:
        event.remove(engine, "before_cursor_execute", count)


def test_a_changed_or_missing_entry_shows(town: Town, as_: As) -> None:
    case, reader = town.submit(), as_("auditor")
    note(town, "deployed", process="errand", version=2, reason="谎言")
    good = reader.get("/audit/")
    assert not good.all("//*[@role='alert']")
    with town.city.database.transaction() as session:
        changed = update(AuditEntry).where(AuditEntry.action == "deployed")
        session.execute(changed.values(actor="别人"))
        session.execute(
            text("update cases set audit_hash = '\\x00' where id = :id"), {"id": case.case_id}
        )
    page = reader.get("/audit/")
    assert page.all("//*[@role='alert']")
    bad = [row for row in rows(page) if "与前一条不相扣" in row]
    assert len(bad) == 3  # the newest of the case is gone; both deployments carry another name
    assert [row[-1] for row in cells(reader, "/audit/trail.csv?kind=deployed")[1:]] == ["否", "否"]


def test_the_file_holds_what_the_filter_shows_and_no_formula(town: Town, as_: As) -> None:
    note(town, "called_off", "=1+1", process="errand", version=1, reason=' @SUM(A1)"\n,x')
    note(town, "draft_begun", "宋某", draft=1, process="errand")
    found = cells(as_("auditor"), "/audit/trail.csv?kind=called_off")
    assert len(found) == 2
    assert found[1][0] == "2026-03-02 09:00:01"
    assert found[1][1] == "'=1+1"
    assert found[1][5] == "' @SUM(A1)\"\n,x"
    assert found[1][7] == "是"
    assert not [cell for row in found for cell in row if cell.lstrip(" ").startswith(("=", "@"))]


def test_every_act_without_a_case_has_words() -> None:
    acts = Path(audit.__file__).parent / "actions"
    noted = {name for file in acts.glob("*.py") for name in NOTED.findall(file.read_text())}
    assert len(noted) > 15
    assert noted <= ACTIONS.keys()
