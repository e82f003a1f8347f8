"""Drawings for the rules about files, ids and elements."""

from __future__ import annotations

from tests.definitions.drawing import (
    TOML,
    Drawing,
    bundle,
    extension,
    form,
    message,
    simple,
    text_field,
)
from tests.definitions.rules.cases import Files, breaks, keeps


def replaced(old: str, new: str, drawing: Drawing | None = None) -> Files:
    """Return the simple bundle with a text of its diagram changed."""
    files = dict(bundle(drawing or simple()))
    assert old.encode() in files["main.bpmn"]
    files["main.bpmn"] = files["main.bpmn"].replace(old.encode(), new.encode())
    return files


@breaks(101)
def no_xml() -> Files:
    return bundle(simple()) | {"other.bpmn": b"<html><p>not closed</html>"}


@keeps(101, 102, 103, 104, 105, 106, 107, 108, 201, 202, 203, 204, 205)
def plain() -> Files:
    return bundle(simple())


@keeps(101)
def in_gbk() -> Files:
    return bundle(simple()) | {"main.bpmn": simple().xml("gbk")}


@breaks(102)
def with_dtd() -> Files:
    return replaced("<bpmn:definitions", '<!DOCTYPE x [<!ENTITY a "b">]><bpmn:definitions')


@breaks(103)
def too_deep() -> Files:
    nested = "<a>" * 100 + "</a>" * 100
    return replaced(
        "<bpmn:process", f"<bpmn:documentation>{nested}</bpmn:documentation><bpmn:process"
    )


@breaks(104)
def no_stage() -> Files:
    return bundle(simple(), toml=TOML.partition("[[stages]]")[0])


@breaks(105)
def other_name() -> Files:
    files = dict(bundle(simple()))
    files["side.bpmn"] = Drawing("aside").ends().line("begin", "finish").xml()
    return files


@breaks(106)
def not_executable() -> Files:
    drawing = simple()
    drawing.executable = False
    return bundle(drawing)


@breaks(107)
def turned_around() -> Files:
    return replaced('name="task"', 'name="a\u202egnp.exe"')


@breaks(107)
def turned_around_in_a_sentence() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", sentence="办公室\u2066正在办理")
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(107)
def turned_around_in_a_form() -> Files:
    return bundle(simple(), note=form(text_field("a", label="同意\u202e")))


@breaks(107)
def turned_around_in_a_letter() -> Files:
    return bundle(simple()) | {"texts/letter.txt": "# 回复\n您好\u202e".encode()}


@breaks(107)
def turned_around_in_the_settings() -> Files:
    return bundle(simple(), toml=TOML.replace("样例", "样\\u202e例"))


@breaks(108)
def long_name() -> Files:
    return replaced('name="task"', f'name="{"长" * 300}"')


@breaks(201)
def no_id() -> Files:
    drawing = simple()
    drawing.parts.append("<bpmn:userTask name='x'/>")
    return bundle(drawing)


@breaks(202)
def same_id() -> Files:
    drawing = simple()
    drawing.script("task", "a = 1")
    return bundle(drawing)


@breaks(203)
def id_with_blank() -> Files:
    return replaced('id="flow_1"', 'id="flow one"')


@breaks(203)
def id_with_markup() -> Files:
    return replaced('id="flow_1"', 'id="x&quot;onload=alert(1)"')


@breaks(204)
def engine_id() -> Files:
    drawing = Drawing()
    drawing.node("startEvent", "Start")
    drawing.node("endEvent", "End")
    return bundle(drawing.line("Start", "End"))


@breaks(205)
def process_twice() -> Files:
    return bundle(simple()) | {"again.bpmn": simple().xml()}


@breaks(301)
def transaction() -> Files:
    drawing = Drawing().ends()
    drawing.node("transaction", "inner")
    return bundle(drawing.line("begin", "inner", "finish"))


@breaks(301)
def correlation() -> Files:
    return replaced("<bpmn:process", '<bpmn:correlationProperty id="c"/><bpmn:process')


@keeps(301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 311, 312)
def every_element() -> Files:
    drawing = Drawing().ends().message("news")
    drawing.user("ask")
    drawing.script("add", "total = amount + 1")
    drawing.service("score", "record_score", points="total")
    drawing.node("intermediateCatchEvent", "wait", message("news"))
    drawing.node("textAnnotation", "remark")
    drawing.node("dataObjectReference", "paper", dataObjectRef="sheet")
    return bundle(drawing.line("begin", "ask", "add", "score", "wait", "finish"))


@breaks(302)
def untyped() -> Files:
    drawing = Drawing().ends()
    drawing.node("task", "something")
    return bundle(drawing.line("begin", "something", "finish"))


