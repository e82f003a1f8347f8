"""Steps in process: a completed task against the very same statements in bare psycopg."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement

from models.cases import Step
from models.pipeline import Link, Pipeline, Rows
from models.work import WorkItem
from webapp.bench.figures import Figure, against, milliseconds
from webapp.bench.town import START, Town
from workflows.actions.tasks import complete
from workflows.actor import Actor

Statement = tuple[str, dict[str, Any]]
REMARK = "已联系企业并到现场查看，拟增设排水口，具体方案与施工单位商定后报送。" * 8


class RolledBack(Exception):
    """Ends a transaction whose statements were only to be written down."""


def measure_steps(town: Town, *, rounds: int) -> list[Figure]:
    """Complete a task over and over; beside it its own statements, serial and pipelined.

    Four sets of equal cases are worked on in turn. For two of them the step's statements are
    written down (and rolled back) and then sent as they are, by bare psycopg with one commit.
    """
    cases = [_ready(town) for _ in range(3 * rounds)]
    warm = [_ready(town) for _ in range(20)]
    for case_id in warm:
        _complete(town, case_id)
    url = town.city.database.url.set(drivername="postgresql")
    ours: list[float] = []
    serial: list[float] = []
    pipelined: list[float] = []
    with psycopg.connect(url.render_as_string(hide_password=False)) as bare:
        for number in range(rounds):
            mine, one, two = cases[3 * number : 3 * number + 3]
            step = _step(town, mine)
            ours.append(milliseconds(step))
            statements = _written_down(town, one)
            serial.append(milliseconds(partial(_serial, bare, statements)))
            statements = _written_down(town, two)
            pipelined.append(milliseconds(partial(_pipelined, bare, statements)))
    return [
        against(
            "a user task completed in process",
            ours,
            serial,
            unit="ms",
            reference_work="the same statements, bare serial psycopg",
            reach="ratio at most 2.5",
        ),
        against(
            "the same against bare pipelined psycopg",
            ours,
            pipelined,
            unit="ms",
            reference_work="the same statements, bare pipelined psycopg",
            reach="",
        ),
    ]


def measure_age(town: Town, *, late_round: int, sample: int) -> list[Figure]:
    """Send one case round and round; its step late in life against the same early on."""
    case_id = _ready(town)
    now = START + timedelta(hours=2)
    times: list[float] = []
    sizes: list[int] = []
    for _ in range(late_round + sample):
        times.append(milliseconds(_step(town, case_id, "back", now)))
        _check(town, case_id, now)
        sizes.append(_state_size(town, case_id))
        now += timedelta(minutes=5)
    early, late = times[10 : 10 + sample], times[late_round:]
    return [
        against(
            f"the same at loop round {late_round:,}",
            late,
            early,
            unit="ms",
            reference_work="at round 10",
            reach="ratio at most 1.1",
        ),
        Figure(
            work=f"state of that case at round {late_round:,}",
            value=sizes[-1],
            unit="bytes",
            reference=sizes[10],
            reference_work="at round 10",
            ratio=sizes[-1] / sizes[10],
            reach="ratio at most 1.1",
        ),
    ]


def _ready(town: Town) -> int:
    """Submit a case and bring it to the department's desk."""
    case_id = town.submit()
    _check(town, case_id, START + timedelta(hours=1))
    return case_id


def _check(town: Town, case_id: int, now: datetime) -> None:
    entries = {"outcome": ["ok"], "lead": ["unit0"], "remark": ["属实"]}
    complete(town.city, town.office, _item(town, case_id, "check"), entries, now=now)


def _complete(town: Town, case_id: int, outcome: str = "back") -> None:
    _step(town, case_id, outcome)()


def _step(
    town: Town,
    case_id: int,
    outcome: str = "back",
    now: datetime = START + timedelta(days=1),
    actor: Actor | None = None,
) -> Callable[[], None]:
    """Return the step itself; what finds the task is not part of the measurement."""
    item = _item(town, case_id, "work")
    entries = {"outcome": [outcome], "remark": [REMARK], "contact": ["办公室"]}

    def run() -> None:
        complete(town.city, actor or town.worker, item, entries, now=now)

    return run


def _item(town: Town, case_id: int, element: str) -> UUID:
    with town.city.database.reading() as session:
        return session.scalars(
            select(WorkItem.id).where(
                WorkItem.case_id == case_id, WorkItem.state == "open", WorkItem.element == element
            )
        ).one()


def _state_size(town: Town, case_id: int) -> int:
    with town.city.database.reading() as session:
        newest = select(Step.state).where(Step.case_id == case_id).order_by(Step.number.desc())
        return len(session.scalars(newest.limit(1)).one())


# ------------------------------------------------------------------------------- the reference


def _written_down(town: Town, case_id: int) -> list[list[Statement]]:
    """Return the round trips of a step on this case, which is rolled back."""
    trips: list[list[Statement]] = []
    step = _step(town, case_id)
    with _recording(trips):
        database = town.city.database
        transaction = database.transaction

        @contextmanager
        def rolled_back() -> Iterator[Any]:
            with transaction() as session:
                yield session
                raise RolledBack

        database.transaction = rolled_back  # type: ignore[method-assign]
        try:
            step()
        except RolledBack:
            pass
        finally:
            del database.transaction
    return trips


@contextmanager
def _recording(trips: list[list[Statement]]) -> Iterator[None]:
    """Write down what is queued, a list for each round trip; the last one is for the commit."""
    add, send = Pipeline.add, Link.send
    queued: list[Statement] = []

    def noted(self: Pipeline, statement: ClauseElement, values: Any = None) -> None:
        queued.append(_as_the_driver_takes_it(statement, values or {}))
        add(self, statement, values)

    def sent(self: Link, *what: Any, **how: Any) -> list[Rows]:
        if queued:
            trips.append(list(queued))
            queued.clear()
        return send(self, *what, **how)

    Pipeline.add = noted  # type: ignore[method-assign]
    Link.send = sent  # type: ignore[method-assign]
    try:
        yield
    finally:
        Pipeline.add, Link.send = add, send  # type: ignore[method-assign]
        trips.append(queued)


_dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_dialect._json_serializer = lambda value: orjson.dumps(value).decode()
_compiled = lru_cache(lambda statement: statement.compile(dialect=_dialect))


def _as_the_driver_takes_it(statement: ClauseElement, values: dict[str, Any]) -> Statement:
    compiled: Any = _compiled(statement)
    parameters = compiled.construct_params(values)
    for name, processor in compiled._bind_processors.items():
        if parameters[name] is not None:
            parameters[name] = processor(parameters[name])
    return str(compiled), parameters


def _serial(connection: psycopg.Connection[Any], trips: list[list[Statement]]) -> None:
    for trip in trips:
        for text, values in trip:
            cursor = connection.execute(text, values, prepare=True)
            if cursor.description:
                cursor.fetchall()
    connection.commit()


def _pipelined(connection: psycopg.Connection[Any], trips: list[list[Statement]]) -> None:
    for trip in trips:
        with connection.pipeline():
            cursors = [connection.execute(text, values, prepare=True) for text, values in trip]
        for cursor in cursors:
            if cursor.description:
                cursor.fetchall()
    connection.commit()
