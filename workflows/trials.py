"""Trials: the scenarios of a draft, played in a process of its own; a row tells how far it is."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select, union, update

from models.bundle_drafts import BundleDraft, BundleTrial
from models.database import Database
from models.processes import ProcessVersion
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import Bundle
from workflows.definitions.messages import Message
from workflows.errors import ThroughTrainError
from workflows.simulate import run

log = logging.getLogger(__name__)


class NotPlayed(ThroughTrainError):
    """Something went wrong on our side."""

    sentence = "The scenarios could not be played."
    mend = "The log says more."


class Overtaken(ThroughTrainError):
    """The files that a trial plays are no draft's any more."""

    sentence = "The draft was changed meanwhile: the rest was not played."
    mend = "Play its scenarios as it is now."


def play_trial(database: Database, trial_id: int) -> None:
    """Play what a trial holds and write down what came of it.

    One whose files nobody has any more ends before its next scenario: the machine is free for
    the trial of what there is now.
    """
    with database.reading() as session:
        trial = session.get(BundleTrial, trial_id)
        archive = trial.archive if trial is not None and trial.finished_at is None else b""
        checksum = trial.checksum if trial is not None else ""
    if not archive:
        return

    def watch(done: int, total: int) -> None:
        _write(database, trial_id, done=done, total=total)
        with database.reading() as session:
            known = union(select(BundleDraft.checksum), select(ProcessVersion.checksum)).subquery()
            if not session.scalar(select(exists().where(known.c.checksum == checksum))):
                raise Overtaken

    try:
        found = run(
            database.url.render_as_string(hide_password=False),
            Bundle.from_files(unpack(archive)),
            watch=watch,
            own=database.schema,
        )
        report, green, count = found.as_json(), found.ok, found.scenarios
    except ThroughTrainError as error:
        report, green, count = _refused(error), False, 0
    except Exception:
        # Whatever it was, the row must not stand still: who waits for it is told.
        log.exception("trial failed", extra={"action": "trial", "trial": trial_id})
        report, green, count = _refused(NotPlayed()), False, 0
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


def _refused(error: ThroughTrainError) -> dict[str, Any]:
    """Return the report of what could not be played, to be said in a language when it is read."""
    values = {
        key: value.text() if isinstance(value, Message) else str(value)
        for key, value in error.values.items()
    }
    said = {"sentence": error.sentence, "mend": error.mend, "values": values}
    return {"refused": error.text(), "said": said}


def _write(database: Database, trial_id: int, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(
            update(BundleTrial)
            .where(BundleTrial.id == trial_id)
            .values(beat_at=datetime.now(UTC), **values)
        )
