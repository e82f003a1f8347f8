"""What editors and plays are sent by somebody who means harm: a refusal, and nothing of it kept."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.bundle_drafts import BundleDraft
from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, Town
from workflows.actions import bundle_drafts
from workflows.actor import SYSTEM
from workflows.definitions.archive import ArchiveRefused, pack
from workflows.definitions.bundle import files_of_folder

FILES = files_of_folder(BUNDLE)
FORM = "forms/review.form"
NAMES = (
    "../../evil.form", "/etc/evil.form", "forms/a\nb.form", "forms/\u202egpj.form", "", "x" * 300,
    "forms/a\0b.form", "forms/\ud800.form",
)  # fmt: skip
DEEP = "[" * 100_000 + "]" * 100_000


class Desk:
    """An editor's page on a draft, as a script of somebody's own would use it."""

    def __init__(self, town: Town, admin: Reader) -> None:
        draft = bundle_drafts.begin(town.city, SYSTEM, FILES, name="草稿", now=town.clock())
        self.client, self.at = admin.client, f"/studio/errand/d{draft}"
        self.headers = {"X-CSRFToken": admin.token("/account"), "Accept": "application/json"}

    def ask(self, what: str, **sent: Any) -> TestResponse:
        """Send JSON to a place of the draft."""
        body = {"path": FORM, "content": "{}", "base": "", "sitting": "s", **sent}
        return self.raw(what, json.dumps(body))

    def raw(self, what: str, body: str) -> TestResponse:
        """Send a body that says it is JSON."""
        kind = "application/json"
        return self.client.post(
            f"{self.at}/{what}", data=body, headers=self.headers, content_type=kind
        )


@pytest.fixture
def desk(town: Town, admin: Reader) -> Desk:
    """A draft of the small city's process, with somebody at it."""
    return Desk(town, admin)


def test_no_name_of_a_file_leads_out_of_a_draft(town: Town, desk: Desk) -> None:
    for path in NAMES:
        for what in ("save", "fork"):
            assert desk.ask(what, path=path).status_code == 422, (what, path)
        for what in ("compare", "findings", "presence", "preview"):
            found = desk.ask(what, path=path, opened="", who="")
            assert found.status_code in (200, 404, 422), (what, path)
    with town.city.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(BundleDraft)) == 1
    for path in NAMES[:-2]:
        with pytest.raises(ArchiveRefused):
            pack({path: b""})


def test_json_that_is_nested_without_end_is_a_bad_request(desk: Desk) -> None:
    for what in ("save", "preview", "decide", "expression", "findings", "write", "presence"):
        assert desk.raw(what, DEEP).status_code == 400, what


def test_a_form_s_conditions_share_one_allowance(desk: Desk) -> None:
    slow = "=count(for one in 1..90000 return one) < 1"
    fields = [
        {"type": "textfield", "key": f"f{n}", "label": "<b>", "conditional": {"hide": slow}}
        for n in range(40)
    ]
    form = json.dumps({"type": "default", "id": "x", "components": fields})
    before = process_time()
    shown = desk.ask("preview", content=form, opened="", who="company", entries={})
    assert process_time() - before < 1.5
    assert shown.status_code == 200
    assert "&lt;b&gt;" in shown.json["html"]
    assert "<b>" not in shown.json["html"]


def test_a_text_that_is_nested_deeply_is_refused_at_once(desk: Desk) -> None:
    for text in ("{{ a" + ".b" * 250 + " }}", "{% if a %}" * 60 + "{% endif %}" * 60):
        before = process_time()
        said = desk.ask("write", path="texts/x.txt", content=text)
        assert process_time() - before < 1
        assert "嵌套" in said.json["error"]


def test_every_post_wants_a_token_of_the_session(town: Town, admin: Reader) -> None:
    for rule in town.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or not rule.rule.startswith(
            ("/studio", "/repair", "/incidents", "/cases")
        ):
            continue
        uuid = "11111111-1111-1111-1111-111111111111"
        values = {name: uuid if f"uuid:{name}" in rule.rule else 1 for name in rule.arguments}
        with town.app.test_request_context():
            address = town.app.url_for(rule.endpoint, **values)
        for sent in ({"data": {"reason": "x"}}, {"json": {"path": "x"}}):
            said = admin.client.post(address, **sent)
            assert said.status_code == 400, address
