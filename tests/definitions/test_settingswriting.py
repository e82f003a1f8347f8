"""bundle.toml with other values: what people wrote around them stays."""

from __future__ import annotations

import pytest

from tests.browser.company import BUNDLE
from workflows.definitions.bundle import read_toml
from workflows.definitions.settingswriting import rewritten
from workflows.errors import DefinitionRefused

TEXT = """# the whole process
key = "seal"  # never changes
title = "用印"
own = 3
[lanes]
"科室" = "handler"  # everybody
[[stages]]
key = "a"
title = "受理"
note = "kept"
[[stages]]
key = "b"
title = "办理"
"""


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in BUNDLE.parent.glob("*/bundle.toml"))
)
def test_the_same_values_change_no_byte(folder: object) -> None:
    content = (folder / "bundle.toml").read_text()
    assert rewritten(content, read_toml("bundle.toml", content.encode())) == content


def test_comments_and_lines_of_ones_own_stay() -> None:
    stages = [{"key": "b", "title": "办"}, {"key": "c", "title": "归档", "title_en": "Archive"},
              {"key": "a", "title": "受理"}]  # fmt: skip
    written = rewritten(
        TEXT, {"title": "用印审批", "owner": "办公室", "lanes": {"科室": "head", "窗口": "clerk"},
               "started_by": ["clerk"], "stages": stages}
    )  # fmt: skip
    found = read_toml("bundle.toml", written.encode())
    assert (found["title"], found["owner"]) == ("用印审批", "办公室")
    assert found["lanes"] == {"科室": "head", "窗口": "clerk"}
    assert [one["key"] for one in found["stages"]] == ["b", "c", "a"]
    assert found["stages"][2] == {"key": "a", "title": "受理", "note": "kept"}
    for kept in ("# the whole process", "# never changes", "# everybody", "own = 3"):
        assert kept in written


def test_lists_keep_their_order() -> None:
    lists = 'started_by = ["clerk", "enterprise", "head"]\n'
    written = rewritten(lists, {"started_by": ["enterprise", "clerk", "leader"]})
    assert written == 'started_by = ["clerk", "enterprise", "leader"]\n'
    assert rewritten(lists, {"started_by": ["head", "clerk", "enterprise"]}) == lists
    columns = '[case]\nkind = "kind"  # kept\ntitle = "name"\n'
    assert rewritten(columns, {"case": {"title": "name", "kind": "kind"}}) == columns


def test_an_empty_value_takes_its_line_away_and_what_is_no_toml_is_refused() -> None:
    assert "title" not in read_toml("bundle.toml", rewritten(TEXT, {"title": ""}).encode())
    with pytest.raises(DefinitionRefused, match="not TOML"):
        rewritten("key = ", {"title": "x"})
