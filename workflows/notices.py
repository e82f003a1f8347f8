"""What the company is told when a task opens: that it is its turn, or a message of the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from workflows import letters
from workflows.definitions.texts import TextFailed
from workflows.engine.snapshot import OpenTask
from workflows.errors import NotFound, Place, StepFailed
from workflows.host import StepHost
from workflows.rows import Row


def notices_of(
    task: OpenTask, host: StepHost, place: Place, *, own: bool, due_at: datetime | None
) -> Iterator[Row]:
    """Yield the notice for the case's company that an opening task brings.

    `own`: the task is the company's. A task of somebody else tells the company only where it has
    the property `notify`. A case without a company tells nobody.
    """
    name = task.properties.get("notify", "")
    if host.case.enterprise_id is None or not (own or name):
        return
    values: dict[str, Any] = {
        "name": task.name,
        "name_en": task.properties.get("name_en", ""),
        "sentence": task.properties.get("sentence", ""),
        "sentence_en": task.properties.get("sentence_en", ""),
    }
    if name:
        values |= _written(name, task, host, place, due_at)
    yield {
        "case_id": host.case.id,
        "enterprise_id": host.case.enterprise_id,
        "work_item_id": task.id,
        "kind": "task_opened" if own else "message",
        "values": values,
        "at": host.now,
    }


def _written(
    name: str, task: OpenTask, host: StepHost, place: Place, due_at: datetime | None
) -> dict[str, str]:
    about = letters.About(
        session=host.session,
        city=host.city,
        case_id=host.case.id,
        now=host.now,
        facts=host.facts,
        lead_unit_id=host.changes.lead_unit_id or host.case.lead_unit_id,
        place_id=host.place_id,
        actor=host.actor.name,
        more={"task": task.name, "due_at": due_at},
    )
    try:
        return letters.write_both(host.definition, name, about)
    except (NotFound, TextFailed) as error:
        raise StepFailed(
            place=place,
            reason=f"the message {name!r} could not be written: {error.text()}",
            advice="Mend texts/<name>.txt or the property notify, and deploy again.",
        ) from error
