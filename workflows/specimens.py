"""An invented case, for letters and messages that are looked at before any case exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from workflows.definitions.fields import Field
from workflows.definitions.forms import Form
from workflows.worktime import local_day

FEW = 2
"""Options and rows that an example shows of a list."""


def specimen(
    forms: Sequence[Form], outputs: Mapping[str, str], *, now: datetime, english: bool = False
) -> dict[str, Any]:
    """Return values for every name that a text may use; see `letters.NAMES`.

    A form's field is answered by what it is called, so that a reader sees which one stands
    where. `outputs` are what decisions give: name -> label. `now` gives all dates.
    """
    facts: dict[str, Any] = {name: _called(label or name) for name, label in outputs.items()}
    for form in forms:
        facts |= {one.key: _answer(one, local_day(now), english) for one in form.fields}
    case = _case(now, english)
    return {
        **facts,
        "facts": facts,
        **case,
        "case": case,
        **_people(now, english),
        **_papers(now, english),
        "today": local_day(now),
        "now": now,
        "code": "K7RM-2PQX",
        "counts": {name: Decimal(1) for name in ("returns", "extensions", "urged", "redos")},
    }


def _called(label: str) -> str:
    return f"〔{label}〕"


def _answer(field: Field, today: date, english: bool) -> Any:
    label = field.label_en if english else field.label
    if field.kind == "dynamiclist":
        row = {one.key: _answer(one, today, english) for one in field.fields if one.key}
        return [row] * FEW
    if field.kind in ("radio", "select"):
        return field.options[0].value if field.options else _called(label)
    if field.kind in ("checklist", "taglist"):
        return [one.value for one in field.options[:FEW]] or [_called(label)]
    plain: dict[str, Any] = {
        "number": field.minimum if field.minimum is not None else Decimal(3),
        "checkbox": True,
        "datetime": today + timedelta(days=14),
        "filepicker": [],
    }
    return plain.get(field.kind, _called(label))


def _case(now: datetime, english: bool) -> dict[str, Any]:
    return {
        "number": f"ZTC{local_day(now).year}00042",
        "title": "A bus stop at the factory gate" if english else "厂门口增设公交站",
        "category": "municipal",
        "kind": "problem",
        "submitted_at": now - timedelta(days=9),
        "place": "云州市",
        "place_en": "Yunzhou",
    }


def _people(now: datetime, english: bool) -> dict[str, Any]:
    lead = "Transport Bureau" if english else "市交通运输局"
    return {
        "enterprise": {
            "name": "Example Machinery Ltd" if english else "云州示例机械有限公司",
            "credit_code": "91330000EXAMPLE001",
            "contact": "A. Chen" if english else "陈示例",
            "phone": "0571-0000 0000",
        },
        "lead": {"name": lead, "name_en": "Transport Bureau", "phone": "0571-0000 0001"},
        "department_name": lead,
        "actor": "B. Zhou" if english else "周示例",
        "due_at": now + timedelta(days=5),
        "due": {},
        "task": "Supplement the case" if english else "补正材料",
    }


def _papers(now: datetime, english: bool) -> dict[str, Any]:
    today = local_day(now)
    text = "The stop is served from next month." if english else "下月起设站并投入运营。"
    unit = "Transport Bureau" if english else "市交通运输局"
    measure = {
        "number": 1,
        "measure": "Set up the stop" if english else "设立站点",
        "unit_name": unit,
        "person": "B. Zhou" if english else "周示例",
        "deliverable": "Stop in service" if english else "站点启用",
        "due_on": today + timedelta(days=30),
    }
    decision = {
        "text": text,
        "leader": "C. Li" if english else "李示例",
        "lead": unit,
        "decided_at": now,
        "solved_on_the_spot": False,
    }
    session = {
        "title": "Monthly reception" if english else "企业家接待日",
        "on": today,
        "starts_at": "09:00",
        "room": "Hall 1" if english else "一号会议室",
        "leader": decision["leader"],
        "slot": 1,
    }
    reply = {
        "number": f"答{today.year}00012",
        "text": text,
        "result": "solved",
        "signed_by": "B. Zhou" if english else "周示例",
        "sent_at": now,
    }
    return {
        "letter": {"number": f"函{today.year}00007", "on": today},
        "decision": decision,
        "decision_text": text,
        "measures": [measure, {**measure, "number": 2}],
        "session": session,
        "session_on": today,
        "minutes_number": f"纪{today.year}00003",
        "reply": reply,
        "reply_number": reply["number"],
        "sent_at": now,
    }
