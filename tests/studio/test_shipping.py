"""A second person approves a draft; a version waits for its day."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from models.approvals import ApprovalRequest
from models.audit import AuditEntry
from models.bundle_drafts import BundleDraft
from models.database import Database
from models.people import Person
from models.processes import ProcessFile, ProcessVersion
from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, Town
from tests.studio.test_drafts import LONGER, draft_of, tried, uploaded
from workflows.actions import approvals, deployment, effective, second_person
from workflows.actions.deployment import SecondPersonNeeded, deploy
from workflows.actor import SYSTEM, Actor, Post
from workflows.definitions.bundle import files_of_folder
from workflows.errors import NotAllowed

ADMIN = Actor(name="甲", person_id=None, posts=(Post(unit_id=1, role="process_admin"),))
AHEAD = "2030-07-01"
THEN = datetime(2030, 6, 30, 16, tzinfo=UTC)


@pytest.fixture
def second(town: Town) -> Reader:
    """Another process admin, signed in."""
    return Reader(town.app).sign_in("second_admin")


def alone_no_more(town: Town, admin: Reader) -> None:
    answer = admin.post("/studio/second-person", {"reason": "四眼原则"})
    assert answer.location == "/studio/"


def asked(town: Town, admin: Reader, **more: str) -> str:
    """Ask for approval of a draft whose scenarios hold; return the draft's address."""
    address = uploaded(admin, LONGER)
    tried(town)
    # The form to ask comes with the end of the trial, to the page that is open.
    assert f'action="{address}/ask"' in admin.client.get(f"{address}/trial").text
    admin.post(f"{address}/ask", {"revision": "1", "over": "1", "reason": "试行", **more})
    return address


def request_id(town: Town) -> str:
    with town.city.database.reading() as session:
        found = approvals.newest(session, draft_of(town).id)
    assert found is not None
    return str(found.id)


def test_nobody_deploys_alone_where_a_second_person_is_asked_for(
    town: Town, admin: Reader, second: Reader
) -> None:
    alone_no_more(town, admin)
    address = asked(town, admin)
    with pytest.raises(SecondPersonNeeded):
        deploy(town.city, ADMIN, LONGER, now=town.clock(), reason="x")
    data = {"revision": "1", "over": "1", "reason": "试行"}
    assert admin.post(f"{address}/deploy", data).status_code == 409
    assert admin.post(f"{address}/approve", {"request": request_id(town)}).status_code == 403
    assert "process_admin某提请审批" in second.get("/studio/").words
    assert second.get(address).all(f"//form[@action='{address}/approve']")
    answer = second.post(f"{address}/approve", {"request": request_id(town)})
    assert answer.location == "/studio/errand"
    row = second.get("/studio/errand").one("//tbody/tr[1]").text_content()
    assert "process_admin某" in row
    assert "second_admin某批准" in row


def test_a_changed_draft_needs_a_new_request_and_one_is_sent_back_with_a_remark(
    town: Town, admin: Reader, second: Reader
) -> None:
    alone_no_more(town, admin)
    address = asked(town, admin)
    second.post(f"{address}/send-back", {"request": request_id(town), "remark": "期限太长"})
    assert "期限太长" in admin.get(address).words
    admin.post(f"{address}/ask", {"revision": "1", "over": "1", "reason": "试行"})
    number = request_id(town)
    more = {"files": (io.BytesIO("# 题\n文".encode()), "x.txt"), "revision": "1"}
    admin.post(f"{address}/files", more, content_type="multipart/form-data")
    assert second.post(f"{address}/approve", {"request": number}).status_code == 409
    assert "提请审批后草稿又有改动" in second.get(address).words


