"""Drawings for the rules about expressions, timers, forms, lanes and decisions."""

from __future__ import annotations

from tests.definitions.drawing import (
    OF_COMPANIES,
    TOML,
    Drawing,
    bundle,
    extension,
    form,
    instances,
    message,
    outcome,
    simple,
    text_field,
    timer,
)
from tests.definitions.rules.cases import Files, breaks, keeps


def repeated(marker: str, *, loop: bool = False) -> Files:
    drawing = Drawing()
    drawing.user("each", inner=marker)
    if not loop:
        return bundle(drawing.ends().line("begin", "each", "finish"))
    drawing.ends()
    drawing.xor("again")
    drawing.xor("enough", "done")
    drawing.line("begin", "again", "each", "enough")
    drawing.flow("enough", "again", "amount > 1")
    drawing.flow("enough", "finish", id="done")
    return bundle(drawing)


@breaks(611)
def over_nothing() -> Files:
    return repeated(instances(item="one"))


@breaks(612)
def in_loop_without_output() -> Files:
    return repeated(instances("remark", item="one"), loop=True)


@keeps(611, 612, 613, 614)
def in_loop_with_output() -> Files:
    marker = instances("remark", item="one", output_item="said", output="opinions")
    return repeated(marker, loop=True)


@breaks(613)
def item_named_like_node() -> Files:
    return repeated(instances("remark", item="each"))


@breaks(613)
def output_shared() -> Files:
    drawing = Drawing().ends()
    for name in ("first", "second"):
        item = f"{name}_item"
        drawing.user(name, inner=instances("remark", item=item, output_item=f"{name}_out",
                                           output="opinions"))  # fmt: skip
    return bundle(drawing.line("begin", "first", "second", "finish"))


@breaks(614)
def too_many_instances() -> Files:
    return repeated(instances(number="5000"))


def scripted(*lines: str) -> Files:
    drawing = Drawing().ends()
    drawing.user("ask")
    drawing.script("set", *lines)
    return bundle(drawing.line("begin", "ask", "set", "finish"))


@breaks(701)
def python() -> Files:
    return scripted("a = __import__('os').system('ls')")


@breaks(702)
def misspelt() -> Files:
    return scripted("total = amuont + 1")


@keeps(701, 702, 703, 705, 706, 707)
def declared() -> Files:
    return scripted(
        "total = amount + 1", "again = total * 2", 'noted = fact("remark")', "big = sum([\n1, 2])"
    )


@breaks(703)
def unknown_function() -> Files:
    return scripted("due = workday(3)")


@breaks(704)
def unknown_operation() -> Files:
    drawing = Drawing().ends()
    drawing.service("go", "record_scores", points="1")
    return bundle(drawing.line("begin", "go", "finish"))


@breaks(704)
def unknown_parameter() -> Files:
    drawing = Drawing().ends()
    drawing.service("go", "record_score", point="1")
    return bundle(drawing.line("begin", "go", "finish"))


@keeps(704)
def known_operation() -> Files:
    drawing = Drawing().ends()
    drawing.service("go", "record_score", points="1")
    return bundle(drawing.line("begin", "go", "finish"))


@breaks(705)
def no_assignment() -> Files:
    return scripted("workdays(3)")


@breaks(706)
def empty_condition() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", due="")
    drawing.service("go", "count", what="")
    return bundle(drawing.line("begin", "task", "go", "finish"))


@breaks(707)
def unknown_fact() -> Files:
    return scripted('noted = fact("remrak")')


def started(*lines: str) -> Files:
    """Return a bundle whose start form asks for a title, and which sets names before a task."""
    toml = TOML.replace('main = "main"', 'main = "main"\nstart_form = "start"')
    drawing = Drawing().ends()
    drawing.script("set", *lines)
    drawing.user("ask")
    drawing.line("begin", "set", "ask", "finish")
    return bundle(drawing, toml=toml, start=form(text_field("title")))


@breaks(708)
def read_too_early() -> Files:
    return started("total = amount + 1")


@breaks(708)
def read_on_the_line_that_sets_it() -> Files:
    return started("rounds = rounds + 1")


@keeps(708)
def read_after() -> Files:
    return started("name = title", "again = name")


@keeps(708)
def read_after_in_a_called_process() -> Files:
    toml = TOML.replace('main = "main"', 'main = "main"\nstart_form = "start"')
    outer, inner = Drawing().ends(), Drawing("inner").ends()
    outer.user("ask")
    outer.call("go", "inner")
    outer.script("use", "more = total")
    inner.script("sum", "total = amount + 1")
    outer.line("begin", "ask", "go", "use", "finish")
    inner.line("begin", "sum", "finish")
    return bundle(outer, inner, toml=toml, start=form(text_field("title")))


