"""A case that has gone round for years is read as quickly as a young one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.pages.reader import Reader
from tests.pages.town import Town

ROUNDS = 1500
AGE = (
    """insert into steps (case_id, number, kind, at, actor, work_item_id, process, element, form,
        values, version_id, state, effects)
    select case_id, number + :round, 'complete', at, actor, gen_random_uuid(), process, 'check',
        '', values, version_id, state, effects
    from steps where case_id = :case and number = 1""",
    """insert into work_items (id, case_id, state, process, element, name, stage, role, unit_id,
        form, public, pauses, sentence, sentence_en, opened_at, opened_step, closed_at,
        closed_step, outcome, done_by)
    select gen_random_uuid(), case_id, 'done', process, element, name, stage, role, unit_id, form,
        public, pauses, sentence, sentence_en, opened_at, :round, opened_at, :round + 1, '', 'x'
    from work_items where case_id = :case and state = 'open'""",
    """insert into timeline (case_id, step, at, kind, actor, unit, public, values)
    select case_id, :round + 1, at, kind, actor, unit, public, values
    from timeline where case_id = :case and step = 1""",
    "update cases set revision = :round + 1 where id = :case",
)


def age(town: Town, case_id: int, rounds: int) -> None:
    """Let a case look as if it had gone round so often."""
    with town.city.database.transaction() as session:
        for statement in AGE:
            rows = [{"case": case_id, "round": number} for number in range(1, rounds + 1)]
            session.execute(text(statement), rows)
    with town.city.database.reading() as session:
        session.execute(text("vacuum analyze"))


def cost(town: Town, reader: Reader, address: str) -> tuple[int, int, str]:
    """Return how many statements a page reads, how many rows they touch, and its text."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    engine = town.city.database.engine
    event.listen(engine, "before_cursor_execute", note)
    page = reader.client.get(address)
    event.remove(engine, "before_cursor_execute", note)
    assert page.status_code == 200
    rows = 0
    with town.city.database.transaction() as session:
        for way in ("seqscan", "hashjoin", "mergejoin"):  # as where tables are large
            session.execute(text(f"set local enable_{way} = off"))
        for statement, parameters in seen:
            explain = f"explain (analyze, format json) {statement}"
            found = session.connection().exec_driver_sql(explain, parameters).scalar_one()
            plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
            rows += touched(plan)
    return len(seen), rows, page.text


def touched(plan: dict[str, Any]) -> int:
    """Return how many rows of tables a plan looked at."""
    rows = sum(touched(below) for below in plan.get("Plans", ()))
    if "Relation Name" in plan:
        rows += int(
            plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0))
        )
    return rows


@pytest.mark.parametrize(
    ("login", "address", "most"),
    [
        ("supervisor", "/cases/{id}", 2 * ROUNDS + 400),
        ("supervisor", "/cases/{id}/diagrams/errand", 800),
        ("company", "/my/cases/{number}", ROUNDS + 400),
    ],
)
def test_a_page_of_an_old_case_costs_what_one_of_a_young_case_costs(
    town: Town, login: str, address: str, most: int
) -> None:
    """`most`: rows that may be touched beyond those for a young case; a look at all of its tasks
    (their stages, which of them the last step closed) counts once for each round."""
    young, old = town.submit("新的诉求"), town.submit("老的诉求")
    age(town, young.case_id, 10)
    age(town, old.case_id, ROUNDS)
    reader = Reader(town.app).sign_in(login)
    addresses = [address.format(id=one.case_id, number=one.number) for one in (young, old)]
    reader.client.get(addresses[0])
    (asked, few, _), (asked_late, many, page) = (cost(town, reader, one) for one in addresses)
    assert asked_late <= asked + 1
    assert many <= few + most, (few, many)
    assert len(page) < 400_000
