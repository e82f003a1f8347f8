"""One case put together for a page: where it stands, what was said, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from models.queries.accounts import names_of
from models.queries.cases import CaseRow, Line, OpenWork, open_work, timeline
from models.queries.letters import LetterRow, ReceiptRow, letters, receipts
from models.queries.messages import messages_of
from models.queries.papers import Paper, StepRow, papers, steps
from models.queries.portal import stages_seen
from models.queries.results import (
    AgendaRow,
    DecisionRow,
    IncidentRow,
    ReplyRow,
    ScoreRow,
    agenda,
    decisions,
    open_incidents,
    replies,
    scores,
)
from webapp.context import city, person
from webapp.diagrams import DiagramLink, diagram_links
from webapp.language import gettext
from webapp.rendering.lamps import light_of
from webapp.rendering.story import remark, title
from webapp.rendering.values import Shown, shown_values
from webapp.rendering.words import role_name, unit_name
from webapp.sending import name_of, sentence_of
from webapp.stages import Station, stations
from workflows.definitions.definition import Definition
from workflows.definitions.fields import Option, Options
from workflows.definitions.forms import Form
from workflows.lights import Light

LAST_ENTRIES = 2


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the story with what was typed in its step."""

    line: Line
    title: str
    remark: str
    state: str
    values: Sequence[Shown] = ()


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An open task with its light and who has it."""

    item: OpenWork
    light: Light | None
    who: str


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Everything that a page about a case shows."""

    case: CaseRow
    definition: Definition
    work: tuple[Waiting, ...]
    stations: list[Station]
    submitted: list[Shown]
    story: list[Entry]
    papers: list[Paper]
    files: Mapping[str, Paper]
    decisions: list[DecisionRow]
    agenda: list[AgendaRow]
    replies: list[ReplyRow]
    scores: list[ScoreRow]
    letters: list[LetterRow]
    receipts: list[ReceiptRow]
    incidents: list[IncidentRow]
    diagrams: list[DiagramLink]

    @property
    def light(self) -> Light | None:
        """The light of the task that is due first."""
        return self.work[0].light if self.work else None

    @property
    def handed_over(self) -> list[Entry]:
        """What the last two people before this task entered, newest first.

        Two: who checks a draft that a head has signed needs the draft, not only the signature.
        """
        return [entry for entry in self.story if entry.values][:LAST_ENTRIES]


def case_page(session: Session, case: CaseRow) -> CasePage:
    """Read everything about a case that this person has been given."""
    definition = city().library.version(case.version_id)
    work = open_work(session, person().actor.scope, case.id)
    done = {step.number: step for step in steps(session, case.id) if step.recalled_by is None}
    lines = timeline(session, case.id)
    found = papers(session, case.id)
    on_agenda = agenda(session, case.id)
    labels = _labels(session, done.values(), on_agenda)
    return CasePage(
        case=case,
        definition=definition,
        work=tuple(waiting(item, case) for item in work),
        stations=stations(
            case.version_id,
            case.stage,
            ended=case.state != "open",
            seen=stages_seen(session, case.id),
        ),
        submitted=_submitted(definition, case, done, labels),
        story=[_entry(line, definition, done, labels) for line in lines],
        papers=found,
        files={str(paper.id): paper for paper in found},
        decisions=decisions(session, case.id),
        agenda=on_agenda,
        replies=replies(session, case.id),
        scores=scores(session, case.id),
        letters=letters(session, case.id),
        receipts=receipts(session, case.id),
        incidents=open_incidents(session, case.id),
        diagrams=diagram_links(definition, work),
    )


def possible(session: Session, case_id: int) -> list[tuple[str, str, str]]:
    """Return what this person may do with a case at any time: name, what it leads to, address."""
    return [
        (name_of(one), sentence_of(one), url_for("cases.message", wait_id=one.id))
        for one in messages_of(session, person().actor.scope, case_id)
    ]


def waiting(item: OpenWork, case: CaseRow) -> Waiting:
    """Return an open task with its light and who has it, for the page."""
    unit = unit_name(item.unit_id, item.unit)
    who = " · ".join(part for part in (unit, item.assignee) if part)
    if item.role == "enterprise":
        who = case.enterprise
    elif not item.assignee:
        who = " · ".join(part for part in (unit, role_name(item.role)) if part)
    return Waiting(item=item, light=light_of(item, case.place_id), who=who)


def _submitted(
    definition: Definition, case: CaseRow, done: Mapping[int, StepRow], labels: Options
) -> list[Shown]:
    start = definition.bundle.start_form
    first = done.get(1)
    if not start or first is None:
        return []
    form = city().library.version(first.version_id).form(start)
    shown = shown_values(form, {**first.values, **_newer(form.keys, case.facts)}, labels)
    return [one for one in shown if one.key != definition.bundle.case_columns.get("title")]


def _newer(keys: frozenset[str], facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key in keys}


def _entry(
    line: Line, definition: Definition, done: Mapping[int, StepRow], labels: Options
) -> Entry:
    step = done.get(line.step)
    values: list[Shown] = []
    said = line.kind in ("task_completed", "message_sent")
    if step is not None and step.form and said:
        values = shown_values(_form_of(step), step.values, labels)
    state = "late" if line.values.get("late") else "done" if said else ""
    named = {"name": _element_name(definition, line), **line.values}
    return Entry(
        line=line,
        title=_title(line, definition, named),
        remark=remark(line.values),
        state=state,
        values=values,
    )


def _title(line: Line, definition: Definition, named: Mapping[str, Any]) -> str:
    """Return what happened; what no company submits was begun by the city."""
    if line.kind == "case_submitted" and "enterprise" not in definition.bundle.started_by:
        return gettext("Begun")
    return title(line.kind, named)


def _element_name(definition: Definition, line: Line) -> str:
    """Return the name of the diagram's element that a line speaks of, '' without one."""
    wanted = line.values.get("element")
    elements = definition.specification.elements.values()
    return next((one.name for one in elements if one.id == wanted), "")


def _form_of(step: StepRow) -> Form:
    return city().library.version(step.version_id).form(step.form)


def _labels(
    session: Session, done: Iterable[StepRow], on_agenda: Sequence[AgendaRow]
) -> dict[str, list[Option]]:
    """Return the words for stored keys of people and sessions, as option lists by their name."""
    logins = {login for step in done if step.form for login in _people_in(step)}
    people = names_of(session, logins)
    return {
        "people": [Option(value=login, label=name) for login, name in people.items()],
        "sessions": [
            Option(value=str(row.reception_id), label=f"{row.held_on} {row.title}")
            for row in on_agenda
        ],
    }


def _people_in(step: StepRow) -> Iterator[str]:
    for field in _form_of(step).fields:
        rows = step.values.get(field.key) if field.kind == "dynamiclist" else None
        for one in (field, *field.fields):
            if one.options_key == "people":
                yield from _texts(step.values.get(one.key))
                for row in rows or ():
                    yield from _texts(row.get(one.key))


def _texts(value: Any) -> Iterator[str]:
    yield from (str(one) for one in (value if isinstance(value, list) else [value]) if one)
