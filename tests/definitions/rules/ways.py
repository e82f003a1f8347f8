"""Drawings for the rules about gateways, flows and loops."""

from __future__ import annotations

from tests.definitions.drawing import Drawing, bundle, extension, message, simple, timer
from tests.definitions.rules.cases import Files, breaks, keeps


def choice(*, default: str = "small", condition: str | None = "amount > 100") -> Drawing:
    drawing = Drawing().ends()
    drawing.user("task")
    drawing.xor("decide", default)
    drawing.script("mark", "big = true")
    drawing.xor("merge")
    drawing.line("begin", "task", "decide")
    drawing.flow("decide", "mark", condition)
    drawing.flow("decide", "merge", id="small")
    return drawing.line("mark", "merge", "finish")


@keeps(401, 402, 403, 404, 407, 408, 409, 501, 502, 503, 504, 505, 506, 507, 508)
def good_choice() -> Files:
    return bundle(choice())


@breaks(401)
def no_default() -> Files:
    return bundle(choice(default=""))


@breaks(402)
def no_condition() -> Files:
    return bundle(choice(condition=None))


@breaks(403)
def condition_at_task() -> Files:
    drawing = Drawing().ends()
    drawing.user("task")
    drawing.flow("begin", "task")
    drawing.flow("task", "finish", "amount > 1")
    return bundle(drawing)


@breaks(404)
def default_elsewhere() -> Files:
    return bundle(choice(default="flow_1"))


def after_event_gateway(second: str) -> Drawing:
    drawing = Drawing().ends().message("news")
    drawing.xor("first_of", kind="eventBasedGateway")
    drawing.node("intermediateCatchEvent", "late", timer("P1D"))
    drawing.node("intermediateCatchEvent", "other", second)
    drawing.xor("merge")
    drawing.line("begin", "first_of", "late", "merge", "finish")
    return drawing.line("first_of", "other", "merge")


@breaks(405)
def two_timers() -> Files:
    return bundle(after_event_gateway(timer("P2D")))


@keeps(405)
def timer_and_message() -> Files:
    return bundle(after_event_gateway(message("news")))


def block(drawing: Drawing, *, join: str = "parallelGateway") -> Drawing:
    """Draw split, two tasks and a join; the caller leads there and away."""
    drawing.parallel("split")
    drawing.user("left")
    drawing.user("right")
    drawing.node(join, "join")
    return drawing.line("split", "left", "join").line("split", "right", "join")


def looped(inner: Drawing, first: str, last: str) -> Drawing:
    inner.ends()
    inner.xor("again")
    inner.xor("enough", "done")
    inner.line("begin", "again", first).line(last, "enough")
    inner.flow("enough", "again", 'count_of("rounds") < 3')
    inner.flow("enough", "finish", id="done")
    return inner


@breaks(406)
def join_in_loop() -> Files:
    return bundle(looped(block(Drawing()), "split", "join"))


@keeps(406, 601, 602, 603)
def block_called_in_loop() -> Files:
    outer = Drawing()
    outer.call("both", "inner")
    inner = block(Drawing("inner").ends()).line("begin", "split").line("join", "finish")
    return bundle(looped(outer, "both", "both"), inner)


@keeps(407, 408)
def joined_block() -> Files:
    drawing = block(Drawing().ends()).line("begin", "split").line("join", "finish")
    return bundle(drawing)


@keeps(408, 504)
def endless_side_branch() -> Files:
    drawing = Drawing()
    drawing.node("startEvent", "begin")
    drawing.node("endEvent", "finish", "<bpmn:terminateEventDefinition/>")
    drawing.parallel("split")
    drawing.user("work")
    drawing.xor("again")
    drawing.node("intermediateCatchEvent", "monthly", timer("P30D"))
    drawing.user("report")
    drawing.line("begin", "split", "work", "finish")
    return bundle(drawing.line("split", "again", "monthly", "report", "again"))


@breaks(407)
def deadlock() -> Files:
    drawing = Drawing().ends()
    drawing.user("task")
    drawing.xor("split", "other")
    drawing.user("left")
    drawing.user("right")
    drawing.parallel("join")
    drawing.line("begin", "task", "split").line("left", "join", "finish").line("right", "join")
    drawing.flow("split", "left", "amount > 1")
    drawing.flow("split", "right", id="other")
    return bundle(drawing)


@breaks(408)
def doubling() -> Files:
    drawing = block(Drawing().ends(), join="exclusiveGateway")
    drawing.user("next")
    return bundle(drawing.line("begin", "split").line("join", "next", "finish"))


@breaks(409)
def idle_gateway() -> Files:
    drawing = Drawing().ends()
    drawing.parallel("idle")
    return bundle(drawing.line("begin", "idle", "finish"))


