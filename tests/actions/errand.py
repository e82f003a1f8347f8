"""A made-up process for tests: an errand that is checked, worked on by a unit, and closed."""

from __future__ import annotations

from tests.actions.drawing import Drawing, begin_with_check, form, outcome, text

KEY = "errand"

SETTINGS = """
key = "errand"
title = "跑腿"
title_en = "Errand"
owner = "office"
main = "errand"
number = "E{year}{serial:04d}"
start_form = "submit"
started_by = ["enterprise", "dispatcher"]
[case]
title = "title"
place = "place"
enterprise = "company"
[lanes]
"企业" = "enterprise"
"办公室" = "dispatcher"
"部门" = "handler"
"督办" = "supervisor"
[[stages]]
key = "check"
title = "审核"
title_en = "Check"
[[stages]]
key = "work"
title = "办理"
title_en = "Work"
"""


def diagram() -> bytes:
    """Return the errand: check (with supplement), work with an overdue timer, two signatures."""
    d = Drawing("errand")
    begin_with_check(
        d,
        {"sentence": "办公室正在审核", "sentence_en": "The office is checking it"},
        {"sentence": "请补充材料"},
    )
    d.user("work", "部门", form="work", unit="lead", due="workdays(5)", stage="work")
    d.timer("overdue", "work", "workdays(5)", interrupting=False)
    d.user("urge", "督办", form="note", stage="work")
    d.node("endEvent", "urged")
    d.node("exclusiveGateway", "worked", default="to_split")
    d.node("parallelGateway", "split")
    d.user("sign_one", "部门", form="note", unit="lead", stage="work", due="workdays(1)")
    d.user("sign_two", "办公室", form="note", stage="work")
    d.node("parallelGateway", "join")
    d.service("close", "close_case", result='"solved"')
    d.node("endEvent", "done", "<bpmn:terminateEventDefinition/>")
    d.flow("checked", "work", name="to_work")
    d.flow("overdue", "urge")
    d.flow("urge", "urged")
    d.flow("work", "worked")
    d.flow("worked", "again", 'outcome = "back"')
    d.flow("worked", "split", name="to_split")
    d.flow("split", "sign_one")
    d.flow("split", "sign_two")
    d.flow("sign_one", "join")
    d.flow("sign_two", "join")
    d.chain("join", "close", "done")
    return d.xml()


def files() -> dict[str, bytes]:
    """Return the bundle."""
    return {
        "bundle.toml": SETTINGS.encode(),
        "errand.bpmn": diagram(),
        "forms/submit.form": form(
            "submit",
            text("title", required=True),
            text("company", required=True),
            text("place"),
            text("story"),
        ),
        "forms/check.form": form(
            "check", outcome(ok="通过", more="补充"), text("lead"), text("remark")
        ),
        "forms/supplement.form": form("supplement", text("story", required=True)),
        "forms/work.form": form("work", outcome(done="办结", back="退回"), text("remark")),
        "forms/note.form": form("note", text("note")),
    }
