from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.definitions.drawing import form as written
from tests.definitions.drawing import outcome, text_field
from workflows.definitions.forms import Form, Option
from workflows.definitions.values import SHANGHAI
from workflows.errors import DefinitionRefused

UNITS = {
    "departments": (Option(value="land", label="自然资源局"), Option(value="tax", label="税务局"))
}


def made(*components: dict[str, object]) -> Form:
    return Form.parse(written(*components))


def one(component: dict[str, object], *texts: str, **more: object) -> object:
    """Return what one field makes of what was sent: its value, or the message."""
    form = made({"label": "x", "key": "x", **component})
    cleaned = form.clean({"x": list(texts)}, **more)
    if cleaned.errors:
        return cleaned.errors["x"].text()
    return cleaned.values.get("x")


REQUIRED = "Please fill in this field."


@pytest.mark.parametrize(
    ("component", "sent", "expected"),
    [
        ({"type": "textfield"}, [" 公交站 "], "公交站"),
        ({"type": "textfield"}, [""], None),
        ({"type": "textfield", "validate": {"required": True}}, ["  "], REQUIRED),
        ({"type": "textfield", "validate": {"required": True}}, [], REQUIRED),
        ({"type": "textfield", "validate": {"minLength": 3}}, ["ab"],
         "Enter at least 3 characters."),
        ({"type": "textfield", "validate": {"maxLength": "3"}}, ["abcd"],
         "Enter at most 3 characters."),
        ({"type": "textfield"}, ["a" * 501], "Enter at most 500 characters."),
        ({"type": "textfield"}, ["a\x00b"], "The text holds characters that cannot be stored."),
        ({"type": "textfield", "validate": {"pattern": "^[0-9]{3}$"}}, ["12"],
         "This entry does not have the expected form."),
        ({"type": "textfield", "validate": {"pattern": "^[0-9]{3}$"}}, ["123"], "123"),
        ({"type": "textfield", "validate": {"validationType": "email"}}, ["a@b"],
         "Enter an e-mail address, such as name@example.com."),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, ["0752 1234567"],
         "0752 1234567"),
        ({"type": "textarea"}, ["one\r\ntwo"], "one\ntwo"),
        ({"type": "number"}, ["１，２００．５"], Decimal("1200.5")),
        ({"type": "number"}, ["1,200"], Decimal(1200)),
        ({"type": "number"}, ["1e5"], "Enter a number."),
        ({"type": "number"}, ["NaN"], "Enter a number."),
        ({"type": "number", "decimalDigits": 0}, ["1.5"], "Enter a whole number."),
        ({"type": "number", "decimalDigits": 0}, ["1.0"], Decimal("1.0")),
        ({"type": "number", "decimalDigits": 2}, ["1.005"], "Enter at most 2 decimal places."),
        ({"type": "number", "validate": {"min": 0, "max": 100}}, ["101"], "Enter 100 or less."),
        ({"type": "number", "validate": {"min": "0.5"}}, ["0.4"], "Enter 0.5 or more."),
        ({"type": "number", "validate": {"min": 0, "max": 100}}, ["0"], Decimal(0)),
        ({"type": "checkbox"}, ["true"], True),
        ({"type": "checkbox"}, [], False),
        ({"type": "checkbox", "validate": {"required": True}}, [], REQUIRED),
        ({"type": "datetime", "subtype": "date"}, ["2024-03-08"], date(2024, 3, 8)),
        ({"type": "datetime", "subtype": "date"}, ["2024-02-30"],
         "Enter a date, such as 2024-03-08."),
        ({"type": "datetime", "subtype": "date"}, ["0001-01-01"],
         "The year of this date cannot be right."),
        ({"type": "datetime", "subtype": "time"}, ["14:30"], time(14, 30)),
        ({"type": "datetime", "subtype": "datetime"}, ["2024-03-08T14:30"],
         datetime(2024, 3, 8, 14, 30, tzinfo=SHANGHAI)),
        ({"type": "filepicker"}, ["a", "b"], "Attach at most 1 files."),
        ({"type": "filepicker", "multiple": True}, ["a", "b", "a"], ["a", "b"]),
        ({"type": "filepicker", "validate": {"required": True}}, [], REQUIRED),
    ],
)  # fmt: skip
def test_a_field_types_and_judges(component, sent, expected) -> None:
    assert one(component, *sent) == expected


CHOICE = {"values": [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]}


