"""Hostile definitions sent to a running city: refused with a reason, or deployed and harmless."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import select

from models.tables import Case
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import Drawing, form, outcome, text
from workflows.actions.deployment import deploy, findings_of, upload
from workflows.actor import SYSTEM
from workflows.errors import DefinitionRefused, DeploymentRefused, ThroughTrainError

SECONDS = 20.0
Files = dict[str, bytes]

TEXTS = {
    "import": "__import__('os').system('touch {trace}')",
    "open": 'open("{trace}", "w")',
    "dunder": "().__class__.__bases__[0].__subclasses__()",
    "dunder_of_name": "title.__class__.__mro__",
    "frame": 'function() external { java: { class: "java.lang.Runtime" } }',
    "jinja": "{{ self.__init__.__globals__ }}",
    "format": '"{0.__class__.__init__.__globals__}" + title',
    "percent": '"%(secret)s %n%n%n" + title',
    "huge_power": "9 ** 9 ** 9 ** 9",
    "huge_text": 'string join(for i in 1..100000000 return "xxxxxxxxxx")',
    "doubling": "for a in 1..1000, b in 1..1000, c in 1..1000 return a * b * c",
    "recursion": "{f: function(x) f(x + 1), g: f(1)}.g",
    "pattern": 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    "deep": "(" * 60 + "1" + ")" * 60,
    "null": "null",
    "far_time": "workdays(999999999999)",
    "far_day": "calendar_days(-99999999999999999999)",
    "far_duration": 'duration("P999999999999Y")',
    "wrong_kind": '[1, {a: "b"}, @"2026-03-02"]',
    "other_case": 'fact("../../etc/passwd")',
    "sql": 'title + "\'; drop table cases; --"',
}
"""Texts for any place that evaluates; `{trace}` is a file that must not appear."""
SLOW = {"huge_text", "pattern"}
"""What uses up a budget as `doubling` does, which is tried at every place; these at one."""


def drawn(draw: Callable[[Drawing], str], **more: bytes) -> Files:
    """Return a bundle whose process begins with what is drawn and goes on to a task."""
    d = Drawing(errand.KEY)
    d.node("startEvent", "begin")
    first = draw(d)
    d.user("check", "办公室", form="check", stage="check", sentence="办公室正在审核")
    d.node("exclusiveGateway", "way", default="to_end")
    d.node("endEvent", "done")
    d.node("endEvent", "also_done")
    d.chain("begin", first)
    d.flow(first, "check")
    d.flow("check", "way")
    d.flow("way", "also_done", 'outcome = "more"')
    d.flow("way", "done", name="to_end")
    return {**errand.files(), "errand.bpmn": d.xml(), **more} | {
        "forms/check.form": form("check", outcome(ok="通过", more="补充"), text("lead"))
    }


def script(value: str) -> Files:
    return drawn(
        lambda d: _node(d, "scriptTask", "run", f"<bpmn:script>a = {escape(value)}</bpmn:script>")
    )


def _node(d: Drawing, tag: str, name: str, inner: str = "", lane: str = "", **more: str) -> str:
    d.node(tag, name, inner, lane, **more)
    return name


def condition(value: str) -> Files:
    def draw(d: Drawing) -> str:
        d.node("exclusiveGateway", "which", default="else_way")
        d.node("exclusiveGateway", "again")
        d.flow("which", "again", value)
        d.flow("which", "again", name="else_way")
        return "which"

    files = drawn(draw)
    # The gateway's two ways meet before the task.
    xml = files["errand.bpmn"].replace(
        b'sourceRef="which" targetRef="check"', b'sourceRef="again" targetRef="check"'
    )
    return {**files, "errand.bpmn": xml}


def user_property(name: str) -> Callable[[str], Files]:
    def place(value: str) -> Files:
        def draw(d: Drawing) -> str:
            d.user("first", "办公室", form="note", sentence="办理中", stage="work", **{name: value})
            return "first"

        return drawn(draw)

    place.__name__ = name
    return place


def timer(kind: str) -> Callable[[str], Files]:
    def place(value: str) -> Files:
        inner = (
            f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(value)}</bpmn:{kind}>"
            "</bpmn:timerEventDefinition>"
        )
        return drawn(lambda d: _node(d, "intermediateCatchEvent", "wait", inner))

    place.__name__ = kind
    return place


def instances(inner: str) -> Callable[[str], Files]:
    def place(value: str) -> Files:
        marker = (
            "<bpmn:multiInstanceLoopCharacteristics>"
            f"{inner.replace('VALUE', escape(value))}</bpmn:multiInstanceLoopCharacteristics>"
        )

        def draw(d: Drawing) -> str:
            d.user("each", "办公室", marker, form="note", sentence="办理中", stage="work")
            return "each"

        return drawn(draw)

    return place


def parameter(value: str) -> Files:
    def draw(d: Drawing) -> str:
        d.service("go", "count", what=value)
        return "go"

    return drawn(draw)


def decision(value: str) -> Files:
    table = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        ' namespace="urn:d"><decision id="choose" name="choose"><variable name="choose"/>'
        '<decisionTable hitPolicy="FIRST"><input id="i"><inputExpression><text>title</text>'
        f'</inputExpression></input><output id="o" name="picked"/><rule id="r"><inputEntry><text>-'
        f"</text></inputEntry><outputEntry><text>{escape(value)}</text></outputEntry></rule>"
        "</decisionTable></decision></definitions>"
    )
    inner = (
        "<bpmn:extensionElements><spiffworkflow:calledDecisionId>choose"
        "</spiffworkflow:calledDecisionId></bpmn:extensionElements>"
    )
    files = drawn(lambda d: _node(d, "businessRuleTask", "rule", inner))
    return {**files, "choose.dmn": table.encode()}


def hide(value: str) -> Files:
    field = text("note", conditional={"hide": f"={value}"})
    files = user_property("about")('"x"')
    return {**files, "forms/note.form": form("note", field)}


def letter(value: str) -> Files:
    return {**errand.files(), "texts/letter.txt": f"# {value}\n{value}".encode()}


PLACES = {
    "script": script,
    "condition": condition,
    **{name: user_property(name) for name in ("unit", "assignee", "due", "warn", "about")},
    **{kind: timer(kind) for kind in ("timeDuration", "timeDate", "timeCycle")},
    "cardinality": instances("<bpmn:loopCardinality>VALUE</bpmn:loopCardinality>"),
    "collection": instances(
        "<bpmn:loopDataInputRef>VALUE</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="one_of" name="one_of"/>'
    ),
    "completion": instances(
        "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "<bpmn:completionCondition>VALUE</bpmn:completionCondition>"
    ),
    "parameter": parameter,
    "decision": decision,
    "hide": hide,
    "letter": letter,
    "sentence": user_property("sentence_en"),
    "name": user_property("name_en"),
}


@pytest.mark.parametrize("place", PLACES)
def test_hostile_texts_are_refused_or_harmless(town: Town, place: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for name, value in TEXTS.items():
        if name in SLOW and place != "script":
            continue
        started = time.monotonic()
        _send(town, PLACES[place](value.replace("{trace}", str(trace))))
        assert time.monotonic() - started < SECONDS, name
        assert not trace.exists()
    deploy(town.city, SYSTEM, errand.files(), now=MONDAY, reason="the sound one again")
    case = town.submit()
    assert set(town.open_items(case.case_id)) == {"check"}
    with town.city.database.reading() as session:
        assert session.scalars(select(Case.id)).all()


def _send(town: Town, files: Files) -> None:
    """Deploy a bundle and run a case on it; each refusal has its reason in words."""
    try:
        deploy(town.city, SYSTEM, files, now=MONDAY, reason="test")
        town.submit()
    except DeploymentRefused as refused:
        said = [(one.sentence, one.mend, one.said("zh")) for one in findings_of(refused)]
    except DefinitionRefused as refused:
        said = [(refused.reason, refused.advice)]
    except ThroughTrainError as error:
        said = [(error.text(),)]
    else:
        return
    assert said
    assert all(all(words) for words in said)


def test_a_refused_upload_leaves_the_deployed_version(town: Town) -> None:
    with pytest.raises(DeploymentRefused) as caught:
        upload(
            town.city,
            SYSTEM,
            script("__import__('os').system('true')"),
            now=MONDAY,
            reason="test",
        )
    assert 701 in {one.rule for one in findings_of(caught.value)}
    assert set(town.open_items(town.submit().case_id)) == {"check"}


def test_an_upload_names_units_that_the_city_has(town: Town) -> None:
    with pytest.raises(DeploymentRefused) as caught:
        upload(town.city, SYSTEM, user_property("unit")('"road"'), now=MONDAY, reason="test")
    (found,) = findings_of(caught.value)
    assert (found.rule, found.element) == (709, "first")
    assert 'Did you mean "roads"' in found.sentence
    files = user_property("unit")('"roads"')
    assert upload(town.city, SYSTEM, files, now=MONDAY, reason="test").new