def branches(left: str, right: str, *, after: str = "both") -> Files:
    drawing = Drawing().ends()
    drawing.parallel("split")
    drawing.script("one", f"{left} = 1")
    drawing.script("two", f"{right} = 2")
    drawing.parallel("join")
    drawing.script("sum", f"total = {after}")
    drawing.line("begin", "split", "one", "join", "sum", "finish")
    return bundle(drawing.line("split", "two", "join"))


@breaks(711)
def one_name() -> Files:
    return branches("both", "both")


@keeps(711)
def own_names() -> Files:
    return branches("both", "other")


@keeps(711)
def not_read_after() -> Files:
    return branches("both", "both", after="1")


def timed(text: str, kind: str = "timeDuration") -> Files:
    drawing = Drawing().ends()
    drawing.node("intermediateCatchEvent", "wait", timer(text, kind))
    return bundle(drawing.line("begin", "wait", "finish"))


@breaks(751)
def no_time() -> Files:
    drawing = Drawing().ends()
    drawing.node("intermediateCatchEvent", "wait", "<bpmn:timerEventDefinition/>")
    return bundle(drawing.line("begin", "wait", "finish"))


@breaks(752)
def no_rest() -> Files:
    return timed("R/PT0S", "timeCycle")


@breaks(752)
def hardly_rests() -> Files:
    return timed("R5/PT3S", "timeCycle")


@keeps(752, 753)
def daily() -> Files:
    return timed("R5/P1D", "timeCycle")


@breaks(753)
def no_duration() -> Files:
    return timed("P5Q")


@breaks(753)
def no_date() -> Files:
    return timed("2024-02-30", "timeDate")


@keeps(751, 753, 754)
def bare_duration() -> Files:
    return timed("PT5M")


@keeps(751, 753, 754)
def computed() -> Files:
    return timed("workdays(5)", "timeDate")


@breaks(754)
def quoted() -> Files:
    return timed('"PT5M"')


def catching(reference: str) -> Files:
    drawing = Drawing().ends().message("news")
    drawing.node("intermediateCatchEvent", "wait", message(reference))
    return bundle(drawing.line("begin", "wait", "finish"))


@breaks(761)
def unknown_message() -> Files:
    return catching("nws")


@keeps(761)
def known_message() -> Files:
    return catching("news")


def raising(reference: str) -> Files:
    drawing = Drawing()
    drawing.roots = '<bpmn:error id="broken" name="broken" errorCode="broken"/>'
    drawing.node("startEvent", "begin")
    error = f'<bpmn:errorEventDefinition errorRef="{reference}"/>'
    drawing.node("endEvent", "finish", error)
    return bundle(drawing.line("begin", "finish"))


@breaks(762)
def unknown_error() -> Files:
    return raising("brokn")


@keeps(762)
def known_error() -> Files:
    return raising("broken")


@breaks(801)
def unknown_component() -> Files:
    return bundle(simple(), note=form({"type": "iframe", "url": "http://x"}))


@keeps(801, 802, 805, 806, 807, 809)
def good_form() -> Files:
    toml = TOML.replace('main = "main"', 'main = "main"\nstart_form = "start"')
    fields = (
        text_field("title"),
        {"type": "select", "key": "unit", "label": "单位", "valuesKey": "departments"},
        text_field("more", conditional={"hide": '=title = ""'}),
    )
    return bundle(simple(), toml=toml + '\n[case]\ntitle = "title"\n', start=form(*fields))


@breaks(802)
def no_form() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", form="")
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(802)
def missing_form() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", form="nto")
    return bundle(drawing.line("begin", "task", "finish"), note=form(text_field("a")))


def deciding(condition: str, *values: str, **more: object) -> Files:
    drawing = Drawing().ends()
    drawing.user("task", form="choice")
    drawing.xor("decide", "other")
    drawing.user("work")
    drawing.xor("merge")
    drawing.line("begin", "task", "decide").line("work", "merge", "finish")
    drawing.flow("decide", "work", condition)
    drawing.flow("decide", "merge", id="other")
    return bundle(drawing, choice=form(outcome(*values, **more), text_field("reason")))


@breaks(803)
def outcome_unread() -> Files:
    return deciding('reason = "x"', "accept", "decline")


@keeps(803, 804, 808, 810)
def outcome_read() -> Files:
    return deciding('outcome = "accept"', "accept", "decline")