@pytest.mark.parametrize(
    ("kind", "sent", "expected"),
    [
        ("radio", ["a"], "a"),
        ("radio", ["c"], "Choose from the list."),
        ("select", ["b"], "b"),
        ("checklist", ["b", "a", "b"], ["b", "a"]),
        ("taglist", ["a", "x"], "Choose from the list."),
        ("taglist", [], []),
    ],
)
def test_choices_take_listed_values_only(kind, sent, expected) -> None:
    assert one({"type": kind, **CHOICE}, *sent) == expected


def test_option_lists_are_delivered() -> None:
    field = {"type": "select", "valuesKey": "departments"}
    assert one(field, "land", options=UNITS) == "land"
    assert one(field, "nowhere", options=UNITS) == "Choose from the list."
    assert one(field, "land") == "Choose from the list."


def test_past_dates_are_refused_where_the_form_says_so() -> None:
    field = {"type": "datetime", "subtype": "date", "disallowPassedDates": True}
    today = date(2024, 3, 8)
    assert one(field, "2024-03-07", today=today) == "Choose today or a later date."
    assert one(field, "2024-03-08", today=today) == today


# ------------------------------------------------------------------------------- conditions


def conditional() -> Form:
    return made(
        text_field("kind"),
        {
            "type": "group",
            "label": "土地",
            "conditional": {"hide": '=kind != "land"'},
            "components": [text_field("plot", validate={"required": True})],
        },
        text_field("area", conditional={"hide": "=plot = null"}, validate={"required": True}),
    )


def test_a_hidden_field_is_dropped_and_not_required() -> None:
    cleaned = conditional().clean({"kind": ["water"], "plot": ["7"], "area": ["3"]})
    assert cleaned.ok
    assert cleaned.values == {"kind": "water"}


def test_a_shown_field_is_required_and_hides_what_depends_on_it() -> None:
    cleaned = conditional().clean({"kind": ["land"]})
    assert set(cleaned.errors) == {"plot"}
    cleaned = conditional().clean({"kind": ["land"], "plot": ["7"]})
    assert set(cleaned.errors) == {"area"}


def test_conditions_read_earlier_values() -> None:
    form = made(text_field("reason", conditional={"hide": "=urgent != true"}))
    assert form.clean({"reason": ["x"]}, context={"urgent": True}).values == {"reason": "x"}
    assert form.clean({"reason": ["x"]}, context={}).values == {}


def test_conditions_that_chase_each_other_come_to_rest() -> None:
    form = made(
        text_field("a", conditional={"hide": "=b != null"}),
        text_field("b", conditional={"hide": "=a != null"}),
    )
    assert form.clean({"a": ["1"], "b": ["2"]}).ok


def test_readonly_fields_keep_the_earlier_value() -> None:
    form = made(text_field("number", readonly=True), text_field("off", disabled=True))
    cleaned = form.clean({"number": ["forged"], "off": ["x"]}, context={"number": "ZTC1"})
    assert cleaned.values == {"number": "ZTC1"}


# ------------------------------------------------------------------------------- lists


def measures(**more: object) -> Form:
    inner = [
        text_field("what", validate={"required": True}),
        {"type": "datetime", "key": "due", "label": "期限", "subtype": "date"},
        text_field("why", conditional={"hide": '=what != "other"'}),
    ]
    return made(
        {"type": "dynamiclist", "path": "measures", "label": "措施", "components": inner, **more}
    )


def test_a_repeating_list_gives_rows_and_errors_by_name() -> None:
    cleaned = measures().clean(
        {
            "measures-0-what": ["other"],
            "measures-0-why": ["因为"],
            "measures-2-what": ["pave"],
            "measures-2-due": ["2024-05-01"],
            "measures-2-why": ["hidden"],
            "measures-3-what": [""],
            "measures-5-due": ["2024-06-01"],
            "measures-6-due": ["soon"],
        }
    )
    assert cleaned.values["measures"][:2] == [
        {"what": "other", "why": "因为"},
        {"what": "pave", "due": date(2024, 5, 1)},
    ]
    assert cleaned.errors == {
        "measures-5-what": REQUIRED,
        "measures-6-due": "Enter a date, such as 2024-03-08.",
        "measures-6-what": REQUIRED,
    }


def test_a_list_has_a_bounded_number_of_rows() -> None:
    raw = {f"measures-{number}-what": ["x"] for number in range(300)}
    cleaned = measures().clean(raw)
    assert cleaned.errors["measures"].text() == "Enter at most 200 entries."


def test_a_hidden_list_is_dropped_with_its_errors() -> None:
    cleaned = measures(conditional={"hide": "=true"}).clean({"measures-0-due": ["soon"]})
    assert cleaned.ok
    assert cleaned.values == {}


# ------------------------------------------------------------------------------- outcomes


