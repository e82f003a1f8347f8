"""A made-up process for the portal's tests: booked, checked, supplemented, answered, scored."""

from __future__ import annotations

from typing import Any

from tests.actions.drawing import Drawing, begin_with_check, form, outcome, text

KEY = "petition"

SETTINGS = """
key = "petition"
title = "企业诉求"
title_en = "Petition"
owner = "office"
main = "petition"
number = "P{year}{serial:04d}"
start_form = "book"
started_by = ["enterprise", "clerk"]
[case]
title = "title"
category = "category"
kind = "kind"
enterprise = "company_name"
credit_code = "credit_code"
contact = "contact"
phone = "phone"
[lanes]
"企业" = "enterprise"
"办公室" = "dispatcher"
"部门" = "handler"
[[stages]]
key = "check"
title = "受理"
title_en = "Acceptance"
[[stages]]
key = "session"
title = "现场问诊"
title_en = "Session"
[[stages]]
key = "work"
title = "办理"
title_en = "Handling"
[[stages]]
key = "score"
title = "评分"
title_en = "Score"
"""


def diagram() -> bytes:
    """Return the process: check (with supplement), reply by a department, score, close."""
    d = Drawing("petition")
    begin_with_check(
        d,
        {
            "sentence": "直通车办正在审核您的诉求，受理后会转给负责的部门。",
            "sentence_en": "The office is checking your case.",
        },
        {
            "due": "workdays(5)",
            "stage": "check",
            "public": "true",
            "sentence": "请您按要求补充材料。补正期间不计入办理时间。",
            "sentence_en": "Please supply what is missing.",
        },
    )
    d.user(
        "work",
        "部门",
        form="work",
        unit='"roads"',
        due="workdays(10)",
        stage="work",
        public="true",
        sentence="承办部门正在办理您的诉求。",
        sentence_en="The department is working on your case.",
    )
    d.service("send", "record_reply", result="result", text="reply")
    d.user(
        "score",
        "企业",
        form="score",
        due="workdays(5)",
        stage="score",
        public="true",
        sentence="答复已发给您，请确认问题是否解决并评分。",
        sentence_en="The reply was sent. Please score it.",
    )
    d.service(
        "keep", "record_score", points="points", level="level", solved='solved = "yes"', text="said"
    )
    d.service("close", "close_case", result='fact("result")')
    d.node("endEvent", "done")
    d.flow("checked", "work", name="to_work")
    d.chain("work", "send", "score", "keep", "close", "done")
    return d.xml()


def _choice(kind: str, key: str, label: str, **options: str) -> dict[str, Any]:
    return {
        "type": kind,
        "key": key,
        "label": label,
        "values": [{"value": value, "label": words} for value, words in options.items()],
        "validate": {"required": True},
    }


def _labelled(key: str, label: str, **more: Any) -> dict[str, Any]:
    return text(key, **{"required": True, "label": label, **more})


def _group(label: str, *fields: dict[str, Any]) -> dict[str, Any]:
    numbered = [{"id": f"{label}_{n}", **one} for n, one in enumerate(fields)]
    return {"type": "group", "label": label, "components": numbered}


def files() -> dict[str, bytes]:
    """Return the bundle."""
    return {
        "bundle.toml": SETTINGS.encode(),
        "petition.bpmn": diagram(),
        "forms/book.form": form(
            "book",
            _group(
                "企业信息",
                _labelled("company_name", "企业名称"),
                text("credit_code", label="统一社会信用代码"),
                _labelled("contact", "联系人", properties={"personal": "true"}),
                _labelled("phone", "联系电话", properties={"personal": "true"}),
            ),
            _group(
                "诉求内容",
                _choice("radio", "kind", "类型", problem="问题", need="需求", advice="建议"),
                _choice("select", "category", "类别", facility="市政设施", land="用地"),
                _labelled("title", "标题"),
                {
                    "type": "textarea",
                    "key": "story",
                    "label": "具体情况",
                    "validate": {"required": True, "maxLength": 2000},
                },
                {"type": "datetime", "subtype": "date", "key": "wish", "label": "希望的接待日期"},
                {"type": "filepicker", "key": "papers", "label": "附件", "multiple": True},
            ),
        ),
        "forms/check.form": form(
            "check",
            outcome(ok="受理", more="补正"),
            text("remark"),
            text("wanted", properties={"public": "true"}),
        ),
        "forms/supplement.form": form(
            "supplement",
            _labelled("more_story", "补充说明"),
            text("remark", label="备注"),
            {"type": "filepicker", "key": "more_papers", "label": "补充材料", "multiple": True},
        ),
        "forms/work.form": form(
            "work",
            _labelled("reply", "答复"),
            _choice("radio", "result", "结果", solved="已解决", explained="已解释"),
        ),
        "forms/score.form": form(
            "score",
            _choice("radio", "solved", "是否解决", yes="已解决", no="未解决"),
            {
                "type": "number",
                "key": "points",
                "label": "评分",
                "validate": {"required": True, "min": 0, "max": 100},
            },
            _choice(
                "radio",
                "level",
                "满意度",
                very_satisfied="非常满意",
                satisfied="满意",
                dissatisfied="不满意",
            ),
            text("said", label="评价"),
        ),
    }