@breaks(303)
def plain_service() -> Files:
    drawing = Drawing().ends()
    drawing.node("serviceTask", "call")
    return bundle(drawing.line("begin", "call", "finish"))


@breaks(304)
def event_subprocess() -> Files:
    drawing = simple()
    drawing.node("subProcess", "on_event", triggeredByEvent="true")
    return bundle(drawing)


@breaks(305)
def link_event() -> Files:
    drawing = Drawing().ends()
    link = '<bpmn:linkEventDefinition name="L"/>'
    drawing.node("intermediateThrowEvent", "jump", link)
    return bundle(drawing.line("begin", "jump", "finish"))


@breaks(305)
def signal_end() -> Files:
    drawing = Drawing()
    drawing.roots = '<bpmn:signal id="s" name="s"/>'
    drawing.node("startEvent", "begin")
    drawing.node("endEvent", "finish", '<bpmn:signalEventDefinition signalRef="s"/>')
    return bundle(drawing.line("begin", "finish"))


@breaks(306)
def pre_script() -> Files:
    drawing = Drawing().ends()
    hidden = extension("<spiffworkflow:preScript>a = 1</spiffworkflow:preScript>")
    drawing.node("userTask", "task", hidden)
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(307)
def foreign() -> Files:
    drawing = Drawing().ends()
    listener = extension('<camunda:executionListener class="x.Y" event="start"/>')
    drawing.node("userTask", "task", listener)
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(308)
def data_association() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", inner="<bpmn:dataInputAssociation/>")
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(309)
def empty_script() -> Files:
    drawing = Drawing().ends()
    drawing.script("nothing")
    return bundle(drawing.line("begin", "nothing", "finish"))


@breaks(309)
def no_decision() -> Files:
    drawing = Drawing().ends()
    drawing.rule("decide", "")
    return bundle(drawing.line("begin", "decide", "finish"))


@breaks(310)
def loop_marker() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", inner="<bpmn:standardLoopCharacteristics/>")
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(311)
def property_without_value() -> Files:
    return replaced('name="form" value="note"', 'name="form"')


@breaks(312)
def flow_inside_a_flow() -> Files:
    drawing = simple()
    drawing.parts.append(
        '<bpmn:sequenceFlow id="outer" sourceRef="begin" targetRef="task">'
        '<bpmn:sequenceFlow id="inner" sourceRef="task" targetRef="finish"/></bpmn:sequenceFlow>'
    )
    return bundle(drawing)


@breaks(951)
def calling_text() -> Files:
    return bundle(simple()) | {"texts/letter.txt": b"{{ ''.__class__.__mro__ }}"}


@keeps(951)
def harmless_text() -> Files:
    return bundle(simple()) | {"texts/letter.txt": "# 通知\n{{ title }}".encode()}


def notifying(name: str) -> Files:
    drawing = Drawing().ends()
    drawing.user("one", notify=name)
    drawing.line("begin", "one", "finish")
    return bundle(drawing) | {"texts/letter.txt": "请看 {{ title }}".encode()}


def issuing(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.service("write", "issue", text=text)
    drawing.line("begin", "write", "finish")
    return bundle(drawing) | {"texts/letter.txt": "请看 {{ title }}".encode()}


@breaks(953)
def notice_without_text() -> Files:
    return notifying("leter")


@breaks(953)
def letter_without_text() -> Files:
    return issuing('"leter"')


@keeps(953)
def notice_with_text() -> Files:
    return notifying("letter")


@keeps(953)
def letter_chosen_by_the_case() -> Files:
    return issuing('if today() = null then "letter" else "letter"')


@breaks(954)
def text_with_a_misspelt_name() -> Files:
    return bundle(simple()) | {"texts/letter.txt": b"{{ tilte }}"}


@breaks(954)
def text_with_a_misspelt_member() -> Files:
    return bundle(simple()) | {"texts/letter.txt": b"{{ case.numbr }}"}


@keeps(954)
def text_with_known_names() -> Files:
    written = b"{% for row in rows %}{{ row.any }}{{ case.number }}{% endfor %}{{ today | date }}"
    return bundle(simple(), other=form(text_field("rows"))) | {"texts/letter.txt": written}


@breaks(952)
def broken_scenario() -> Files:
    return bundle(simple()) | {"scenarios/one.toml": b"title = "}


@keeps(952)
def scenario() -> Files:
    return bundle(simple()) | {"scenarios/one.toml": b'title = "one"'}


@breaks(807)
def leftover_form() -> Files:
    return bundle(simple(), other=form(text_field("x")))
