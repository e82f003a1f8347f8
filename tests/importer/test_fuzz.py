"""Damaged files: whatever is missing or moved, the importer answers, soon and in words."""

from __future__ import annotations

import random
import time

import pytest
from lxml import etree

from tests.importer.materials import FILES, NAMES
from workflows.definitions.reading import read_xml
from workflows.errors import DefinitionRefused
from workflows.importing import import_bundle, import_bytes

ROUNDS = 6
WORDS = (
    "", "${", "#{a.b(c)}", "=", "R/PT0S", "x" * 300, "请假\u202e", "__class__", "1e999", "${a[",
    "End", "a b", "-1", "${((((((((((a))))))))))}", "null",
)  # fmt: skip


def damaged(root: etree._Element, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 8)):
        elements = [one for one in root.iter() if one.getparent() is not None]
        if not elements:
            break
        element = dice.choice(elements)
        match dice.randrange(6):
            case 0:
                element.getparent().remove(element)
            case 1 if element.attrib:
                del element.attrib[dice.choice(list(element.attrib))]
            case 2 if element.attrib:
                element.set(dice.choice(list(element.attrib)), dice.choice(WORDS[:6] + WORDS[7:]))
            case 3:
                element.text = dice.choice(WORDS)
            case 4:
                other = dice.choice(elements)
                if other is not element and other not in list(element.iterancestors()):
                    element.append(other)
            case 5:
                element[:] = dice.sample(list(element), len(element))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_answered(name: str) -> None:
    dice = random.Random(name)
    for _ in range(ROUNDS):
        data = damaged(read_xml((FILES / name).read_bytes()), dice)
        began = time.monotonic()
        try:
            result = import_bytes("damaged.bpmn", data)
        except DefinitionRefused:
            continue
        finally:
            assert time.monotonic() - began < 10
        errors = [one for one in result.findings if one.severity == "error"]
        assert result.status == 1 or not errors
        for path in result.files:
            if path.endswith(".bpmn"):  # what was made once is never changed again
                again = import_bundle(result.files, path)
                assert dict(again.files) == dict(result.files)
                assert again.report.lines == []
