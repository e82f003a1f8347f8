import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.definitions.drawing import OF_COMPANIES, Drawing, bundle, simple
from tests.definitions.rules.cases import check
from tests.definitions.rules.files import no_xml, untyped
from tests.definitions.rules.words import ruled
from webapp.commands.definitions import check as check_command
from workflows.definitions.check import check_path, exit_status, has_errors, report
from workflows.definitions.check.handbook import handbook
from workflows.errors import DefinitionRefused

DOCS = Path(__file__).parents[2] / "docs"


def test_the_handbook_is_current() -> None:
    assert (DOCS / "check-rules.md").read_text(encoding="utf-8") == handbook()
    assert (DOCS / "check-rules.zh.md").read_text(encoding="utf-8") == handbook("zh")


def test_a_single_file_is_not_asked_for_what_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "drawing.bpmn"
    path.write_bytes(simple().xml())
    assert check_path(path) == []
    path.write_bytes(untyped()["main.bpmn"])
    assert [finding.rule for finding in check_path(path)] == [302]


def test_a_folder_is_checked_as_a_bundle(tmp_path: Path) -> None:
    for name, data in bundle(simple()).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert check_path(tmp_path) == []
    (tmp_path / "forms" / "note.form").unlink()
    assert 802 in {finding.rule for finding in check_path(tmp_path)}


@pytest.mark.parametrize("name", ["nowhere", "nowhere.bpmn", "picture.png"])
def test_what_cannot_be_read_at_all_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"x")
    with pytest.raises(DefinitionRefused):
        check_path(tmp_path / name)


def test_findings_name_the_element_and_say_what_to_do() -> None:
    (finding,) = check(untyped())
    assert (finding.file, finding.element, finding.name) == ("main.bpmn", "something", "something")
    assert finding.severity == "error"
    text = report([finding])
    assert "error 302 main.bpmn: something" in text
    assert finding.mend in text
    assert text.endswith("1 errors, 0 warnings")
    read = json.loads(report([finding], as_json=True))
    assert (read["errors"], read["warnings"]) == (1, 0)
    assert read["findings"][0]["rule"] == 302


def test_exit_status_and_errors_count_errors_only() -> None:
    assert exit_status([]) == 0
    (error,) = check(untyped())
    assert exit_status([error]) == 1
    assert has_errors([error])
    warning = next(
        f for f in check(bundle(_unsaid(), toml=OF_COMPANIES)) if f.severity == "warning"
    )
    assert exit_status([warning]) == 0
    assert exit_status(check(no_xml())) == 2


def _unsaid() -> Drawing:
    drawing = Drawing().ends()
    drawing.user("task", sentence="")
    return drawing.line("begin", "task", "finish")


def test_unknown_names_get_the_nearest_known_one() -> None:
    drawing = Drawing().ends()
    drawing.user("ask")
    drawing.script("set", "total = amuont")
    (finding,) = check(bundle(drawing.line("begin", "ask", "set", "finish")))
    assert finding.sentence.endswith('Did you mean "amount"?')


def wide(nodes: int) -> Drawing:
    """Return a diagram as large and tangled as the caps allow."""
    drawing = Drawing().ends()
    drawing.parallel("split")
    drawing.parallel("join")
    drawing.line("begin", "split").line("join", "finish")
    for number in range(nodes):
        drawing.script(f"s{number}", f"a{number} = {number}")
        drawing.line("split", f"s{number}", "join")
    return drawing


def tangled(nodes: int) -> Drawing:
    drawing = Drawing().ends()
    ids = [drawing.xor(f"g{number}", f"d{number}") for number in range(nodes)]
    drawing.flow("begin", ids[0])
    for number in range(nodes - 1):
        drawing.flow(ids[number], ids[number + 1], id=f"d{number}")
        for other in range(0, number, 60):
            drawing.flow(ids[number], ids[other], 'count_of("a") > 1')
    drawing.flow(ids[-1], "finish", id=f"d{nodes - 1}")
    return drawing


@pytest.mark.parametrize("draw", [wide, tangled])
def test_large_diagrams_are_answered_in_time(draw) -> None:
    started = time.monotonic()
    found = check(bundle(draw(220)))
    assert {finding.rule for finding in found} <= {402, 409, 601}
    assert time.monotonic() - started < 5


def test_many_names_in_a_maze_are_answered_in_time() -> None:
    started = time.monotonic()
    drawing = Drawing().ends()
    for number in range(140):
        drawing.script(f"s{number}", *(f"v{number}_{line} = 1" for line in range(40)))
        drawing.xor(f"g{number}", f"d{number}")
    drawing.flow("begin", "g0")
    for number in range(140):
        drawing.flow(f"g{number}", f"s{number}", id=f"d{number}")
        drawing.flow(f"g{number}", f"s{number * 37 % 140}", f"v{number}_1 = v{number}_2")
        drawing.flow(f"s{number}", f"g{number * 61 % 140}")
    drawing.flow("s139", "finish")
    assert check(bundle(drawing))
    assert time.monotonic() - started < 5


def test_the_report_speaks_chinese_when_asked() -> None:
    (finding,) = check(untyped())
    text = report([finding], language="zh")
    assert "错误 302 main.bpmn: something" in text
    assert "任务没有类型" in text
    assert "改成用户任务，或脚本、服务、业务规则任务。" in text
    assert text.endswith("1 个错误，0 个提醒")
    read = json.loads(report([finding], as_json=True, language="zh"))
    assert read["findings"][0]["sentence"] == "任务没有类型"


@pytest.mark.parametrize(
    ("environment", "asked", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, (), "1 个错误"),
        ({"LANG": "en_GB.UTF-8"}, (), "1 errors"),
        ({"LANG": "en_GB.UTF-8"}, ("--language", "zh"), "1 个错误"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, (), "1 errors"),
    ],
)
def test_the_command_speaks_the_language_of_its_user(
    tmp_path: Path, environment: dict[str, str], asked: tuple[str, ...], said: str
) -> None:
    path = tmp_path / "drawing.bpmn"
    path.write_bytes(untyped()["main.bpmn"])
    unset = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": None}
    ran = CliRunner().invoke(
        check_command, [str(path), *asked], env={**unset, **environment}, standalone_mode=False
    )
    assert said in ran.output


def test_an_unknown_function_of_a_decision_is_told_with_the_nearest() -> None:
    files = ruled(name="workday(amount)")
    (found,) = [one for one in check(files) if one.rule == 853]
    assert 'Did you mean "workdays"?' in found.sentence
    assert "是不是“workdays”" in found.said("zh")
