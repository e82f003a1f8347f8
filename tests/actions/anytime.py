"""A made-up process for tests: a plea to which people may speak at any time."""

from __future__ import annotations

from tests.actions.drawing import Drawing, form, outcome, text

KEY = "plea"

SETTINGS = """
key = "plea"
title = "请求"
title_en = "Plea"
owner = "office"
main = "plea"
number = "P{year}{serial:04d}"
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
[[stages]]
key = "work"
title = "办理"
title_en = "Work"
"""


def diagram() -> bytes:
    """Return the plea: check and work inside `whole`; on its border what may be said any time.

    `withdraw` ends it all, `instruct` and `remind` come again and again, `ask` waits beside the
    work only, for its own unit.
    """
    inside = Drawing("inside")
    inside.node("startEvent", "inner_begin")
    inside.user("check", "办公室", form="check", due="workdays(2)", stage="work")
    inside.user("work", "", form="note", unit="lead", due="workdays(5)", stage="work")
    inside.timer("overdue", "work", "workdays(5)", interrupting=False)
    inside.user("urge", "办公室", form="note")
    inside.node("endEvent", "urged")
    inside.message(
        "ask", "work", form="ask", roles="handler", unit="lead", name_en="Ask for more time"
    )
    inside.user("answer", "办公室", form="note")
    inside.node("endEvent", "answered")
    inside.node("endEvent", "inner_done", "<bpmn:terminateEventDefinition/>")
    inside.chain("inner_begin", "check", "work", "inner_done")
    inside.chain("overdue", "urge", "urged")
    inside.chain("ask", "answer", "answered")
    d = Drawing("plea")
    d.node("startEvent", "begin")
    d.sub("whole", inside, "部门")
    d.message(
        "withdraw",
        "whole",
        interrupting=True,
        form="withdrawal",
        roles="enterprise",
        public="true",
        sentence="撤回后不再办理",
        sentence_en="It will be closed",
    )
    d.service("record_withdrawal", "withdraw_case")
    d.node("endEvent", "withdrawn")
    d.message("instruct", "whole", form="instruction", roles="supervisor, dispatcher")
    d.user("follow", "办公室", form="note", sentence="正在落实批示")
    d.node("endEvent", "followed")
    d.message("remind", "whole", roles="")
    d.service("count_it", "count", what='"reminders"')
    d.node("endEvent", "reminded")
    d.service("close", "close_case", result='"solved"')
    d.node("endEvent", "done", "<bpmn:terminateEventDefinition/>")
    d.chain("begin", "whole", "close", "done")
    d.chain("withdraw", "record_withdrawal", "withdrawn")
    d.chain("instruct", "follow", "followed")
    d.chain("remind", "count_it", "reminded")
    return d.xml()


def files() -> dict[str, bytes]:
    """Return the bundle."""
    return {
        "bundle.toml": SETTINGS.encode(),
        "plea.bpmn": diagram(),
        "forms/submit.form": form(
            "submit", text("title", required=True), text("company", required=True), text("place")
        ),
        "forms/check.form": form("check", text("lead", required=True)),
        "forms/note.form": form("note", text("note")),
        "forms/ask.form": form("ask", text("days", required=True)),
        "forms/withdrawal.form": form("withdrawal", text("reason", required=True)),
        "forms/instruction.form": form("instruction", outcome(do="请落实"), text("words")),
    }