@keeps(803, 804)
def outcome_read_in_caller() -> Files:
    outer, inner = Drawing().ends(), Drawing("inner").ends()
    outer.call("go", "inner")
    outer.xor("decide", "other")
    outer.user("work")
    outer.xor("merge")
    outer.line("begin", "go", "decide").line("work", "merge", "finish")
    outer.flow("decide", "work", 'outcome in ("accept", "maybe")')
    outer.flow("decide", "merge", id="other")
    inner.user("task", form="choice")
    inner.line("begin", "task", "finish")
    return bundle(outer, inner, choice=form(outcome("accept", "maybe", "decline")))


@breaks(804)
def outcome_unoffered() -> Files:
    return deciding('outcome = "acept"', "accept", "decline")


@breaks(804)
def outcome_of_another_form() -> Files:
    files = dict(deciding('outcome = "later"', "accept", "decline"))
    return files | {"forms/elsewhere.form": form(outcome("later", "never"))}


@breaks(805)
def condition_misspelt() -> Files:
    return bundle(simple(), note=form(text_field("a", conditional={"hide": '=b = "x"'})))


@breaks(806)
def no_options() -> Files:
    return bundle(simple(), note=form({"type": "select", "key": "a", "label": "a"}))


@breaks(806)
def unknown_list() -> Files:
    field = {"type": "select", "key": "a", "label": "a", "valuesKey": "department"}
    return bundle(simple(), note=form(field))


@breaks(808)
def silent_outcome() -> Files:
    return deciding('outcome = "accept"', "accept", "decline", properties={})


@breaks(805)
def condition_with_tables() -> Files:
    hides = {"hide": '=count_of("returns") > 1'}
    return bundle(simple(), note=form(text_field("a", conditional=hides)))


@breaks(810)
def outcome_optional() -> Files:
    return deciding('outcome = "accept"', "accept", "decline", validate={})


@breaks(810)
def outcome_multiple() -> Files:
    return deciding('outcome = "accept"', "accept", "decline", type="checklist")


@breaks(809)
def column_misspelt() -> Files:
    toml = TOML.replace('main = "main"', 'main = "main"\nstart_form = "start"')
    toml += '\n[case]\ntitle = "titel"\n'
    return bundle(simple(), toml=toml, start=form(text_field("title")))


DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="http://example.gov">
 <decision id="limits" name="Limits"><decisionTable id="t" hitPolicy="FIRST">
  <input id="i"><inputExpression id="e" typeRef="number"><text>{name}</text></inputExpression>
  </input>
  <output id="o" name="days" typeRef="number"/>
  <rule id="r"><inputEntry id="c"><text>{cell}</text></inputEntry>
   <outputEntry id="x"><text>5</text></outputEntry></rule>
 </decisionTable></decision></definitions>"""


def ruled(
    decision: str = "limits", name: str = "amount", file: str = "limits", cell: str = "&gt; 1"
) -> Files:
    drawing = Drawing().ends()
    drawing.user("task")
    drawing.rule("look", decision)
    files = bundle(drawing.line("begin", "task", "look", "finish"))
    return files | {f"{file}.dmn": DMN.format(name=name, cell=cell).encode()}


@keeps(851, 852, 853, 854)
def good_decision() -> Files:
    return ruled()


@breaks(851)
def bad_cell() -> Files:
    return ruled(cell="1 +* 2")


@breaks(852)
def unknown_decision() -> Files:
    return ruled(decision="limit")


@breaks(853)
def input_misspelt() -> Files:
    return ruled(name="amuont")


@breaks(854)
def file_misnamed() -> Files:
    return ruled(file="other")


@keeps(901, 902, 903, 904, 905, 906)
def good_lane() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", stage="work", public="true", due="workdays(5)")
    return bundle(drawing.line("begin", "task", "finish"))


@keeps(902)
def called_from_lane() -> Files:
    outer, inner = Drawing().ends(), Drawing("inner").ends()
    outer.node("callActivity", "go", lane="承办", calledElement="inner")
    inner.user("task", lane="")
    return bundle(outer.line("begin", "go", "finish"), inner.line("begin", "task", "finish"))


def placed(**properties: str) -> Files:
    drawing = Drawing().ends()
    drawing.user("task", **properties)
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(901)
def unknown_lane() -> Files:
    return placed(lane="窗囗")


@breaks(902)
def outside_lanes() -> Files:
    return placed(lane="")


@breaks(903)
def unknown_stage() -> Files:
    return placed(stage="wrok")


@breaks(904)
def unknown_property() -> Files:
    return placed(dua="workdays(5)")


@breaks(905)
def no_sentence() -> Files:
    drawing = Drawing().ends()
    drawing.user("task", sentence="")
    return bundle(drawing.line("begin", "task", "finish"), toml=OF_COMPANIES)


@breaks(906)
def no_switch() -> Files:
    return placed(public="yes")


def spoken_to(**properties: str) -> Files:
    """Return a task beside which a message may be sent."""
    drawing = Drawing().message("news")
    drawing.node("startEvent", "begin")
    drawing.node("endEvent", "finish", "<bpmn:terminateEventDefinition/>")
    drawing.node("endEvent", "noted")
    drawing.user("task")
    written = "".join(
        f'<spiffworkflow:property name="{key}" value="{value}"/>'
        for key, value in properties.items()
    )
    block = extension(f"<spiffworkflow:properties>{written}</spiffworkflow:properties>")
    drawing.boundary("event", "task", block + message("news"), interrupting=False)
    drawing.script("note", "amount = 1")
    return bundle(drawing.line("begin", "task", "finish").line("event", "note", "noted"))


@keeps(802, 907, 908, 909)
def good_message() -> Files:
    return spoken_to(
        form="note", roles="head, handler", public="true", sentence="会转给负责人", name_en="Ask"
    )


@keeps(907, 908, 909)
def message_between_cases() -> Files:
    return spoken_to()


@breaks(907)
def unknown_message_property() -> Files:
    return spoken_to(roles="head", role="head", sentence="会转给负责人")


@breaks(907)
def property_of_a_timer() -> Files:
    drawing = simple()
    block = '<spiffworkflow:property name="roles" value="head"/>'
    block = extension(f"<spiffworkflow:properties>{block}</spiffworkflow:properties>")
    drawing.boundary("late", "task", block + timer("P1D"))
    return bundle(drawing.line("late", "finish"))


@breaks(908)
def unknown_role() -> Files:
    return spoken_to(roles="head, hed", sentence="会转给负责人")


@breaks(909)
def message_without_consequence() -> Files:
    return spoken_to(roles="head")


@breaks(802)
def message_with_a_form_that_is_not_there() -> Files:
    return spoken_to(roles="head", form="nowhere", sentence="会转给负责人")


@breaks(906)
def message_without_switch() -> Files:
    return spoken_to(roles="head", public="yes", sentence="会转给负责人")


def in_unit(unit: str) -> Files:
    drawing = Drawing().ends()
    drawing.user("task", unit=unit)
    return bundle(drawing.line("begin", "task", "finish"))


@breaks(709)
def nowhere_in_the_city() -> Files:
    return in_unit('"land_bureu"')


@breaks(709)
def one_branch_nowhere() -> Files:
    return in_unit('if amount = 1 then "land_bureau" else "nobody"')


@keeps(709)
def in_a_unit() -> Files:
    return in_unit('if amount > 1 then "land_bureau" else ("city_office")')


def due_at(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.user("task", due=text)
    return bundle(drawing.line("begin", "task", "finish"))


def waiting(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.node("intermediateCatchEvent", "wait", timer(text))
    return bundle(drawing.line("begin", "wait", "finish"))


@breaks(753)
def due_again_and_again() -> Files:
    return due_at("R3/P1D")


def compared(condition: str, **field: object) -> Files:
    drawing = Drawing().ends()
    drawing.user("task")
    drawing.xor("decide", "small")
    drawing.xor("merge")
    drawing.script("mark", "big = true")
    drawing.line("begin", "task", "decide")
    drawing.flow("decide", "mark", condition)
    drawing.flow("decide", "merge", id="small")
    drawing.line("mark", "merge", "finish")
    return bundle(drawing, note=form(text_field("amount", type="number", **field)))


@breaks(712)
def an_optional_number_decides() -> Files:
    return compared("amount > 100")


@keeps(712)
def a_required_number_decides() -> Files:
    return compared("amount > 100", validate={"required": True})


@keeps(712)
def an_empty_number_has_a_meaning() -> Files:
    return compared("amount != null and amount > 100")


@breaks(753)
def due_beyond_all_calendars() -> Files:
    return due_at("P99999Y")


@breaks(753)
def waiting_for_ages() -> Files:
    return waiting("P9999999999D")


@breaks(753)
def waiting_for_hours_without_number() -> Files:
    return waiting("PT99999999999999H")


@keeps(753)
def due_in_a_while() -> Files:
    return due_at("P1Y2M")


@keeps(753)
def waiting_for_weeks() -> Files:
    return waiting("P2W")


@breaks(753)
def waiting_a_month_and_a_day() -> Files:
    return waiting("P1M1D")
