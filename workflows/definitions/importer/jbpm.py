"""What jBPM says in the standard's own data associations: who does a task."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn

_GROUPS, _USERS = "GroupId", "ActorId"
"""The inputs of a user task that name who does it."""


def read_owners(draft: Draft) -> None:
    """Note the groups and users that the inputs of user tasks name, before the inputs go."""
    for task in draft.root.iter(bpmn("userTask")):
        inputs = {one.get("id"): one.get("name", "") for one in task.iter(bpmn("dataInput"))}
        for association in task.iterchildren(bpmn("dataInputAssociation")):
            name = inputs.get((association.findtext(bpmn("targetRef")) or "").strip(), "")
            value = (association.findtext(f"{bpmn('assignment')}/{bpmn('from')}") or "").strip()
            if name in (_GROUPS, _USERS) and value:
                _owner(draft, task, name, value)


def _owner(draft: Draft, task: etree._Element, name: str, value: str) -> None:
    notes = draft.of(task.get("id", ""))
    names = [one.strip("#{} ") for one in value.split(",") if one.strip("#{} ")]
    held = notes.groups if name == _GROUPS else notes.users
    held[:0] = names
    sentence = Message(
        "%(value)s says who does the task; the lane says so here.", value=quoted(value)
    )
    mend = Message("Look at the lane's role in bundle.toml.")
    draft.say(task, name, Said(severity="guessed", sentence=sentence, mend=mend))
