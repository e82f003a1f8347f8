"""A made-up process for tests: wishes that are split, merged, and tell each other things."""

from __future__ import annotations

from tests.actions.drawing import Drawing, form, outcome, text

KEY = "wish"
DUTY = "duty_list"
ERRAND = "short_errand"

SETTINGS = """
key = "wish"
title = "愿望"
title_en = "Wish"
owner = "office"
main = "wish"
number = "W{year}{serial:04d}"
start_form = "submit"
started_by = ["enterprise", "dispatcher"]
[case]
title = "title"
place = "place"
enterprise = "company"
[lanes]
"办公室" = "dispatcher"
"部门" = "handler"
[[stages]]
key = "work"
title = "办理"
title_en = "Work"
"""


def diagram() -> bytes:
    """Return the wish: what was opened by another one goes straight to work."""
    d = Drawing("wish")
    d.node("startEvent", "begin")
    d.node("exclusiveGateway", "begun", default="to_check")
    d.user("check", "办公室", form="check", sentence="正在审核")
    d.node("exclusiveGateway", "checked", default="to_work")
    d.service("split", "open_cases", items="parts", kind='"part"', process="into")
    d.node("exclusiveGateway", "again")
    d.catch("part_closed", "linked_case_closed", name_en="A part has ended", public="true")
    d.node("exclusiveGateway", "all_done", default="more_parts")
    d.service("close_split", "close_case", result='"split"')
    d.service("merge", "link_case", number='fact("other")', kind='"merged"')
    d.catch("main_closed", "main_case_closed")
    d.service("same_reply", "record_reply", result="linked_result", text="linked_reply")
    d.service("close_merged", "close_case", result="linked_result")
    d.user("work", "部门", form="work", unit='"roads"', sentence="正在办理")
    d.message("policy", "work")
    d.user("renew", "部门", form="note", unit='"roads"')
    d.node("endEvent", "renewed")
    d.node("exclusiveGateway", "worked", default="to_reply")
    d.service("tell_all", "tell", message='"policy"', kind='"part"', payload='{policy: "新规"}')
    d.service("tell_me", "tell_self", message='"policy"', payload='{policy: "自述"}')
    d.service("reply", "record_reply", result='"solved"', text='fact("words")')
    d.service("close", "close_case", result='"solved"')
    d.node("endEvent", "done", "<bpmn:terminateEventDefinition/>")
    d.chain("begin", "begun")
    d.flow("begun", "work", 'origin = "part"')
    d.flow("begun", "check", name="to_check")
    d.chain("check", "checked")
    d.flow("checked", "split", 'outcome = "split"')
    d.flow("checked", "merge", 'outcome = "merge"')
    d.flow("checked", "work", name="to_work")
    d.chain("split", "again", "part_closed", "all_done")
    d.flow("all_done", "again", name="more_parts")
    d.flow("all_done", "close_split", 'open_links("part") = 0')
    d.chain("close_split", "done")
    d.chain("merge", "main_closed", "same_reply", "close_merged", "done")
    d.chain("policy", "renew", "renewed")
    d.chain("work", "worked")
    d.flow("worked", "tell_all", 'outcome = "tell"')
    d.flow("worked", "tell_me", 'outcome = "remember"')
    d.flow("worked", "reply", name="to_reply")
    d.flow("tell_all", "work")
    d.flow("tell_me", "work")
    d.chain("reply", "close", "done")
    return d.xml()


def files() -> dict[str, bytes]:
    """Return the bundle."""
    parts = {
        "type": "dynamiclist",
        "key": "parts",
        "path": "parts",
        "label": "parts",
        "components": [
            {"id": "inner_title", **text("title")},
            {"id": "inner_text", **text("story")},
            {"id": "inner_size", **text("size")},
        ],
    }
    return {
        "bundle.toml": SETTINGS.encode(),
        "wish.bpmn": diagram(),
        "forms/submit.form": form(
            "submit",
            text("title", required=True),
            text("company", required=True),
            text("story"),
            {"type": "number", "key": "size", "label": "size"},
            text("place"),
        ),
        "forms/check.form": form(
            "check",
            outcome(ok="通过", split="拆分", merge="合并"),
            text("other"),
            text("into"),
            parts,
        ),
        "forms/work.form": form(
            "work", outcome(done="办结", tell="通知", remember="自记"), text("words")
        ),
        "forms/note.form": form("note", text("note")),
    }


def duty_files() -> dict[str, bytes]:
    """Return a second process: work of the city itself, for which there is no company."""
    d = Drawing("duty_list")
    d.node("startEvent", "begin")
    d.user("list_it", "办公室", form="note", sentence="正在登记")
    d.service("close", "close_case")
    d.node("endEvent", "done")
    d.chain("begin", "list_it", "close", "done")
    settings = SETTINGS.replace('"wish"', '"duty_list"').replace("W{", "D{")
    settings = settings.replace('["enterprise", "dispatcher"]', '["dispatcher"]')
    settings = settings.replace('enterprise = "company"\n', "").replace('"部门" = "handler"\n', "")
    return {
        "bundle.toml": settings.encode(),
        "duty_list.bpmn": d.xml(),
        "forms/submit.form": form("submit", text("title", required=True), text("place")),
        "forms/note.form": form("note", text("note")),
    }


def errand_files(*, with_work: bool = False) -> dict[str, bytes]:
    """Return a third process, whose cases end where they begin, or with one task."""
    d = Drawing(ERRAND)
    d.node("startEvent", "begin")
    d.node("endEvent", "done")
    if with_work:
        d.user("work", "部门", form="note", unit='"roads"', sentence="正在办理")
        d.chain("begin", "work", "done")
    else:
        d.chain("begin", "done")
    settings = SETTINGS.replace('"wish"', f'"{ERRAND}"').replace("W{", "E{")
    return {
        "bundle.toml": settings.encode(),
        f"{ERRAND}.bpmn": d.xml(),
        "forms/submit.form": form(
            "submit", text("title", required=True), text("company"), text("place")
        ),
        "forms/note.form": form("note", text("note")),
    }