@breaks(501)
def two_starts() -> Files:
    drawing = simple()
    drawing.node("startEvent", "other")
    return bundle(drawing.line("other", "finish"))


@breaks(502)
def no_end() -> Files:
    drawing = Drawing()
    drawing.node("startEvent", "begin")
    drawing.user("task")
    return bundle(drawing.line("begin", "task"))


@breaks(503)
def unreachable() -> Files:
    drawing = simple()
    drawing.user("lonely")
    return bundle(drawing.line("lonely", "finish"))


@breaks(504)
def dead_end() -> Files:
    drawing = choice()
    drawing.xor("more", "on")
    drawing.user("stuck")
    drawing.line("merge", "more")
    drawing.flow("more", "stuck", "amount > 5")
    drawing.flow("more", "finish", id="on")
    return bundle(drawing)


@breaks(505)
def loose_flow() -> Files:
    drawing = simple()
    drawing.flow("task", "nowhere")
    return bundle(drawing)


@breaks(506)
def flow_out_of_end() -> Files:
    drawing = simple()
    drawing.flow("finish", "task")
    return bundle(drawing)


@breaks(507)
def split_at_task() -> Files:
    drawing = simple()
    drawing.user("beside")
    return bundle(drawing.line("task", "beside", "finish"))


@breaks(508)
def too_many() -> Files:
    drawing = Drawing().ends()
    ids = [drawing.script(f"step_{number}", "a = 1") for number in range(320)]
    return bundle(drawing.line("begin", *ids, "finish"))


@breaks(509)
def detached() -> Files:
    drawing = simple()
    drawing.boundary("late", "nothing", timer("P1D"))
    return bundle(drawing.line("late", "finish"))


def beside(definition: str, end: str = "", *, interrupting: bool = False) -> Drawing:
    drawing = Drawing().message("news")
    drawing.node("startEvent", "begin")
    drawing.node("endEvent", "finish", end)
    drawing.node("endEvent", "side_end")
    drawing.user("task")
    drawing.boundary("event", "task", definition, interrupting=interrupting)
    drawing.user("urge")
    return drawing.line("begin", "task", "finish").line("event", "urge", "side_end")


@keeps(509)
def urging() -> Files:
    return bundle(beside(timer("P1D"), interrupting=True))


@breaks(510)
def kept_open() -> Files:
    return bundle(beside(timer("P1D")))


@keeps(510)
def terminated() -> Files:
    return bundle(beside(timer("P1D"), "<bpmn:terminateEventDefinition/>"))


@keeps(510)
def thrown() -> Files:
    drawing = beside(timer("P1D"), '<bpmn:errorEventDefinition errorRef="broken"/>')
    drawing.roots = '<bpmn:error id="broken" name="broken" errorCode="broken"/>'
    return bundle(drawing)


def automatic(*, waits: bool) -> Drawing:
    drawing = Drawing()
    if waits:
        drawing.user("step")
    else:
        drawing.script("step", "amount = 2")
    return looped(drawing, "step", "step")


@breaks(601)
def automatic_loop() -> Files:
    return bundle(automatic(waits=False))


@breaks(601)
def automatic_through_call() -> Files:
    outer = Drawing()
    outer.call("step", "inner")
    inner = Drawing("inner").ends()
    inner.script("set", "amount = 2")
    return bundle(looped(outer, "step", "step"), inner.line("begin", "set", "finish"))


@keeps(601)
def human_loop() -> Files:
    return bundle(automatic(waits=True))


@breaks(602)
def calls_itself() -> Files:
    one, two = Drawing().ends(), Drawing("two").ends()
    one.call("go", "two")
    two.call("back", "main")
    return bundle(one.line("begin", "go", "finish"), two.line("begin", "back", "finish"))


@breaks(603)
def calls_nothing() -> Files:
    drawing = Drawing().ends()
    drawing.call("go", "nowhere")
    return bundle(drawing.line("begin", "go", "finish"))


def chain(length: int) -> Files:
    drawings = []
    for number in range(length):
        drawing = Drawing("main" if number == 0 else f"level_{number}").ends()
        if number < length - 1:
            drawing.call("go", f"level_{number + 1}")
        else:
            drawing.script("go", "a = 1")
        drawings.append(drawing.line("begin", "go", "finish"))
    return bundle(*drawings)


@breaks(604)
def deep_calls() -> Files:
    return chain(12)


@keeps(604)
def few_calls() -> Files:
    return chain(4)


@breaks(306)
def hidden_in_flow() -> Files:
    drawing = simple()
    drawing.parts.append(
        '<bpmn:sequenceFlow id="odd" sourceRef="begin" targetRef="task">'
        + extension("<spiffworkflow:postScript>x = 1</spiffworkflow:postScript>")
        + "</bpmn:sequenceFlow>"
    )
    return bundle(drawing)
