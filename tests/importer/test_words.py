"""What the importer says, in Chinese: every line, and what the check says of the bundle."""

from __future__ import annotations

import re

import pytest

from tests.importer.materials import NAMES, imported
from webapp.saying import speaker
from workflows.definitions.importer.report import Line
from workflows.definitions.messages import spoken

CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
QUOTED = re.compile(r"“.*?”(?=[^”]*(?:“|$))|<[^>]*>|\"[^\"]*\"", re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_speaks_chinese(name: str) -> None:
    say = speaker("zh")
    for line in imported(name).report.lines:
        for text in (line.sentence, "" if line.rule else line.mend):
            said = spoken(text, say)
            assert not text or CHINESE.search(said), said
            assert not ENGLISH.search(QUOTED.sub("", said)), said


def test_lines_travel_without_a_language() -> None:
    for line in imported("spiffarena/expense_python.bpmn").report.lines:
        again = Line.from_data(line.as_data())
        assert again.as_text(speaker("zh")) == line.as_text(speaker("zh"))
        assert again.as_text() == line.as_text()
