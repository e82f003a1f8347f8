"""What a city needs before its first case: tables, the calendar, the shipped processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from sqlalchemy import select

import bpmn
from models import migrations
from models.processes import Process
from workflows import calendars
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import files_of_folder

Report = Callable[[str], None]


def prepare(city: City, *, now: datetime, report: Report) -> None:
    """Bring tables up to date and, at the first start, seed calendar and shipped processes.

    Afterwards the database holds the truth: a process that the city has is never replaced.
    `report` is told in a few words what is being done. Quick when nothing is to be done.
    """
    if migrations.upgrade(city.database):
        report("tables")
    with city.database.transaction() as session:
        calendars.seed(session, now)
    held = _deployed_keys(city)
    for folder in shipped_bundles():
        if folder.name not in held:
            report(folder.name)
            bundle = files_of_folder(folder)
            deploy(city, SYSTEM, bundle, now=now, reason="shipped with the product")


def shipped_bundles() -> list[Path]:
    """Return the folders of the shipped processes, in the order of their names."""
    shipped = Path(str(files(bpmn)))
    return sorted(path.parent for path in shipped.glob("*/bundle.toml"))


def _deployed_keys(city: City) -> set[str]:
    with city.database.reading() as session:
        return set(session.scalars(select(Process.key).where(Process.version_id.is_not(None))))
