"""The editors of tables, forms, texts, settings and raw files: pages, answers, refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.bundle_drafts import BundleDraft
from tests.browser.company import BUNDLE as SHIPPED
from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, Town
from workflows.actions.bundle_drafts import begin, digest
from workflows.actor import SYSTEM
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import files_of_folder
from workflows.definitions.forms import Form

TABLE = files_of_folder(SHIPPED)["returns.dmn"]
LETTER = "# 受理 {{ number }}\n{{ title }}：{{ today | date }}，{{ outcome }}\n".encode()
EVIL = "<script>alert(1)</script>"
NAMING = """<spiffworkflow:property name="notify" value="hello" />
<spiffworkflow:parameter id="text" type="any" value="&quot;hello&quot;" />
<bpmn:conditionExpression>said = "hello"</bpmn:conditionExpression>
<spiffworkflow:calledDecisionId>fees</spiffworkflow:calledDecisionId>"""
FILES = {
    **files_of_folder(BUNDLE), "returns.dmn": TABLE, "texts/hello.txt": LETTER,
    "scenarios/plain.toml": b'title = "x"\n',
}  # fmt: skip


class Desk:
    """A process admin with a draft; asks as the scripts of the editors do."""

    def __init__(self, town: Town, admin: Reader) -> None:
        self.town, self.admin = town, admin
        self.draft_id = begin(town.city, SYSTEM, FILES, name="小改", now=town.clock())
        self.here = f"/studio/errand/d{self.draft_id}"
        page = admin.get(f"{self.here}/raw/scenarios/plain.toml")
        self.file = json.loads(page.one("//script[@id='editor-file']").text)

    def ask(self, what: str, status: int = 200, **body: Any) -> Any:
        answer = self.admin.client.post(
            f"{self.here}/{what}",
            json=body,
            headers={"X-CSRFToken": self.file["token"], "Accept": "application/json"},
        )
        assert answer.status_code == status, answer.text[:800]
        return answer.json

    @property
    def files(self) -> dict[str, bytes]:
        with self.town.city.database.reading() as session:
            return dict(unpack(session.get_one(BundleDraft, self.draft_id).archive))


@pytest.fixture
def desk(town: Town, admin: Reader) -> Desk:
    return Desk(town, admin)


def test_every_file_of_a_draft_leads_to_its_editor(desk: Desk) -> None:
    page = desk.admin.get(desk.here)
    for path, editor in {
        "returns.dmn": "table/returns.dmn",
        "forms/review.form": "form/forms/review.form",
        "texts/hello.txt": "text/texts/hello.txt",
        "scenarios/plain.toml": "raw/scenarios/plain.toml",
        "bundle.toml": "settings",
    }.items():
        assert page.all(f"//a[@href='{desk.here}/{editor}']"), path
        opened = desk.admin.get(f"{desk.here}/{editor}")
        file = json.loads(opened.one("//script[@id='editor-file']").text)
        assert (file["path"], file["base"]) == (path, digest(FILES[path]))
    desk.admin.get(f"{desk.here}/table/forms/review.form", 404)
    desk.admin.get("/studio/errand/v1/form/forms/review.form", 404)


def test_a_form_is_shown_as_it_stands_in_the_editor(desk: Desk) -> None:
    form = json.loads(FILES["forms/review.form"])
    outcome = next(one for one in form["components"] if one.get("key") == "outcome")
    outcome["values"][0]["label"] = f"同意{EVIL}"
    outcomes = Form.parse(FILES["forms/review.form"]).outcomes
    value = next(one.value for one in outcomes if one.own_fields)
    body = {"path": "forms/review.form", "entries": {}, "opened": "", "who": "staff"}
    html = desk.ask("preview", content=json.dumps(form), **body)["html"]
    assert "同意&lt;script&gt;" in html
    assert EVIL not in html
    opened = desk.ask("preview", content=json.dumps(form), **{**body, "opened": value})["html"]
    assert ("outcome-open" in opened, "outcome-open" in html) == (True, False)
    said = desk.ask("preview", 422, content='{"components": [{"type": "iframe"}]}', **body)
    assert "iframe" in said["sentence"] + said["mend"]
    desk.ask("preview", 422, content="{}", **{**body, "entries": ["no"]})


def test_a_table_is_tried_in_the_words_of_the_forms(desk: Desk) -> None:
    body = {"path": "returns.dmn", "content": TABLE.decode(), "decision": "returns"}
    answer = desk.ask("decide", values={"returns": "2"}, **body)
    assert answer["rules"] == ["returns_04"]
    assert ["去向", "ruling"] in answer["results"][0]
    assert answer["asks"][1]["hint"] == "fast_track"
    told = desk.ask("decide", values={"returns": "zwei"}, **body)
    assert "退回次数" in told["error"]
    desk.ask("decide", 422, values=[], **body)


def test_a_letter_is_written_about_an_invented_case(desk: Desk) -> None:
    path = "texts/hello.txt"
    answer = desk.ask("write", path=path, content=LETTER.decode())
    assert answer["subject"].startswith("受理 ZTC")
    assert "厂门口增设公交站：" in answer["body"]
    answer = desk.ask("write", path=path, content="你好\n{% import %}")
    assert answer["error"].startswith("第 2 行不是模板")
    assert not answer["body"]


def test_settings_become_lines_of_the_file(desk: Desk) -> None:
    content = FILES["bundle.toml"].decode()
    answer = desk.ask("settings", path="bundle.toml", content=content, values={"owner": "办公室"})
    assert answer["content"] == content.replace('"直通车办"', '"办公室"', 1)
    desk.ask("settings", 422, path="bundle.toml", content=content, values={"owner": 3})
    desk.ask("settings", 422, path="other.toml", content=content, values={})


def test_files_begin_and_are_called_otherwise_where_they_are_named(desk: Desk) -> None:
    for kind, name, path in [("table", "fees", "fees.dmn"), ("form", "ask", "forms/ask.form"),
                             ("text", "hello.en", "texts/hello.en.txt")]:  # fmt: skip
        answer = desk.admin.post(
            f"{desk.here}/new-file", {"kind": kind, "name": name, "title": 'A "b" <c>'}
        )
        assert answer.headers["Location"].endswith(path)
        desk.admin.get(answer.headers["Location"])
    assert b"<text>category</text>" not in desk.files["fees.dmn"]
    begun = desk.ask("begin", kind="table", name="asked", title="规定")
    assert begun["address"].endswith("/table/asked.dmn")
    assert desk.ask("begin", kind="diagram", name="inner", title="里层")["path"] == "inner.bpmn"
    assert "小写字母" in desk.ask("begin", 422, kind="table", name="A b", title="")["sentence"]
    desk.ask("begin", 404, kind="form", name="x", title="")
    found = desk.ask("findings", path="asked.dmn", content=desk.files["asked.dmn"].decode())
    assert found["findings"] == []
    desk.admin.post(f"{desk.here}/new-file", {"kind": "form", "name": "ask"})
    assert "已有同名文件" in desk.admin.get(desk.here).text
    drawn = desk.files["errand.bpmn"].decode() + f"<!-- {NAMING} -->"
    desk.ask("save", path="errand.bpmn", content=drawn, base=digest(FILES["errand.bpmn"]),
             sitting="sitting-one")  # fmt: skip
    desk.admin.post(f"{desk.here}/rename-file", {"path": "forms/review.form", "name": "look"})
    desk.admin.post(f"{desk.here}/rename-file", {"path": "texts/hello.txt", "name": "bye"})
    desk.admin.post(f"{desk.here}/rename-file", {"path": "fees.dmn", "name": "prices"})
    files = desk.files
    assert {"forms/look.form", "texts/bye.txt", "texts/bye.en.txt", "prices.dmn"} <= files.keys()
    assert not {"forms/review.form", "texts/hello.txt", "fees.dmn"} & files.keys()
    assert b'name="form" value="look"' in files["errand.bpmn"]
    expected = NAMING.replace("fees", "prices").replace('"hello"', '"bye"', 1)
    assert expected.replace("&quot;hello", "&quot;bye") in files["errand.bpmn"].decode()
    assert b'<decision id="prices"' in files["prices.dmn"]
