"""What a field asks for is told beside it, in both languages, before anything is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.actions.drawing import form
from tests.pages.reader import Reader
from tests.pages.town import Town
from webapp.language import choose
from webapp.rendering.forms import page_of
from webapp.rendering.rules import rules_in_words
from workflows.definitions.fields import Field
from workflows.definitions.forms import Form

RULES: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "textarea", "min_length": 20, "max_length": 8000}, "20 至 8000 字。", "20 to 8000"),
    ({"kind": "textarea", "min_length": 5}, "至少 5 字。", "At least 5 characters."),
    ({"kind": "textarea", "max_length": 300}, "最多 300 字。", "At most 300 characters."),
    ({"kind": "textfield", "max_length": 300}, "", ""),
    ({"kind": "textfield", "min_length": 4, "max_length": 80}, "4 至 80 字。", "4 to 80"),
    (
        {"kind": "textfield", "pattern": "^[0-9A-Z]{18}$"},
        "共 18 位。只能用数字、大写字母。",
        "Exactly",
    ),
    (
        {"kind": "textfield", "pattern": "^[0-9+() -]{5,30}$"},
        "5 至 30 字。只能用数字、空格、+ ( ) -。",
        "5 to 30 characters. Only digits, spaces, + ( ) -.",
    ),
    (
        {"kind": "filepicker", "accept": (".pdf", ".zip", ".docx")},
        "只收 PDF DOCX，每个不超过 20 MB。",
        "Only PDF DOCX, up to 20 MB each.",
    ),
    ({"kind": "textfield", "max_length": 20}, "最多 20 字。", "At most 20 characters."),
    ({"kind": "textfield", "pattern": "^(a|b)+$"}, "", ""),
    ({"kind": "textfield", "validation": "email"}, "例如 name@example.com。", "Such as name"),
    (
        {"kind": "number", "minimum": Decimal(0), "maximum": Decimal(100), "decimal_digits": 0},
        "0 至 100 之间。填整数。",
        "From 0 to 100. A whole number.",
    ),
    ({"kind": "number", "minimum": Decimal("0.5")}, "不小于 0.5。", "0.5 or more."),
    ({"kind": "datetime", "disallow_past": True}, "今天或以后的日期。", "Today or later."),
    ({"kind": "checkbox", "required": True}, "必须勾选。", "Has to be ticked."),
    ({"kind": "textarea", "min_length": 5, "readonly": True}, "", ""),
    (
        {"kind": "textfield", "properties": {"rule": "写全称", "rule.en": "In full"}},
        "写全称",
        "In full",
    ),
]


@pytest.mark.parametrize(("settings", "chinese", "english"), RULES)
def test_rules_are_put_into_words(
    town: Town, settings: dict[str, Any], chinese: str, english: str
) -> None:
    with town.app.test_request_context():
        assert rules_in_words(Field(key="x", **settings)) == chinese
    with town.app.test_request_context():
        choose("en")
        said = rules_in_words(Field(key="x", **settings))
        assert said.startswith(english) if english else said == ""


def test_the_input_is_described_by_its_rule(town: Town) -> None:
    asked = Form.parse(
        form(
            "note",
            {"type": "textarea", "key": "note", "label": "说明", "validate": {"minLength": 5}},
        )
    )
    with town.app.test_request_context():
        (node,) = page_of(asked, {}, options={}, context={}).nodes
    assert node.rule == "至少 5 字。"
    assert node.described_by == "f-note-hint"


def test_a_booking_form_tells_its_rules_before_it_is_sent(town: Town, visitor: Reader) -> None:
    page = visitor.get("/book/errand")
    told = {hint.get("id"): hint.text_content() for hint in page.all("//p[@class='hint']")}
    for name in page.all("//textarea[@maxlength]/@id"):
        assert "字" in told[f"{name}-hint"]
