"""What the company does in its case: supplement, score; nothing typed is lost on the way."""

from __future__ import annotations

import re
from io import BytesIO

from sqlalchemy import select

from models.tables import Score
from tests.portal.conftest import Kept, Town, Visitor
from tests.portal.test_booking import PNG, hidden
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM

SCORE = {"solved": "yes", "points": "95", "level": "very_satisfied", "said": "六天就装好了。"}
KEPT_FILE = re.compile(r'name="more_papers" value="([^"]+)"')


def asked_to_supplement(town: Town, visitor: Visitor) -> tuple[Kept, str]:
    """Book a case, let the office ask for more, and return the task's address."""
    kept = town.book(visitor)
    town.check(kept.number, "more")
    task = town.open_task(kept.number, "supplement")
    return kept, f"/status/{kept.number}/tasks/{task.id}"


def asked_to_score(town: Town, visitor: Visitor) -> tuple[Kept, str]:
    """Book a case, let it be answered, and return the address of the score."""
    kept = town.book(visitor)
    town.check(kept.number, "ok")
    town.answer(kept.number)
    task = town.open_task(kept.number, "score")
    return kept, f"/status/{kept.number}/tasks/{task.id}"


def test_the_page_says_what_the_company_has_to_do(town: Town, visitor: Visitor) -> None:
    kept, address = asked_to_supplement(town, visitor)
    page = visitor.get(f"/status/{kept.number}")
    assert "请您按要求补充材料" in page
    assert "现在请您办理" in page
    assert f'href="{address}"' in page
    assert "3月9日（周一）" in page


def test_the_company_reads_what_a_form_marks_as_public_and_nothing_else(
    town: Town, visitor: Visitor
) -> None:
    kept = town.book(visitor)
    entries = {"outcome": ["more"], "remark": ["内部意见"], "wanted": ["请补营业执照"]}
    task = town.open_task(kept.number, "check")
    complete(town.city, town.office, task.id, entries, now=town.clock())
    page = visitor.get(f"/status/{kept.number}")
    assert "请补营业执照" in page
    assert "内部意见" not in page
    task = town.open_task(kept.number, "supplement")
    page = visitor.get(f"/status/{kept.number}/tasks/{task.id}")
    assert "请补营业执照" in page
    assert "内部意见" not in page


def test_whoever_scores_reads_the_reply_on_the_same_page(town: Town, visitor: Visitor) -> None:
    _, address = asked_to_score(town, visitor)
    assert "公交站将于六日内设立。" in visitor.get(address)


def test_supplement_with_a_paper_goes_back_to_the_office(town: Town, visitor: Visitor) -> None:
    kept, address = asked_to_supplement(town, visitor)
    page = visitor.post(address, {"more_story": "", "upload:more_papers": (BytesIO(PNG), "图.png")})
    assert visitor.status == 422
    file_id = KEPT_FILE.search(page)
    assert file_id
    page = visitor.post(address, {"more_story": "附上现场图", "more_papers": file_id.group(1)})
    assert visitor.path == f"/status/{kept.number}"
    assert "直通车办正在审核您的诉求" in page
    assert "附上现场图" in page
    assert "图.png" in page
    assert town.open_task(kept.number, "check")


def test_what_is_typed_stays_with_the_task(town: Town, visitor: Visitor) -> None:
    _, address = asked_to_supplement(town, visitor)
    visitor.post(f"{address}/keep", {"more_story": "写到一半"})
    assert "写到一半" in visitor.get(address)
    page = visitor.post(address, {"more_story": "伪造的令牌"}, token="forged")
    assert visitor.status == 400
    assert "伪造的令牌" in page
    visitor.post(address, dict(hidden(page)))
    assert visitor.status == 200


def test_somebody_else_was_faster(town: Town, visitor: Visitor) -> None:
    kept, address = asked_to_supplement(town, visitor)
    task = town.open_task(kept.number, "supplement")
    complete(town.city, SYSTEM, task.id, {"more_story": ["热线代填"]}, now=town.clock())
    page = visitor.post(address, {"more_story": "我也写了"})
    assert visitor.status == 409
    assert "系统" in page
    assert "我也写了" in page
    page = visitor.get(address)
    assert visitor.status == 409


def test_scoring_closes_the_case(town: Town, visitor: Visitor) -> None:
    kept, address = asked_to_score(town, visitor)
    page = visitor.get(f"/status/{kept.number}")
    assert "公交站将于六日内设立。" in page
    page = visitor.post(address, {**SCORE, "points": "101"})
    assert visitor.status == 422
    assert "六天就装好了。" in page
    page = visitor.post(address, dict(SCORE))
    assert visitor.path == f"/status/{kept.number}"
    assert "您的诉求已办结。" in page
    assert "95 分" in page
    assert "非常满意" in page
    with town.city.database.reading() as session:
        score = session.scalars(select(Score)).one()
    assert (score.points, score.level, score.solved) == (95, "very_satisfied", True)


def test_a_signed_in_company_works_from_its_list(town: Town) -> None:
    company = town.signed_in("star")
    kept = town.book(company)
    town.check(kept.number, "more")
    task = town.open_task(kept.number, "supplement")
    page = company.get("/my")
    assert "等待您办理" in page
    assert f'href="/my/tasks/{task.id}"' in page
    page = company.post(f"/my/tasks/{task.id}", {"more_story": "已补充"})
    assert company.path == f"/my/cases/{kept.number}"
    assert "已补充" in page
