"""What a city needs before its first case: tables, the calendar, the shipped processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from models import migrations
from workflows import calendars
from workflows.actions.calendars import recount
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.definitions.messages import Message
from workflows.prepared import deployed_keys, shipped_bundles

Report = Callable[[str], None]
SHIPPED = Message("shipped with the product")
"""Why a city has its first versions."""


def prepare(city: City, *, now: datetime, report: Report) -> None:
    """Bring tables up to date and, at the first start, seed calendar and shipped processes.

    Afterwards the database holds the truth: a process that the city has is never replaced.
    `report` is told in a few words what is being done.
    """
    if migrations.upgrade(city.database):
        report("tables")
    with city.database.transaction() as session:
        published = calendars.seed(session, now)
    if published is not None:
        counted = recount(city, now=now)
        if counted.moved:
            report("deadlines by the new calendar")
        if counted.left:
            report(f"{len(counted.left)} cases left to the worker")
    with city.database.reading() as session:
        held = deployed_keys(session)
    for folder in shipped_bundles():
        if folder.name not in held:
            report(folder.name)
            files = files_of_folder(folder)
            deploy(city, SYSTEM, files, now=now, reason=SHIPPED)
