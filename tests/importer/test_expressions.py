"""Foreign expressions become FEEL, or are refused with a reason."""

from __future__ import annotations

import pytest

from workflows.definitions.importer.expressions import Untranslatable, translate
from workflows.definitions.importer.names import operation, variable
from workflows.definitions.importer.times import literal
from workflows.feel import compile_expression


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("days > 3", "days > 3"),
        ("approved", "approved = true"),
        ("!approved", "approved != true"),
        ("pass == true && days<=3", "pass = true and days <= 3"),
        ("'同意' == 审批结果", '审批结果 = "同意"'),
        ('result.equals("agree")', 'result = "agree"'),
        ('"agree".equals(result)', 'result = "agree"'),
        ("a>1 && (b==2 || !c)", "a > 1 and (b = 2 or c != true)"),
        ("empty remark", 'remark = null or remark = ""'),
        ("not empty remark", 'not(remark = null or remark = "")'),
        ("amount ge 1000 and amount lt 5000", "amount >= 1000 and amount < 5000"),
        ("execution.getVariable('x') == 1", "x = 1"),
        ("nrOfCompletedInstances/nrOfInstances >= 0.6",
         "numberOfCompletedInstances / numberOfInstances >= 0.6"),
        ("order.getAmount() > 1", "order.amount > 1"),
        ("vars:gt(amount, 100)", "amount > 100"),
        ("date > 1", "date_value > 1"),
        ("x in ['a', 'b']", 'list contains(["a", "b"], x)'),
        ("x not in (1, 2)", "not(list contains([1, 2], x))"),
        ("not a == b", "not(a = b)"),
        ("b ? 1 : 2", "if b = true then 1 else 2"),
        ("'high' if total > 5 else 'low'", 'if total > 5 then "high" else "low"'),
        ("items[0].price", "items[1].price = true"),
        ("x is not None", "x != null"),
        ('{"total": total}', '{"total": total}'),
        ("dateTime().plusDays(2).toDate()", 'now() + duration("P2D")'),
    ],
)  # fmt: skip
def test_what_feel_can_say_is_said_in_feel(text: str, feel: str) -> None:
    assert translate(text, condition=True).text == feel
    compile_expression(feel)


@pytest.mark.parametrize(
    "text",
    [
        "leaderService.check(execution)", "f('x')", "''.__class__", "T(java.lang.Runtime)", "a +",
        "(" * 5000, "x" * 5001, "new Date()", "loopCounter > 1", "[x for x in y]",
        "lambda: 1", "task.assignee", "a[b]", "#", "", "x instanceof Y", "{a.b: 1}",
    ],
)  # fmt: skip
def test_what_feel_cannot_say_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(Untranslatable) as error:
        translate(text)
    assert str(error.value)


@pytest.mark.parametrize(
    ("raw", "name"),
    [("days", "days"), ("date", "date_value"), ("a-b", "a_b"), ("1x", "v_1x"), ("部门", "部门"),
     ("for", "for_value"), ("nrOfInstances", "numberOfInstances"), ("$x", "_x")],
)  # fmt: skip
def test_variables_get_names_that_feel_reads(raw: str, name: str) -> None:
    assert variable(raw) == name
    assert compile_expression(name).names == {name}


@pytest.mark.parametrize(
    ("raw", "name"),
    [("cn.example.oa.SendNoticeDelegate", "send_notice_delegate"),
     ("${noticeService.send(task)}", "notice_service_send"), ("send-sms", "send_sms"),
     ("io.camunda:http-json:1", "io_camunda_http_json_1"), ("发短信", "发短信"),
     ("1", "operation_1")],
)  # fmt: skip
def test_code_becomes_a_named_operation(raw: str, name: str) -> None:
    assert operation(raw) == name


@pytest.mark.parametrize(
    ("text", "kind", "now"),
    [
        ("PT5M", "timeDuration", "PT5M"),
        ('"PT5M"', "timeDuration", "PT5M"),
        ("timedelta(days=2, hours=4)", "timeDuration", "P2DT4H"),
        ("R3/PT30S", "timeCycle", "R3/PT1M"),
        ("0 0/30 * * * ?", "timeCycle", "R/PT30M"),
        ("0 0 9 ? * MON", "timeCycle", "R/P7D"),
        ("0 0 9 * * ?", "timeCycle", "R/P1D"),
        ("0 0 9 1 * ?", "timeCycle", "R/P1M"),
        ("0 9 * * *", "timeCycle", "R/P1D"),
        ("PT1H", "timeCycle", "R/PT1H"),
    ],
)
def test_literal_times_are_written_as_the_check_wants_them(text: str, kind: str, now: str) -> None:
    found = literal(text, kind)
    assert found is not None
    assert found.text == now


def test_computed_times_are_no_literals() -> None:
    assert literal("${dueDate}", "timeDate") is None
