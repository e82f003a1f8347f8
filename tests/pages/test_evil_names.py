"""Markup in every name and label of a definition is shown as what it is: letters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.pages.reader import Page, Reader
from tests.pages.town import BUNDLE, Town
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder

As = Callable[[str], Reader]

EVIL = (
    "<evil-tag/onclick=alert(1)><script/src=//evil.example/x.js></script><svg/onload=alert(1)>"
    "\"'>{{7*191}}${7*191}%s%(x)s{0.__class__}"
)
IN_WORDS = (
    "**粗** [按](javascript:alert(1)) ![图](//evil.example/a.png) <iframe/src=//evil.example>"
)
ENTRIES = {
    "level": "city",
    "urgency": "normal",
    "caller": "李某",
    "outcome": "accept",
    "measures.0.what": "修",
}


def evil_files() -> dict[str, bytes]:
    """Return the made-up process with markup behind each of its Chinese words."""
    files = files_of_folder(BUNDLE)
    made = {}
    for path, data in files.items():
        text = data.decode()
        if path.endswith(".bpmn"):
            text = re.sub(r'name="([^"a-z]+)"', lambda found: _attribute(found.group(1)), text)
            text = text.replace(
                '<s:property name="stage"',
                f'<s:property name="sentence" value="{_escaped(EVIL)}"/>'
                f'<s:property name="sentence_en" value="{_escaped(EVIL)}"/>'
                f'<s:property name="name_en" value="{_escaped(EVIL)}"/>'
                '<s:property name="stage"',
            )
        elif path.endswith(".form"):
            text = json.dumps(_evil(json.loads(text)), ensure_ascii=False)
        else:
            text = re.sub(
                r'"([^"a-z]*[\u4e00-\u9fff][^"a-z]*)"',
                lambda found: json.dumps(found.group(1) + EVIL, ensure_ascii=False),
                text,
            ).replace('= "Errand"', f"= {json.dumps(EVIL)}")
        made[path] = text.encode()
    return made


def _escaped(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _attribute(name: str) -> str:
    return f'name="{_escaped(name + EVIL)}"'


def _evil(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _evil(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_evil(one) for one in value]
    if isinstance(value, str) and re.search(r"[\u4e00-\u9fff]", value):
        return value + (IN_WORDS if "**" in value else EVIL)
    return value


def hold(page: Page) -> None:
    """Hold a page against what markup in names must not become."""
    assert not page.all("//evil-tag|//iframe|//img[contains(@src, 'evil')]|//svg[@onload]")
    assert not page.all("//script[contains(@src, 'evil')]")
    assert not page.all("//a[starts-with(@href, 'javascript')]")
    assert not page.all("//*[@onclick or @onload or @onerror]")
    assert "1337" not in page.text
    assert "class &#39;" not in page.text


PLACES = {
    "dispatcher": ["/inbox", "/cases", "CASE", "TASK", "DIAGRAM"],
    "process_admin": ["/cases", "/studio/", "/studio/errand", "/studio/errand/v2", "FORM", "DRAWN"],
    "auditor": ["/cases", "CASE"],
    "supervisor": ["/supervision/", "CASE", "/statistics/"],
    "leader": ["/supervision/"],
    "company": ["/my", "MINE", "/book", "/book/errand"],
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("login", PLACES)
def test_markup_in_a_definition_is_shown_as_letters(
    town: Town, as_: As, login: str, language: str
) -> None:
    deploy(town.city, SYSTEM, evil_files(), now=town.clock(), reason="test")
    case = town.submit(title=f"公交站{EVIL}")
    reader = as_(login)
    own = {
        "CASE": f"/cases/{case.case_id}",
        "TASK": f"/tasks/{town.item_id(case.case_id)}",
        "MINE": f"/my/cases/{case.number}",
        "FORM": "/studio/errand/v2/files/forms/review.form",
        "DRAWN": "/studio/errand/v2/files/errand.bpmn",
        "DIAGRAM": f"/cases/{case.case_id}/diagrams/errand",
    }
    seen = 0
    for place in PLACES[login]:
        address = own.get(place, place)
        answer = reader.client.get(
            address, headers={"Accept-Language": language}, follow_redirects=True
        )
        assert answer.status_code == 200, address
        if place == "DIAGRAM":
            assert answer.mimetype in ("application/json", "application/xml", "text/xml")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            continue
        page = Page(answer)
        hold(page)
        seen += "evil-tag" in page.tree.text_content()
    assert seen or login in ("process_admin", "leader", "supervisor")


def test_markup_survives_the_work_on_a_task(town: Town, as_: As) -> None:
    deploy(town.city, SYSTEM, evil_files(), now=town.clock(), reason="test")
    case = town.submit()
    reader = as_("dispatcher")
    address = f"/tasks/{town.item_id(case.case_id)}"
    wrong = reader.post(address, {"outcome": "accept"}, frm=address)
    hold(Page(wrong))
    answer = reader.post(address, ENTRIES, frm=address, follow_redirects=True)
    hold(Page(answer))
    hold(Page(reader.client.get(f"/cases/{case.case_id}")))
    hold(Page(as_("company").client.get(f"/my/cases/{case.number}")))
    hold(Page(as_("registry").client.get("/inbox")))