def reply() -> Form:
    return made(
        outcome(
            "accept", "return", "decline",
            properties={
                "accept": "转给承办部门", "accept.en": "Goes to the department",
                "accept.label.en": "Accept",
            },
        ),
        text_field("note"),
        text_field("reason", conditional={"hide": '=outcome = "accept"'},
                   validate={"required": True}),
        text_field("legal_base", conditional={"hide": '=outcome != "decline"'}),
    )  # fmt: skip


def test_outcomes_say_what_follows_and_which_fields_they_bring() -> None:
    accept, back, decline = reply().outcomes
    assert (accept.value, accept.consequence, accept.consequence_en, accept.label_en) == (
        "accept", "转给承办部门", "Goes to the department", "Accept",
    )  # fmt: skip
    assert accept.own_fields == ()
    assert back.own_fields == ("reason",)
    assert decline.own_fields == ("reason", "legal_base")
    assert back.consequence == ""


def test_fields_of_another_outcome_are_not_asked_for() -> None:
    assert reply().clean({"outcome": ["accept"]}).ok
    assert set(reply().clean({"outcome": ["decline"]}).errors) == {"reason"}


# ------------------------------------------------------------------------------- reading


def test_a_list_that_must_have_rows_is_asked_for() -> None:
    form = measures(validate={"required": True})
    assert form.clean({}).errors == {"measures": REQUIRED}
    assert form.clean({"measures-0-what": [""]}).errors == {"measures": REQUIRED}
    assert form.clean({"measures-0-what": ["pave"]}).ok
    assert measures().clean({}).ok


def test_english_and_personal_marks() -> None:
    form = made(
        text_field("phone", properties={"label.en": "Phone", "personal": "true"}),
        {
            "type": "dynamiclist",
            "path": "people",
            "components": [text_field("name", properties={"personal": "true"})],
        },
        {
            "type": "radio",
            "key": "level",
            "label": "等级",
            "values": [{"label": "好", "value": "good"}],
            "properties": {"good.en": "Good"},
        },
    )
    assert form.by_key["phone"].label_en == "Phone"
    assert form.personal_keys == {"phone", "people"}
    assert form.by_key["level"].options[0].label_en == "Good"


def test_what_the_editor_writes_besides_is_taken() -> None:
    form = made(
        {"type": "text", "text": "# 说明", "properties": {"text.en": "# Note"}},
        {"type": "separator"},
        {"type": "spacer", "height": 60},
        {"type": "button", "label": "Submit", "action": "submit"},
        {"type": "filepicker", "key": "papers", "accept": ".pdf, .jpg", "multiple": True},
    )
    assert [one.kind for one in form.everything()] == ["text", "separator", "spacer", "filepicker"]
    assert form.by_key["papers"].accept == (".pdf", ".jpg")
    assert form.file_keys == ("papers",)


@pytest.mark.parametrize(
    ("component", "reason"),
    [
        ({"type": "html", "content": "<script>"}, "not shown"),
        ({"type": "textfield", "key": "a.b"}, "cannot be the key"),
        ({"type": "textfield", "key": "__class__"}, ""),
        ({"type": "group", "path": "x", "components": []}, "group with a path"),
        ({"type": "textfield", "key": "a", "conditional": {"hide": "=a +"}}, "not FEEL"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "(a+)+$"}}, "repeats"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "(a{1,20}){1,20}$"}}, "repeats"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "(a|a)*b"}}, "repeats"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": r"(a)\1"}}, "refers back"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": ".*.*.*.*x"}}, "too many"),
        ({"type": "textfield", "key": "a", "validate": {"pattern": "["}}, "not a valid"),
        ({"type": "number", "key": "a", "validate": {"min": "x"}}, "not a number"),
        ({"type": "number", "key": "a", "validate": {"min": "1e999999"}}, "not a number"),
        ({"type": "datetime", "key": "a", "subtype": "century"}, "no kind of date"),
        ({"type": "select", "key": "a", "valuesExpression": "=x"}, "by expression"),
        ({"type": "select", "key": "a", "values": [{"value": "x"}, {"value": "x"}]}, "twice"),
        ("text", "not an object"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(component, reason) -> None:
    if reason:
        with pytest.raises(DefinitionRefused) as refused:
            made(component)
        assert reason in refused.value.reason
    else:
        assert made(component).keys == {"__class__"}


def test_keys_are_unique() -> None:
    with pytest.raises(DefinitionRefused) as refused:
        made(text_field("a"), {"type": "group", "components": [text_field("a")]})
    assert refused.value.place.element == "a"


@pytest.mark.parametrize("data", [b"", b"[]", b"nonsense", b'{"components": 3}', b"\xff\xfe\x00"])
def test_what_is_no_form_is_refused(data: bytes) -> None:
    with pytest.raises(DefinitionRefused):
        Form.parse(data)


# ------------------------------------------------------------------------------- keeping


FULL = made(
    text_field("name"),
    {"type": "number", "key": "amount", "label": "金额"},
    {"type": "checkbox", "key": "agreed", "label": "同意"},
    {"type": "datetime", "key": "on", "label": "日期", "subtype": "date"},
    {"type": "datetime", "key": "at", "label": "时刻", "subtype": "datetime"},
    {"type": "checklist", "key": "kinds", "label": "类别", **CHOICE},
    {"type": "filepicker", "key": "papers", "label": "附件", "multiple": True},
    {
        "type": "dynamiclist",
        "path": "parts",
        "label": "分项",
        "components": [
            text_field("title", validate={"required": True}),
            {"type": "number", "key": "share", "label": "份额"},
        ],
    },
)
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
NUMBERS = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)
DATES = st.dates(date(1990, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2099, 1, 1)).map(
    lambda found: found.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)
