"""An earlier version comes back in one action, with a reason, and leaves its trace."""

from __future__ import annotations

from sqlalchemy import select

from models.audit import AuditEntry
from models.queries.moves import running_cases
from tests.pages.reader import Page, Reader
from tests.pages.town import BUNDLE, Town
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder


def second_version(town: Town, days: bytes = b"workdays(3)") -> None:
    files = files_of_folder(BUNDLE)
    files["errand.bpmn"] = files["errand.bpmn"].replace(b"workdays(2)", days)
    deploy(town.city, SYSTEM, files, now=town.clock(), reason="受理期限放宽")


def test_new_cases_use_the_old_files_again_and_open_ones_stay(town: Town, admin: Reader) -> None:
    town.submit("第一版的诉求")
    second_version(town)
    case = town.submit()
    page = admin.get("/studio/errand/v1/back")
    assert "将成为第 3 版" in page.words
    data = {"reason": "放宽后积压更多", "over": "2"}
    answer = admin.post("/studio/errand/v1/back", data)
    assert answer.status_code == 303
    words = admin.get("/studio/errand").words
    assert "第 3 版 现行" in words
    assert "放宽后积压更多" in words
    with town.city.database.reading() as session:
        assert town.city.library.current("errand", session).number == 3
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "deployed").order_by(AuditEntry.id.desc())
        ).first()
    assert entry is not None
    assert entry.actor == "process_admin某"
    assert entry.detail["version"] == 3
    assert entry.detail["instead_of"] == 2
    assert town.open_item(case.case_id).due_at is not None
    assert "第 2 版：1" in admin.get("/studio/").words
    # The first and the third version are the same files: nothing is to be moved between them.
    assert "还有 1 件按以前的版本办理" in words
    with town.city.database.reading() as session:
        current = town.city.library.current("errand", session)
        assert [
            one for one, _ in running_cases(session, current.process_id, besides=current.version_id)
        ] == [case.case_id]


def test_a_reason_is_asked_for(town: Town, admin: Reader) -> None:
    second_version(town)
    answer = admin.post("/studio/errand/v1/back", {"reason": " ", "over": "2"})
    assert answer.status_code == 422
    assert Page(answer).all("//*[@aria-invalid]")


def test_who_did_not_see_the_newest_version_is_told(town: Town, admin: Reader) -> None:
    second_version(town)
    second_version(town, b"workdays(4)")
    answer = admin.post("/studio/errand/v1/back", {"reason": "x", "over": "2"})
    assert answer.status_code == 409
    assert "第 3 版" in Page(answer).words


def test_the_version_in_force_has_nothing_to_go_back_to(admin: Reader) -> None:
    admin.get("/studio/errand/v1/back", status=404)