def test_an_approval_and_its_version_come_about_together(
    town: Town, admin: Reader, second: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone_no_more(town, admin)
    address = asked(town, admin)
    number = {"request": request_id(town)}

    def gone(*_: object, **__: object) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(deployment.versions, "put_in_force", gone)
        assert second.post(f"{address}/approve", number).status_code == 500
    assert number_in_force(town) == 1
    with town.city.database.reading() as session:
        assert not session.scalars(select(AuditEntry).filter_by(action="approval_given")).all()
    second.post(f"{address}/approve", number)
    assert number_in_force(town) == 2
    with town.city.database.reading() as session:
        assert session.scalars(select(AuditEntry).filter_by(action="approval_given")).one()
        assert not session.scalars(select(BundleDraft.id)).all()


def test_an_approval_after_its_day_says_that_it_takes_effect_at_once(
    town: Town, admin: Reader, second: Reader
) -> None:
    alone_no_more(town, admin)
    address = asked(town, admin, takes_effect_on=AHEAD)
    number = {"request": request_id(town)}
    assert "批准，" in second.get(address).words
    with town.city.database.transaction() as session:
        session.execute(update(ApprovalRequest).values(takes_effect_at=town.clock()))
    # The page was opened before the day came.
    assert second.post(f"{address}/approve", number).location.endswith(address)
    assert number_in_force(town) == 1
    page = second.get(address)
    assert "批准，立即生效" in page.words
    (at_once,) = page.all(f"//form[@action='{address}/approve']//input[@name='at_once']")
    second.post(f"{address}/approve", {**number, "at_once": at_once.get("value")})
    assert number_in_force(town) == 2


def test_nobody_asks_for_a_second_person_who_does_not_exist(town: Town, admin: Reader) -> None:
    with town.city.database.transaction() as session:
        session.execute(update(Person).filter_by(login="second_admin").values(active=False))
    assert not admin.get("/studio/").all("//form[@action='/studio/second-person']")
    with pytest.raises(second_person.NobodyElse):
        second_person.require_second_person(town.city, SYSTEM, True, now=town.clock(), reason="x")


def test_the_second_person_is_switched_off_on_the_server_alone(town: Town, admin: Reader) -> None:
    alone_no_more(town, admin)
    with pytest.raises(NotAllowed):
        second_person.require_second_person(town.city, ADMIN, False, now=town.clock(), reason="x")
    second_person.require_second_person(town.city, SYSTEM, False, now=town.clock(), reason="x")
    address = uploaded(admin, LONGER)
    tried(town)
    data = {"revision": "1", "over": "1", "reason": "试行"}
    assert admin.post(f"{address}/deploy", data).location == "/studio/errand"


def number_in_force(town: Town) -> int:
    with town.city.database.reading() as session:
        return town.city.library.current("errand", session).number


def test_a_version_takes_effect_on_its_day(town: Town, admin: Reader) -> None:
    address = uploaded(admin, LONGER)
    tried(town)
    data = {"revision": "1", "over": "1", "reason": "新规定"}
    for wrong in ("7月1日", "2001-01-01"):
        answer = admin.post(f"{address}/deploy", {**data, "takes_effect_on": wrong})
        assert answer.location.endswith(address)
    admin.post(f"{address}/deploy", {**data, "takes_effect_on": AHEAD})
    assert number_in_force(town) == 1
    assert "2030年7月1日" in admin.get("/studio/errand").words
    admin.get("/studio/errand/v2/back", status=404)
    assert effective.take_effect(town.city, now=THEN - timedelta(seconds=1)) == 0
    assert effective.take_effect(town.city, now=THEN) == 1
    assert effective.take_effect(town.city, now=THEN) == 0
    assert number_in_force(town) == 2
    assert town.submit("七月的诉求").case_id


def test_a_version_that_waits_is_called_off(town: Town, admin: Reader) -> None:
    files = {**files_of_folder(BUNDLE), "texts/x.txt": "# 题\n文".encode()}
    plan = {"reason": "新规定", "takes_effect_at": THEN}
    first = deploy(town.city, SYSTEM, files, now=town.clock(), **plan)
    again = deploy(town.city, SYSTEM, files, now=town.clock(), **plan)
    assert (first.number, first.new, again.number, again.new) == (2, True, 2, False)
    admin.post("/studio/errand/v2/call-off", {"reason": "暂缓"})
    assert effective.take_effect(town.city, now=THEN) == 0
    assert number_in_force(town) == 1
    assert "取消" in admin.get("/studio/errand").words
    answer = admin.post("/studio/errand/v2/call-off", {"reason": "暂缓"})
    assert answer.status_code == 409


def test_a_version_that_can_no_longer_be_read_is_called_off(town: Town) -> None:
    files = {**files_of_folder(BUNDLE), "texts/x.txt": "# 题\n文".encode()}
    plan = {"reason": "新规定", "takes_effect_at": THEN}
    deployed = deploy(town.city, SYSTEM, files, now=town.clock(), **plan)
    with town.city.database.transaction() as session:
        wanted = (ProcessFile.version_id == deployed.version_id, ProcessFile.path == "bundle.toml")
        session.execute(delete(ProcessFile).where(*wanted))
    assert effective.take_effect(town.city, now=THEN) == 0
    assert number_in_force(town) == 1
    with town.city.database.reading() as session:
        version = session.get_one(ProcessVersion, deployed.version_id)
        assert (version.called_off_by, version.settled_at) == (SYSTEM.name, THEN)


def test_the_first_version_of_a_process_does_not_wait(town: Town) -> None:
    files = files_of_folder(BUNDLE)
    files["bundle.toml"] = files["bundle.toml"].replace(b'"errand"', b'"chore"', 1)
    with pytest.raises(deployment.InvalidEntries):
        deploy(town.city, SYSTEM, files, now=town.clock(), reason="x", takes_effect_at=THEN)


def test_of_two_that_wait_the_later_one_stays(database: Database, town: Town) -> None:
    for number, day in enumerate((2, 1), start=1):
        files = {**files_of_folder(BUNDLE), "texts/x.txt": f"# 题\n文{number}".encode()}
        at = THEN + timedelta(days=day)
        deploy(town.city, SYSTEM, files, now=town.clock(), reason="x", takes_effect_at=at)
    assert effective.take_effect(town.city, now=THEN + timedelta(days=9)) == 2
    assert number_in_force(town) == 2
