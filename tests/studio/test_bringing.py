"""Files of other products in the studio: a draft, its report, and walking through it."""

from __future__ import annotations

import io
from pathlib import Path

from sqlalchemy import select

from models.audit import AuditEntry
from models.bundle_drafts import BundleDraft
from models.imports import ImportLine
from tests.pages.reader import Reader
from tests.pages.town import Town
from workflows.definitions.archive import pack, unpack
from workflows.definitions.bundle import files_of_folder

FOLDER = Path(__file__).parents[1] / "importer/sets/flowable_leave"
FILES = files_of_folder(FOLDER)


def brought(admin: Reader, files: dict[str, bytes], *, zipped: bool = False) -> str:
    sent = {"set.zip": pack(files)} if zipped else files
    data = {"files": [(io.BytesIO(content), name) for name, content in sent.items()]}
    answer = admin.post("/studio/drafts", data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_foreign_process_becomes_a_draft_with_its_report(town: Town, admin: Reader) -> None:
    address = brought(admin, FILES)
    assert address.endswith("/import")
    page = admin.get(address)
    assert "Activiti / Flowable" in page.words
    assert "notify_leader_listener" in page.words
    assert "监听器" in page.words  # the report speaks Chinese
    assert "/draw/leaveApproval.bpmn#leader" in page.text
    assert "/form/forms/leave-request.form" in page.text
    draft = address.removesuffix("/import")
    assert "导入报告" in admin.get(draft).words
    original = admin.client.get(f"{address}/original.zip").data
    assert unpack(original) == FILES
    marks = admin.client.get(f"{address}/picture/leaveApproval.bpmn").json["marks"]
    assert {one["element"]: one["mark"] for one in marks}["leader"] == "todo"
    assert all(one["href"].startswith("#line-") for one in marks)
    admin.post("/language", {"language": "en"})
    assert "The listener" in admin.get(address).words


def test_a_line_is_dealt_with_and_stays_so(town: Town, admin: Reader) -> None:
    address = brought(admin, FILES, zipped=True)
    with town.city.database.reading() as session:
        lines = session.scalars(select(ImportLine).order_by(ImportLine.number)).all()
    line = next(one for one in lines if one.severity == "todo" and not one.rule)
    row = admin.post(f"{address}/{line.number}", {"dealt": "1"}, headers={"HX-Request": "true"})
    assert "process_admin某" in row.text
    assert f'id="line-{line.number}"' in row.text
    page = admin.get(address)
    assert page.all(f"//li[@id='line-{line.number}']//input[@type='checkbox'][@checked]")
    assert admin.post(f"{address}/{line.number}", {}).status_code == 303
    assert not admin.get(address).all("//input[@type='checkbox'][@checked]")
    admin.get(f"{address}/picture/nothing.bpmn", status=404)
    assert admin.post(f"{address}/9999", {"dealt": "1"}).status_code == 404
    with town.city.database.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["import_line_dealt_with", "import_line_opened_again"]


def test_what_the_check_no_longer_finds_is_mended(town: Town, admin: Reader) -> None:
    address = brought(admin, FILES)
    assert admin.get(address).all("//li[contains(@class, 'import-found')]")
    with town.city.database.reading() as session:
        diagram = unpack(session.scalars(select(BundleDraft)).one().archive)["leaveApproval.bpmn"]
    mended = diagram.replace(b'id="notify_leader_listener"', b'id="count"').replace(
        b"<spiffworkflow:parameters/>",
        b'<spiffworkflow:parameters><spiffworkflow:parameter id="what" type="string"'
        b' value="&quot;leave&quot;"/></spiffworkflow:parameters>',
    )
    data = {"files": (io.BytesIO(mended), "leaveApproval.bpmn"), "revision": "1"}
    draft = address.removesuffix("/import")
    answer = admin.post(f"{draft}/files", data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    page = admin.get(address)
    assert page.all("//li[contains(@class, 'import-no_longer')]")
    assert not page.all("//li[contains(@class, 'import-found')]")


def test_what_cannot_be_read_is_refused_in_words(town: Town, admin: Reader) -> None:
    hostile = {
        "x.bpmn": b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>',
        "page.bpmn": b"<html/>",
        "notes.txt": b"nothing",
        "deep.bpmn": b"<a>" * 100 + b"</a>" * 100,
    }
    for name, content in hostile.items():
        data = {"files": (io.BytesIO(content), name)}
        answer = admin.post("/studio/drafts", data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "BPMN" in answer.text or "DTD" in answer.text or "层" in answer.text
    with town.city.database.reading() as session:
        assert session.scalars(select(BundleDraft)).all() == []


def test_evil_names_are_words_on_the_report(town: Town, admin: Reader) -> None:
    evil = "&lt;img src=x onerror=alert(1)&gt;{{7*7}}"
    files = {
        path: data.replace("部门领导审批".encode(), evil.encode()).replace(
            b"cn.example.NotifyLeaderListener", b"&lt;script&gt;alert(1)&lt;/script&gt;"
        )
        for path, data in FILES.items()
    }
    page = admin.get(brought(admin, files))  # the reader refuses inline code
    assert "<img src=x" not in page.text
    assert "<script>alert" not in page.text
    assert "{{7*7}}" in page.words


def test_only_admins_bring_and_deal(town: Town) -> None:
    clerk = Reader(town.app).sign_in("dispatcher")
    data = {"files": (io.BytesIO(b"<a/>"), "x.bpmn")}
    answer = clerk.post("/studio/drafts", data, content_type="multipart/form-data")
    assert answer.status_code == 403
