import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.definitions.drawing import (
    HEAD,
    Drawing,
    bundle,
    extension,
    form,
    instances,
    message,
    simple,
    text_field,
    timer,
)
from tests.definitions.rules.cases import Files, check
from tests.definitions.rules.ways import choice
from tests.definitions.rules.words import ruled
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import has_errors
from workflows.definitions.definition import Definition

SECONDS = 10.0

CODE = [
    "__import__('os').system('touch {trace}')",
    "().__class__.__bases__[0].__subclasses__()",
    "exec(\"open('{trace}', 'w')\")",
    "[x for x in (1).__class__.mro()]",
    "lambda: 0",
    "9 ** 9 ** 9 ** 9 ** 9",
    'string join(for i in 1..1000000000 return "x")',
    "f(f(f(f(" * 2000,
    "{{ 7 * 7 }}",
    "${{T(java.lang.Runtime).getRuntime().exec('x')}}",
]
"""Texts that would be code somewhere else; `{trace}` is a file that must not appear."""


def in_script(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.script("run", f"a = {text}")
    return bundle(drawing.line("begin", "run", "finish"))


def in_condition(text: str) -> Files:
    return bundle(choice(condition=text))


def in_timer(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.node("intermediateCatchEvent", "wait", timer(text))
    return bundle(drawing.line("begin", "wait", "finish"))


def in_cardinality(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.user("each", inner=instances(number=text.replace("<", "&lt;").replace("&", "&amp;")))
    return bundle(drawing.line("begin", "each", "finish"))


def in_parameter(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.service("go", "count", what=text)
    return bundle(drawing.line("begin", "go", "finish"))


def in_due(text: str) -> Files:
    drawing = Drawing().ends()
    drawing.user("task", due=text)
    return bundle(drawing.line("begin", "task", "finish"))


def in_decision(text: str) -> Files:
    return ruled(name=text.replace("&", "&amp;").replace("<", "&lt;"))


def in_form(text: str) -> Files:
    return bundle(simple(), note=form(text_field("a", conditional={"hide": f"={text}"})))


PLACES: list[Callable[[str], Files]] = [
    in_script, in_condition, in_timer, in_cardinality, in_parameter, in_due, in_decision, in_form,
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("code", CODE, ids=range(len(CODE)))
def test_code_in_an_expression_is_refused_or_only_read(
    place: Callable[[str], Files], code: str, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    started = time.monotonic()
    found = check(place(code.replace("{trace}", str(trace))))
    assert time.monotonic() - started < SECONDS
    assert not trace.exists()
    harmless = code.startswith(("9 **", "string join"))
    assert has_errors(found) or harmless


def hidden(tag: str, holder: str = "userTask") -> Files:
    drawing = Drawing().ends()
    drawing.node(holder, "task", extension(f"<spiffworkflow:{tag}>a = 1</spiffworkflow:{tag}>"))
    return bundle(drawing.line("begin", "task", "finish"))


def rooted(xml: str) -> Files:
    drawing = simple()
    drawing.roots = xml
    return bundle(drawing)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.bpmn", "x")
    return buffer.getvalue()


def fan(width: int) -> bytes:
    nodes = "".join(f'<bpmn:scriptTask id="s{n}"/>' for n in range(width))
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="s{n}" targetRef="s{(n * 7) % width}"/>'
        for n in range(width)
    )
    return (
        f'{HEAD}<bpmn:process id="main">{nodes}{flows}</bpmn:process></bpmn:definitions>'.encode()
    )


def conditions(count: int) -> bytes:
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="a" targetRef="b"><bpmn:conditionExpression>'
        f"score{n} &lt; {n} and kind{n} in (1, 2, 3)</bpmn:conditionExpression></bpmn:sequenceFlow>"
        for n in range(count)
    )
    return f'{HEAD}<bpmn:process id="main">{flows}</bpmn:process></bpmn:definitions>'.encode()


WHOLE: dict[str, Files] = {
    "pre_script": hidden("preScript"),
    "post_script": hidden("postScript"),
    "script_on_service": hidden("preScript", "serviceTask"),
    "unit_tests": hidden("unitTests"),
    "correlation": rooted('<bpmn:correlationProperty id="c" name="c"/>'),
    "data_store_script": rooted('<bpmn:globalScriptTask id="g"/>'),
    "zip_renamed": bundle(simple()) | {"main.bpmn": zipped()},
    "html_renamed": bundle(simple()) | {"main.bpmn": b"<html><script>alert(1)</script></html>"},
    "binary": bundle(simple()) | {"main.bpmn": os.urandom(5000)},
    "empty": bundle(simple()) | {"main.bpmn": b""},
    "external_entity": bundle(simple())
    | {"main.bpmn": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'},
    "billion_laughs": bundle(simple())
    | {"main.bpmn": b'<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'},
    "deep": bundle(simple()) | {"main.bpmn": b"<a>" * 5000 + b"</a>" * 5000},
    "wide_fan": bundle(simple()) | {"main.bpmn": fan(5000)},
    "many_conditions": bundle(simple()) | {"main.bpmn": conditions(4000)},
    "wide_attribute": rooted(f'<bpmn:message id="{"m" * 100_000}" name="x"/>'),
    "escaping_id": rooted('<bpmn:message id="a&quot;&gt;&lt;script&gt;" name="x"/>'),
    "settings_bomb": bundle(simple(), toml="a = " + "[" * 50_000),
    "settings_digits": bundle(simple(), toml="a = " + "9" * 5000),
    "settings_key": bundle(simple(), toml=".".join(["a"] * 49_000) + " = 1"),
    "settings_quotes": bundle(simple(), toml=".".join([r'"\""'] * 19_000) + " = 1"),
    "settings_slashes": bundle(simple(), toml='"\\' * 40_000),
    "settings_path": bundle(simple(), toml='key = "../../etc"\nmain = "../main"'),
    "form_bomb": bundle(simple(), note=b'{"components":' + b"[" * 100_000),
    "form_deep": bundle(simple(), note=b'{"components":[' + b'{"type":"group","components":[' * 200
                        + b"]}" * 200 + b"]}"),
    "form_pattern": bundle(simple(), note=form(text_field("a", validate={"pattern": "(a*)*$"}))),
    "text_loop": bundle(simple()) | {"texts/a.txt": b"{% for a in range(9) %}{% endfor %}"},
    "text_globals": bundle(simple()) | {"texts/a.txt": b"{{ self.__init__.__globals__ }}"},
    "dmn_dtd": bundle(simple()) | {"a.dmn": b"<!DOCTYPE a><a/>"},
    "dmn_garbage": bundle(simple()) | {"a.dmn": b"\x00\x01"},
    "no_rest": in_timer("R/PT0S"),
    "calls_itself": bundle(Drawing().ends().line("begin", "finish")) | {
        "main.bpmn": (lambda d: (d.call("go", "main"), d.line("begin", "go", "finish"))[1])(
            Drawing().ends()
        ).xml()
    },
    "message_payload": (lambda d: bundle(d.line("begin", "throw", "finish")))(
        (lambda d: (d.node("intermediateThrowEvent", "throw", message("m").replace(
            "/>", ">" + extension(
                "<spiffworkflow:messagePayload>__import__('os')</spiffworkflow:messagePayload>"
            ) + "</bpmn:messageEventDefinition>")), d)[1])(Drawing().ends().message("m"))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_hostile_files_are_refused_in_bounded_time(name: str) -> None:
    started = time.monotonic()
    found = check(WHOLE[name])
    assert time.monotonic() - started < SECONDS
    assert has_errors(found)
    assert all(finding.sentence and finding.mend for finding in found)


PIECES = st.sampled_from(
    ["", "<", ">", '"', "&amp;", "bpmn:", "userTask", "id=", "begin", "</bpmn:process>", "\u202e",
     "x" * 300, "=", "(", "null", "task", "\x00", "{", "}"]
)  # fmt: skip
SOURCE = choice().xml().decode()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOURCE)), st.integers(0, 30), PIECES), max_size=4))
def test_a_mangled_diagram_never_breaks_the_check(cuts: list[tuple[int, int, str]]) -> None:
    text = SOURCE
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    files = bundle(simple()) | {"main.bpmn": text.encode()}
    found = check(files)
    assert all(finding.sentence for finding in found)
    if not has_errors(found):
        assert Definition.compile(Bundle.from_files(files)).specification.main == "main"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "key", "label", "values", "value", "components", "validate",
                         "conditional", "hide", "properties", "layout", "path", "pattern"])
        | st.text(max_size=5),
        inner | st.sampled_from(["group", "dynamiclist", "radio", "number", "textfield", "=a > 1"]),
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(JSON, max_size=4))
def test_a_mangled_form_never_breaks_the_check(components: list[object]) -> None:
    data = form(*components)
    assert isinstance(check(bundle(simple(), note=data)), list)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["main.bpmn", "a.dmn", "forms/note.form",
                                                 "texts/a.txt", "bundle.toml", "odd"]))  # fmt: skip
def test_any_bytes_in_any_file_are_answered(data: bytes, path: str) -> None:
    assert isinstance(check(bundle(simple()) | {path: data}), list)
