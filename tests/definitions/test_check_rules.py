import re
from collections.abc import Callable

import pytest

from tests.definitions.rules import files, ways, words  # noqa: F401  (drawings register here)
from tests.definitions.rules.cases import BROKEN, SOUND, Files, check
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import RULES
from workflows.definitions.check.chinese import CHINESE as WORDS
from workflows.definitions.check.sentences import in_chinese, words_in_chinese
from workflows.definitions.definition import Definition

CHINESE = re.compile("[\u4e00-\u9fff]")


def cases(registered: dict[int, list[Callable[[], Files]]]) -> list[object]:
    return [
        pytest.param(number, draw, id=f"{number}-{draw.__name__}")
        for number, drawings in sorted(registered.items())
        for draw in drawings
    ]


@pytest.mark.parametrize(("number", "draw"), cases(BROKEN))
def test_broken_drawing_is_found_with_a_mend(number: int, draw: Callable[[], Files]) -> None:
    found = [finding for finding in check(draw()) if finding.rule == number]
    assert found
    assert all(finding.sentence and finding.mend and finding.file for finding in found)
    for finding in found:
        assert in_chinese(finding.sentence), finding.sentence
        assert CHINESE.search(finding.said("zh"))
        assert CHINESE.search(finding.mended("zh"))


@pytest.mark.parametrize(("number", "draw"), cases(SOUND))
def test_sound_drawing_is_left_alone(number: int, draw: Callable[[], Files]) -> None:
    assert [finding for finding in check(draw()) if finding.rule == number] == []


@pytest.mark.parametrize(
    "draw", sorted({d for many in SOUND.values() for d in many}, key=lambda draw: draw.__name__)
)
def test_sound_drawing_has_no_error_at_all(draw: Callable[[], Files]) -> None:
    assert [finding for finding in check(draw()) if finding.severity == "error"] == []


def test_every_rule_speaks_chinese() -> None:
    assert set(WORDS) == set(RULES)
    for rule in RULES.values():
        assert all(CHINESE.search(said) for said in rule.words("zh"))
        assert not any(CHINESE.search(said) for said in (rule.title, rule.reason))


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("no task 'a' is open; open: b, c", "没有待办的任务 'a'；此时待办：b, c"),
        ("no task 'a' is open; open: none", "没有待办的任务 'a'；此时没有待办"),
        ("the form 'a' has no field 'b'", "表单 'a' 没有字段 'b'"),
        (
            "'x + y': The expression “x + y” cannot be used: nothing declares the name “y”. "
            "Correct the expression in the diagram, decision or form.",
            "表达式 “x + y” 不能使用：没有任何地方声明名称 “y”",
        ),
    ],
)
def test_why_a_step_is_not_possible_is_said_in_chinese(said: str, chinese: str) -> None:
    assert words_in_chinese(said) == chinese


def test_every_rule_has_both_drawings() -> None:
    assert set(BROKEN) == set(RULES)
    assert set(SOUND) == set(RULES)


@pytest.mark.parametrize(
    "draw", sorted({d for many in SOUND.values() for d in many}, key=lambda draw: draw.__name__)
)
def test_what_the_check_accepts_can_be_compiled(draw: Callable[[], Files]) -> None:
    assert Definition.compile(Bundle.from_files(draw())).specification.main == "main"
