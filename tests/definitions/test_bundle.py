from pathlib import Path

import pytest

from tests.definitions.drawing import TOML, bundle, form, simple, text_field
from workflows.definitions.bundle import Bundle, checksum_of, files_of_folder
from workflows.errors import DefinitionRefused

STARTED = TOML.replace('main = "main"', 'main = "main"\nstart_form = "start"') + (
    '\n[case]\ntitle = "title"\nplace = "where"\n'
)


def sample() -> dict[str, bytes]:
    return bundle(simple(), toml=STARTED, start=form(text_field("title")))


def test_a_bundle_says_what_its_settings_say() -> None:
    files = sample() | {
        "texts/letter.txt": b"hello",
        "texts/letter.en.txt": b"hello",
        "scenarios/one.toml": b"",
    }
    found = Bundle.from_files(files)
    assert (found.key, found.title, found.main, found.start_form) == (
        "sample", "样例", "main", "start",
    )  # fmt: skip
    assert found.started_by == ("clerk",)
    assert found.lanes == {"窗口": "clerk", "承办": "handler"}
    assert found.case_columns == {"title": "title", "place": "where"}
    assert found.stage("work").title_en == "Work"
    assert set(found.diagrams) == {"main.bpmn"}
    assert set(found.forms) == {"start", "note"}
    assert set(found.texts) == {"letter", "letter.en"}
    assert set(found.scenarios) == {"one"}


def test_a_bundle_cannot_be_changed() -> None:
    found = Bundle.from_files(sample())
    with pytest.raises(TypeError):
        found.files["x"] = b""
    with pytest.raises(AttributeError):
        found.key = "other"


def test_the_checksum_depends_on_every_byte_and_name_and_not_on_the_order() -> None:
    files = sample()
    same = dict(reversed(files.items()))
    assert Bundle.from_files(files).checksum == Bundle.from_files(same).checksum
    assert checksum_of({"a": b"bc"}) != checksum_of({"ab": b"c"})
    assert checksum_of(files) != checksum_of(files | {"texts/x.txt": b""})


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("ZTC{year}{serial:05d}", "ZTC202400007"),
        ("{serial}", "7"),
        ("惠{year}-{serial:03d}号", "惠2024-007号"),
    ],
)
def test_case_numbers_follow_the_pattern(pattern: str, number: str) -> None:
    files = sample()
    files["bundle.toml"] = STARTED.replace("S{year}{serial:04d}", pattern).encode()
    assert Bundle.from_files(files).case_number(2024, 7) == number


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('main = "main"', 'main = "mian"', 'main names "mian"'),
        ('main = "main"', "main = 5", "main is not a text"),
        ('key = "sample"', 'key = "Sample Case"', "small letters"),
        ('title = "样例"', "", "title is missing"),
        ("S{year}{serial:04d}", "S{year.__class__}", "number pattern"),
        ("S{year}{serial:04d}", "S{serial:0999999999d}", "number pattern"),
        ("S{year}{serial:04d}", "S{year}", "number pattern"),
        ('["clerk"]', '["clark"]', 'no role "clark"'),
        ('"承办" = "handler"', '"承办" = "hander"', 'no role "hander"'),
        ('key = "work"', 'kee = "work"', "stage 1: key is missing"),
        ('start_form = "start"', 'start_form = "strat"', "forms/strat.form"),
        ('title = "title"', 'titel = "title"', 'no column "titel"'),
        ('owner = ""', "", ""),
        ('main = "main"', 'main = "main"\nowners = "x"', '"owners" is not a setting'),
        ('key = "sample"', "key = ", "not valid TOML"),
    ],
)
def test_wrong_settings_are_refused_with_their_reason(old: str, new: str, reason: str) -> None:
    files = sample() | {"bundle.toml": STARTED.replace(old, new).encode()}
    if not reason:
        assert Bundle.from_files(files).owner == ""
        return
    with pytest.raises(DefinitionRefused) as refused:
        Bundle.from_files(files)
    assert reason in refused.value.reason
    assert refused.value.place.file == "bundle.toml"
    assert refused.value.advice


def test_misspelt_names_get_the_nearest_known_one() -> None:
    files = sample() | {"bundle.toml": STARTED.replace('"clerk"', '"clark"').encode()}
    with pytest.raises(DefinitionRefused) as refused:
        Bundle.from_files(files)
    assert 'Did you mean "clerk"?' in refused.value.advice


@pytest.mark.parametrize(
    "path", ["../evil.bpmn", "run.py", "forms/x.html", "/etc/passwd", "forms/a/b.form", "x .bpmn"]
)
def test_files_without_a_place_are_refused(path: str) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        Bundle.from_files(sample() | {path: b""})
    assert refused.value.place.file == path


def test_sizes_are_capped() -> None:
    with pytest.raises(DefinitionRefused):
        Bundle.from_files(sample() | {"texts/long.txt": b"x" * 1_000_001})
    with pytest.raises(DefinitionRefused):
        Bundle.from_files(sample() | {f"texts/t{n}.txt": b"" for n in range(400)})


def test_a_folder_is_read_without_hidden_files_and_links(tmp_path: Path) -> None:
    for name, data in sample().items():
        path = tmp_path / "sample" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "sample" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "sample" / "README.md").write_bytes(b"x")
    (tmp_path / "secret.txt").write_bytes(b"x")
    (tmp_path / "sample" / "texts").mkdir()
    (tmp_path / "sample" / "texts" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert files_of_folder(tmp_path / "sample") == sample()
    assert Bundle.from_folder(tmp_path / "sample").key == "sample"


def test_a_missing_folder_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        Bundle.from_folder(tmp_path / "nowhere")
    assert "no such folder" in refused.value.reason