VALUES = st.fixed_dictionaries(
    {
        "agreed": st.booleans(),
        "kinds": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "papers": st.lists(WORDS, max_size=3, unique=True),
        "parts": st.lists(
            st.fixed_dictionaries({"title": WORDS}, optional={"share": NUMBERS}), max_size=3
        ),
    },
    optional={"name": WORDS, "amount": NUMBERS, "on": DATES, "at": MOMENTS},
)


@given(VALUES)
def test_values_survive_storage_and_the_browser_with_their_types(values) -> None:
    stored = FULL.to_json(values)
    assert FULL.from_json(stored) == values
    cleaned = FULL.clean(FULL.as_raw(values))
    assert cleaned.errors == {}
    assert cleaned.values == values
    for key, value in cleaned.values.items():
        assert type(value) is type(values[key])


def test_initial_values_come_from_earlier_steps_then_from_defaults() -> None:
    form = made(
        text_field("a", defaultValue="x"),
        text_field("b", defaultValue="y"),
        {"type": "number", "key": "n", "label": "n", "defaultValue": 1.5},
    )
    assert form.initial({"b": "earlier"}) == {"a": "x", "b": "earlier", "n": Decimal("1.5")}


def test_unknown_names_are_ignored() -> None:
    assert made(text_field("a")).clean({"a": ["1"], "csrf": ["2"], "a-0-b": ["3"]}).values == {
        "a": "1"
    }


# ------------------------------------------------------------------------------- schema


def test_the_schema_is_valid_and_says_the_same_as_cleaning() -> None:
    form = made(
        text_field("title", validate={"required": True, "maxLength": 5}),
        {"type": "number", "key": "amount", "label": "金额", "validate": {"min": 0}},
        {"type": "select", "key": "unit", "label": "单位", "valuesKey": "departments"},
        {"type": "datetime", "key": "on", "label": "日期", "subtype": "date"},
        text_field("more", conditional={"hide": '=title = "x"'}, validate={"required": True}),
    )
    schema = form.json_schema(UNITS)
    Draft202012Validator.check_schema(schema)
    assert schema["required"] == ["title"]
    valid = Draft202012Validator(schema)
    assert valid.is_valid({"title": "a", "amount": 1, "unit": "tax", "on": "2024-03-08"})
    assert not valid.is_valid({"title": "toolong"})
    assert not valid.is_valid({"title": "a", "amount": -1})
    assert not valid.is_valid({"title": "a", "unit": "none"})
    shown = form.json_schema(UNITS, {"title": "y"})
    assert shown["required"] == ["title", "more"]
    assert "more" not in form.json_schema(UNITS, {"title": "x"})["properties"]


def test_a_long_entry_costs_little_whatever_the_pattern() -> None:
    field = {"type": "textfield", "validate": {"pattern": "^.*.*.*x$", "maxLength": 5000}}
    started = datetime.now(SHANGHAI)
    assert one(field, "a" * 5000) == "Enter at most 500 characters."
    assert datetime.now(SHANGHAI) - started < timedelta(seconds=1)


def test_an_answer_that_was_emptied_does_not_come_back() -> None:
    form = made(text_field("opinion"), text_field("aside"))
    earlier = {"opinion": "nobody came", "aside": None}
    assert form.clean({"opinion": [""]}, context=earlier).values == {"opinion": None}
    assert form.clean({"opinion": ["done"]}, context=earlier).values == {"opinion": "done"}
    assert form.clean({"opinion": [""]}).values == {}
