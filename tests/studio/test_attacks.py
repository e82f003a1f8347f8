"""What editors and plays are sent by somebody who means harm: a refusal, and nothing of it kept."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select
from werkzeug.test import TestResponse

from models.bundle_drafts import BundleDraft
from models.people import Person, Position
from models.tables import ProcessVersion, Unit
from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, HASH, Town
from tests.studio.test_drafts import LONGER, tried, uploaded
from workflows.actions import approvals, bundle_drafts
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
        for what in ("compare", "presence", "preview"):
            found = desk.ask(what, path=path, opened="", who="")
            assert found.status_code in (200, 404, 422), (what, path)
    assert desk.ask("findings", path=NAMES[-1]).status_code == 422
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


def test_who_watches_in_a_county_sees_no_case_of_the_city(town: Town) -> None:
    case = town.submit("城里的一件")
    with town.city.database.transaction() as session:
        unit = session.scalars(select(Unit.id).where(Unit.key == "north")).one()
        row = {"login": "far", "name": "远某", "password_hash": HASH}
        person = session.scalars(insert(Person).returning(Person.id), [row]).one()
        session.execute(insert(Position).values(person_id=person, unit_id=unit, role="supervisor"))
    reader = Reader(town.app).sign_in("far")
    at, watch = f"/cases/{case.case_id}", "/studio/errand/watch"
    for address in (at, f"{at}/path", f"{at}/path/1", f"{at}/path/diagrams/1/errand"):
        assert reader.client.get(address).status_code == 404, address
    for part in ("", "/cases", "/times", "/ways", "/versions"):
        page = reader.client.get(watch + part)
        assert page.status_code == 200, part
        assert case.number not in page.text, part
        assert "城里的" not in page.text, part
        assert '"text": "1"' not in page.text, "not even that there is one"
    for address in (f"{at}/repair", "/incidents", "/repair", "/studio/errand", "/studio/errand/v1"):
        assert reader.client.get(address).status_code == 403, address


def test_an_approval_is_for_the_draft_that_was_looked_at_and_while_the_asker_may_deploy(
    town: Town, admin: Reader
) -> None:
    admin.post("/studio/second-person", {"reason": "四眼原则"})
    address = uploaded(admin, LONGER)
    tried(town)
    admin.post(f"{address}/ask", {"revision": "1", "over": "1", "reason": "试行"})
    other = bundle_drafts.begin(town.city, SYSTEM, FILES, name="别的", now=town.clock())
    second = Reader(town.app).sign_in("second_admin")
    with town.city.database.reading() as session:
        ((request, _),) = approvals.waiting(session)
        asker = request.asked_by_id
    for what in ("approve", "send-back"):
        sent = {"request": str(request.id), "remark": "x"}
        said = second.post(f"/studio/errand/d{other}/{what}", sent)
        assert said.status_code in (303, 404)
    with town.city.database.transaction() as session:
        assert len(approvals.waiting(session)) == 1
        session.execute(delete(Position).where(Position.person_id == asker))
    assert second.post(f"{address}/approve", {"request": str(request.id)}).status_code == 409
    assert admin.client.get("/studio/").status_code == 403
    with town.city.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProcessVersion)) == 1


def test_names_in_a_draft_are_words_on_every_page(town: Town, admin: Reader) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    said = evil.replace("<", "&lt;").encode()
    diagram = FILES["errand.bpmn"].replace("审核受理".encode(), said)
    files = {**FILES, "errand.bpmn": diagram}
    draft = bundle_drafts.begin(town.city, SYSTEM, files, name=evil, now=town.clock())
    at = f"/studio/errand/d{draft}"
    for page in (
        "", "/draw/errand.bpmn", "/form/forms/review.form", "/settings", "/raw/errand.bpmn",
        "/files/errand.bpmn",
    ):  # fmt: skip
        found = admin.client.get(at + page)
        assert found.status_code == 200, page
        assert "<img src=x" not in found.text, page
        assert "private" in found.headers["Cache-Control"]
        assert "script-src 'self';" in found.headers["Content-Security-Policy"]
