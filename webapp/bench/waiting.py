"""Waiting: the inbox among a hundred thousand open tasks, and deadlines that are due at once."""

from __future__ import annotations

import multiprocessing
import random
import statistics
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import time
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import func, select, text

from models.cases import Case
from models.database import Database
from models.work import Deadline, WorkItem
from webapp.app import create_app
from webapp.bench.figures import Figure, milliseconds, percentile
from webapp.bench.town import KEY, PASSWORD, START, Town
from workflows import clock
from workflows.actions import workloads
from workflows.actions.tasks import complete
from workflows.city import City

FEWEST_CASES = 300
ITEM_COLUMNS = (
    "id, case_id, state, process, element, name, stage, role, unit_id, form, public, pauses, "
    "sentence, sentence_en, opened_at, opened_step, due_at, warn_at, outcome, done_by"
)


def measure_inbox(town: Town, *, few: int, many: int, asks: int) -> list[Figure]:
    """Read the inbox and the city's supervision page with few open tasks, then with many."""
    pages = (("inbox", "worker", "/inbox"), ("supervision", "supervisor", "/supervision/?view=all"))
    reaches = ("at most 30 ms; ratio at most 1.3", "at most 50 ms")
    _seed(town, few)
    with_few = [_asked(town, asks, login, address) for _, login, address in pages]
    _seed(town, many - few)
    with_many = [_asked(town, asks, login, address) for _, login, address in pages]
    return [
        Figure(
            work=f"{name} with {many:,} open tasks, p95 of the page in the server",
            value=percentile(late, 0.95),
            unit="ms",
            reference=percentile(early, 0.95),
            reference_work=f"with {few:,}",
            ratio=percentile(late, 0.95) / percentile(early, 0.95),
            reach=reach,
            spread=f"median {statistics.median(late):.2f}",
        )
        for (name, _, _), reach, early, late in zip(
            pages, reaches, with_few, with_many, strict=True
        )
    ]


def _asked(town: Town, asks: int, login: str, address: str) -> list[float]:
    """Return how long the server took for the whole page: sign-in looked up, read, rendered."""
    now = START + timedelta(days=3)
    app = create_app(town.city, {"SECRET_KEY": "bench", "NOW": lambda: now})
    with app.test_client() as client:
        entries = {"login": login, "password": PASSWORD}
        app.config["WTF_CSRF_ENABLED"] = False
        client.post("/sign-in", data=entries)

        def ask() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} gave {answer.status_code}")

        for _ in range(10):
            ask()
        return [milliseconds(ask) for _ in range(asks)]


def _seed(town: Town, count: int) -> None:
    """Give `count` open tasks to the departments by COPY, spread over up to 1,000 cases.

    What worker and server do with so many rows within a minute is done at once: the counters are
    added up, the tables vacuumed.
    """
    url = town.city.database.url.set(drivername="postgresql")
    with town.city.database.reading() as session:
        cases = list(session.scalars(select(Case.id).limit(1000)))
    cases += [town.submit() for _ in range(FEWEST_CASES - len(cases))]
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        with connection.cursor().copy(f"copy work_items ({ITEM_COLUMNS}) from stdin") as copy:
            for row in _rows(town, cases, count):
                copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        for _ in range(2):  # the second time into the room that the first has made free
            workloads.add_up(town.city, most_loose=-1)
            connection.execute("vacuum analyze work_items, workloads")


def _rows(town: Town, cases: list[int], count: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(count)
    for number in range(count):
        due_at = START + timedelta(hours=dice.randrange(24 * 30))
        yield (
            UUID(int=dice.getrandbits(128)),
            dice.choice(cases),
            "open",
            KEY,
            "work",
            "办理",
            "work",
            "handler",
            town.units[number % len(town.units)],
            "work",
            False,
            False,
            "",
            "",
            START,
            1,
            due_at,
            due_at - timedelta(days=2),
            "",
            "",
        )


def measure_deadlines(town: Town, *, count: int) -> list[Figure]:
    """Let the timers of `count` cases fall due at once; one worker fires half, two the rest.

    The first half is held back from the second run by its date, so that both run on equal rows.
    """
    cases = [_waiting(town, START + timedelta(days=30 * (n % 2))) for n in range(count)]
    idle = [milliseconds(lambda: clock.tick(town.city, START)) for _ in range(20)]
    alone = _fired_by(1, town, START + timedelta(days=20))
    together = _fired_by(2, town, START + timedelta(days=80))
    wrong = _fired_other_than_once(town, cases)
    return [
        Figure(
            work=f"{count // 2:,} deadlines due at once, one worker",
            value=alone,
            unit="a second",
            reach="at least 200",
        ),
        Figure(
            work="as many again, two workers, each",
            value=together / 2,
            unit="a second",
            reference=alone,
            reference_work="one worker alone",
            ratio=together / 2 / alone,
            reach="at least 200",
        ),
        Figure(
            work=f"of all {count:,} not fired exactly once",
            value=wrong,
            unit="deadlines",
            reach="0",
        ),
        Figure(
            work=f"a tick while {count:,} cases wait and none is due",
            value=statistics.median(idle),
            unit="ms",
            reach="waiting costs nothing",
        ),
    ]


def _fired_by(workers: int, town: Town, now: datetime) -> float:
    """Return how many timers all worker processes together fire in a second."""
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        done = pool.starmap(fire_due, [(str_url(town), now)] * workers)
    seconds = max(end for _, _, end in done) - min(begin for _, begin, _ in done)
    return sum(fired for fired, _, _ in done) / seconds


def fire_due(url: str, now: datetime) -> tuple[int, float, float]:
    """Work as one worker process until nothing is due; return what it fired, begin and end."""
    city = City(Database(url, pool_size=2, patient=False))
    clock.tick(city, START)
    begin, fired = time(), 0
    while True:
        tick = clock.tick(city, now)
        fired += tick.fired
        if not tick.woken:
            with city.database.reading() as session:
                if not clock.due_cases(session, now, 1):
                    break
    city.database.close()
    return fired, begin, time()


def str_url(town: Town) -> str:
    """Return the address of the bench's database."""
    return town.city.database.url.render_as_string(hide_password=False)


def _waiting(town: Town, since: datetime) -> int:
    case_id = town.submit()
    with town.city.database.reading() as session:
        item = session.scalars(
            select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.state == "open")
        ).one()
    entries = {"outcome": ["ok"], "lead": ["unit0"], "remark": ["属实"]}
    complete(town.city, town.office, item, entries, now=since)
    return case_id


def _fired_other_than_once(town: Town, cases: list[int]) -> int:
    with town.city.database.reading() as session:
        counts = session.execute(
            select(Deadline.case_id, func.count())
            .where(Deadline.end == "fired", Deadline.case_id >= cases[0])
            .group_by(Deadline.case_id)
        ).all()
        urged = session.scalar(
            text("select count(*) from work_items where element = 'urge' and case_id >= :first"),
            {"first": cases[0]},
        )
    once = {case_id for case_id, count in counts if count == 1}
    return len(set(cases) - once) + abs(int(urged or 0) - len(cases))
