from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from workflows.definitions import texts
from workflows.definitions.texts import Text, TextFailed
from workflows.errors import DefinitionRefused


def written(source: str, **values: object) -> str:
    return Text.parse("letter", source.encode()).render(values).body


def test_a_letter_has_a_subject_and_a_body() -> None:
    text = Text.parse("letter", "# 您的诉求 {{ number }} 已受理\n\n{{ name }}：\n正文".encode())
    rendered = text.render({"number": "ZTC1", "name": "某公司"})
    assert rendered.subject == "您的诉求 ZTC1 已受理"
    assert rendered.body == "某公司：\n正文"
    assert text.names == {"number", "name"}


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("{{ on | date }}", {"on": date(2024, 3, 8)}, "2024年3月8日"),
        ("{{ on | date }}", {"on": "2024-03-08"}, "2024年3月8日"),
        ("{{ on | date_en }}", {"on": date(2024, 3, 8)}, "8 March 2024"),
        ("{{ at | time }}", {"at": datetime(2024, 3, 8, 16, 5, tzinfo=UTC)}, "2024年3月9日00:05"),
        ("{{ amount | number }}", {"amount": Decimal("120000000.50")}, "120,000,000.50"),
        ("{{ units | join }}", {"units": ["甲", "乙"]}, "甲、乙"),
        ("{{ nothing }}|{{ nothing.more }}|{{ none }}", {"none": None}, "||"),
        ("{{ nothing | default('-') }}", {}, "-"),
        ("{% if a == 1 %}x{% else %}y{% endif %}", {"a": 1}, "x"),
        ("{% for one in all %}{{ loop.index }}{{ one.what }} {% endfor %}",
         {"all": [{"what": "a"}, {"what": "b"}]}, "1a 2b "),
        ("<b>{{ name }}</b>", {"name": "<script>"}, "<b><script></b>"),
    ],
)  # fmt: skip
def test_what_templates_can_say(source: str, values: dict[str, object], expected: str) -> None:
    assert written(source, **values) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ x.__init__.__globals__ }}",
        "{{ x['__class__'] | attr('y') }}",
        "{{ range(10) }}",
        "{{ x() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% set x = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'other' %}",
        "{% extends 'other' %}",
        "{% import 'os' as os %}",
        "{{ x | pprint }}",
        "{{ x | safe }}",
        "{{ x | center(1000000) }}",
        "{% for a in x recursive %}{{ loop(x) }}{% endfor %}",
        "{% for a in x %}{% for b in x %}{% for c in x %}{% for d in x %}{% endfor %}{% endfor %}"
        "{% endfor %}{% endfor %}",
        "{{ '%s' % x }}",
        "{{ x",
        "{{ x.format(y) }}",
        "(" * 50 + "{{ " + "(" * 5000,
    ],
)
def test_what_templates_cannot_say(source: str) -> None:
    with pytest.raises(DefinitionRefused):
        Text.parse("letter", source.encode())


def test_subscripts_cannot_reach_behind_values() -> None:
    assert written("{{ x['__class__'] }}", x={}) == ""
    assert written("{{ x['_y'] }}", x={"_y": 1}) == "1"


def test_a_text_that_grows_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "RENDERED_CHARACTERS", 100)
    with pytest.raises(TextFailed):
        written("{% for a in x %}{{ a }}{% endfor %}", x=["abc"] * 100)


def test_a_text_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "RENDER_SECONDS", -1.0)
    with pytest.raises(TextFailed):
        written("{{ x }}", x=1)


def test_a_value_that_does_not_fit_is_said_in_words() -> None:
    with pytest.raises(TextFailed) as failed:
        written("{{ x + 1 }}", x="a")
    assert "letter" in failed.value.text()
