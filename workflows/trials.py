"""Trials: the scenarios of a draft, played in a process of its own; a row tells how far it is."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from models.bundle_drafts import BundleTrial
from models.database import Database
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import Bundle
from workflows.errors import ThroughTrainError
from workflows.simulate import run

log = logging.getLogger(__name__)


def play_trial(database: Database, trial_id: int) -> None:
    """Play what a trial holds and write down what came of it."""
    with database.reading() as session:
        trial = session.get(BundleTrial, trial_id)
        archive = trial.archive if trial is not None and trial.finished_at is None else b""
    if not archive:
        return
    try:
        found = run(
            database.url.render_as_string(hide_password=False),
            Bundle.from_files(unpack(archive)),
            watch=lambda done, total: _write(database, trial_id, done=done, total=total),
            own=database.schema,
        )
        report, green, count = found.as_json(), found.ok, found.scenarios
    except ThroughTrainError as error:
        report, green, count = {"refused": error.text()}, False, 0
    except Exception:
        # Whatever it was, the row must not stand still: who waits for it is told.
        log.exception("trial failed", extra={"action": "trial", "trial": trial_id})
        report, green, count = {"refused": "The scenarios could not be played."}, False, 0
    _write(
        database,
        trial_id,
        done=count,
        total=count,
        finished_at=datetime.now(UTC),
        green=green,
        report=report,
        archive=b"",
    )


def _write(database: Database, trial_id: int, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(
            update(BundleTrial)
            .where(BundleTrial.id == trial_id)
            .values(beat_at=datetime.now(UTC), **values)
        )
