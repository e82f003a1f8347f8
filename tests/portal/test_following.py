"""Following a case: who may see it, by which way, and what it says."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select, update

from models.files import File
from models.tables import Case
from tests.portal.conftest import Kept, Town, Visitor
from workflows import files
from workflows.actions.deadlines import extend

STATUS = "/status"


def look_up(visitor: Visitor, kept: Kept, **changed: str) -> str:
    """Type number and code into the lookup page."""
    return visitor.post(STATUS, {"number": kept.number, "code": kept.code, **changed})


def test_number_and_code_open_the_case(town: Town) -> None:
    kept = town.book(town.visitor())
    visitor = town.visitor()
    page = look_up(visitor, kept, code=f"{kept.code[:4]} {kept.code[4:]}".lower())
    assert visitor.path == f"/status/{kept.number}"
    assert "直通车办正在审核您的诉求，受理后会转给负责的部门。" in page
    assert "直通车办" in page
    assert "3月4日（周三）" in page
    assert "剩 <b>2</b> 个工作日" in page
    assert "自3月2日（周一）的次日起算 2 个工作日" in page
    assert "不到一天" in page
    assert "八百名员工" in page
    town.clock.forward(days=3)
    page = visitor.get(visitor.path)
    assert "已超期 <b>1</b> 个工作日" in page
    assert "3 天" in page


def test_wrong_pairs_get_one_message(town: Town) -> None:
    kept = town.book(town.visitor())
    visitor = town.visitor()
    wrong_code = look_up(visitor, kept, code="22222222")
    assert visitor.status == 403
    unknown = look_up(visitor, kept, number="P20269999")
    assert visitor.status == 403
    for page in (wrong_code, unknown):
        assert "没有找到与此编号和查询码相符的诉求。" in page
        assert "请与回执核对" in page


def test_guessing_is_slowed_down(town: Town) -> None:
    kept = town.book(town.visitor())
    visitor = town.visitor()
    for _ in range(10):
        look_up(visitor, kept, code="22222222")
    page = look_up(visitor, kept)
    assert visitor.status == 429
    assert "15 分钟后再试" in page
    town.clock.forward(minutes=16)
    look_up(visitor, kept)
    assert visitor.path == f"/status/{kept.number}"


def test_a_number_alone_opens_nothing(town: Town) -> None:
    kept = town.book(town.visitor())
    visitor = town.visitor()
    for number in (kept.number, "P20269999"):
        page = visitor.get(f"/status/{number}")
        assert visitor.path == STATUS
        assert "八百名员工" not in page


def test_a_new_code_ends_what_the_old_one_opened(town: Town) -> None:
    visitor = town.visitor()
    kept = town.book(visitor)
    with town.city.database.transaction() as session:
        session.execute(update(Case).values(code_hash="0" * 64))
    visitor.get(f"/status/{kept.number}")
    assert visitor.path == STATUS


def test_a_case_can_be_closed_on_a_shared_screen(town: Town) -> None:
    visitor = town.visitor()
    kept = town.book(visitor)
    assert "八百名员工" in visitor.get(f"/status/{kept.number}")
    visitor.post(f"/status/{kept.number}/leave", {})
    visitor.get(f"/status/{kept.number}")
    assert visitor.path == STATUS


def test_a_link_asks_a_foreign_company_for_the_code(town: Town) -> None:
    kept = town.book(town.signed_in("star"))
    moon = town.signed_in("moon")
    moon.get(f"/status/{kept.number}")
    assert moon.path == STATUS
    star = town.signed_in("star")
    star.get(f"/status/{kept.number}")
    assert star.path == f"/my/cases/{kept.number}"


def test_pages_of_a_case_stay_out_of_caches(town: Town) -> None:
    visitor = town.visitor()
    kept = town.book(visitor)
    for address in (visitor.path, f"/status/{kept.number}"):
        answer = visitor.client.get(address)
        assert answer.headers["Cache-Control"] == "private, no-store", address


def test_a_foreign_case_does_not_exist(town: Town) -> None:
    star, moon = town.signed_in("star"), town.signed_in("moon")
    kept = town.book(star)
    task = town.open_task(kept.number, "check")
    assert kept.number in star.get(f"/my/cases/{kept.number}")
    for address in (f"/my/cases/{kept.number}", "/my/cases/P20269999", f"/my/tasks/{task.id}"):
        moon.get(address)
        assert moon.status == 404, address
    assert kept.number not in moon.get("/my")


def test_the_holder_of_one_code_sees_one_case(town: Town) -> None:
    first, second = town.visitor(), town.visitor()
    kept, other = town.book(first), town.book(second, title="另一件事情")
    town.check(other.number, "more")
    task = town.open_task(other.number, "supplement")
    first.get(f"/status/{other.number}")
    assert first.path == STATUS
    first.get(f"/status/{kept.number}/tasks/{task.id}")
    assert first.status == 404
    first.post(f"/status/{kept.number}/tasks/{task.id}", {"more_story": "我不是他"})
    assert first.status == 404


def test_staff_tasks_are_not_the_companys(town: Town) -> None:
    visitor = town.visitor()
    kept = town.book(visitor)
    task = town.open_task(kept.number, "check")
    visitor.get(f"/status/{kept.number}/tasks/{task.id}")
    assert visitor.status == 403


def test_papers_open_for_their_company_alone(town: Town) -> None:
    visitor = town.visitor()
    content = "说明".encode()
    kept = town.book(visitor, **{"upload:papers": (BytesIO(content), "说明.txt")})
    with town.city.database.reading() as session:
        paper = session.scalars(select(File)).one()
    address = f"/status/{kept.number}/files/{paper.id}"
    answer = visitor.client.get(address)
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    stranger = town.visitor()
    stranger.get(address)
    assert stranger.path == STATUS
    moon = town.signed_in("moon")
    moon.get(f"/my/cases/{kept.number}/files/{paper.id}")
    assert moon.status == 404


def test_internal_papers_and_lines_stay_inside(town: Town) -> None:
    visitor = town.visitor()
    kept = town.book(visitor)
    content, name = "内部意见".encode(), "内部.txt"
    file_id = files.store(town.city, owner="x", name=name, content=content, now=town.clock())
    with town.city.database.transaction() as session:
        case_id = session.scalars(select(Case.id)).one()
        session.execute(update(File).values(case_id=case_id, public=False))
    assert name not in visitor.get(f"/status/{kept.number}")
    visitor.get(f"/status/{kept.number}/files/{file_id}")
    assert visitor.status == 404


def test_a_moved_deadline_says_how_it_was_moved(town: Town) -> None:
    visitor = town.visitor()
    kept = town.book(visitor)
    town.check(kept.number, "ok")
    task = town.open_task(kept.number, "work")
    extend(town.city, town.office, task.id, days=5, now=town.clock(), reason="需要现场勘查")
    page = visitor.get(f"/status/{kept.number}")
    assert "3月23日" in page
    assert "需要现场勘查" in page
    assert "延长 5 个工作日" in page
