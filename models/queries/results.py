"""What a case has brought about: decisions with measures, agenda, replies, scores, incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.receptions import AgendaItem, Decision, Measure, Reception
from models.scores import Reply, Score
from models.units import Unit
from models.work import Incident


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """A decision made at the table, with its measures."""

    id: int
    text: str
    solved_on_the_spot: bool
    lead_leader: str
    lead_unit: str | None
    decided_at: datetime
    reception: str | None
    held_on: date | None
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """One measure: who delivers what by when."""

    number: int
    text: str
    unit: str | None
    person: str
    deliverable: str
    due_on: date | None


def decisions(session: Session, case_id: int) -> list[DecisionRow]:
    """Return the decisions of a case, oldest first."""
    rows = session.execute(
        select(
            Decision.id,
            Decision.text,
            Decision.solved_on_the_spot,
            Decision.lead_leader,
            Unit.name.label("lead_unit"),
            Decision.decided_at,
            Reception.title.label("reception"),
            Reception.held_on,
        )
        .outerjoin(Unit, Unit.id == Decision.lead_unit_id)
        .outerjoin(Reception, Reception.id == Decision.reception_id)
        .where(Decision.case_id == case_id)
        .order_by(Decision.id)
    ).mappings()
    found = list(rows)
    measures: dict[int, list[MeasureRow]] = {}
    for row in session.execute(
        select(
            Measure.decision_id,
            Measure.number,
            Measure.text,
            Unit.name.label("unit"),
            Measure.person,
            Measure.deliverable,
            Measure.due_on,
        )
        .outerjoin(Unit, Unit.id == Measure.unit_id)
        .where(Measure.decision_id.in_([row["id"] for row in found]))
        .order_by(Measure.decision_id, Measure.number)
    ).mappings():
        fields = dict(row)
        measures.setdefault(fields.pop("decision_id"), []).append(MeasureRow(**fields))
    return [DecisionRow(**{**row, "measures": tuple(measures.get(row["id"], ()))}) for row in found]


@dataclass(frozen=True, kw_only=True)
class AgendaRow:
    """Where a case stands on the agenda of a session."""

    reception_id: int
    title: str
    held_on: date
    place: str
    slot: int
    state: str


def agenda(session: Session, case_id: int) -> list[AgendaRow]:
    """Return the sessions whose agenda holds a case."""
    rows = session.execute(
        select(
            Reception.id.label("reception_id"),
            Reception.title,
            Reception.held_on,
            Unit.name.label("place"),
            AgendaItem.slot,
            Reception.state,
        )
        .join(Reception, Reception.id == AgendaItem.reception_id)
        .join(Unit, Unit.id == Reception.place_id)
        .where(AgendaItem.case_id == case_id)
        .order_by(Reception.held_on)
    ).mappings()
    return [AgendaRow(**row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class ReplyRow:
    """A reply to the company."""

    number: str
    result: str
    text: str
    unit: str | None
    signed_by: str
    sent_at: datetime


def replies(session: Session, case_id: int) -> list[ReplyRow]:
    """Return the replies of a case, oldest first."""
    rows = session.execute(
        select(
            Reply.number,
            Reply.result,
            Reply.text,
            Unit.name.label("unit"),
            Reply.signed_by,
            Reply.sent_at,
        )
        .outerjoin(Unit, Unit.id == Reply.unit_id)
        .where(Reply.case_id == case_id)
        .order_by(Reply.id)
    ).mappings()
    return [ReplyRow(**row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """A score of the company; without points it is silence, never satisfaction."""

    round: int
    points: int | None
    level: str | None
    solved: bool | None
    text: str
    scored_at: datetime


def scores(session: Session, case_id: int) -> list[ScoreRow]:
    """Return the scores of a case in the order of their rounds."""
    rows = session.execute(
        select(Score.round, Score.points, Score.level, Score.solved, Score.text, Score.scored_at)
        .where(Score.case_id == case_id)
        .order_by(Score.round)
    ).mappings()
    return [ScoreRow(**row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """A step of this case that could not be run."""

    id: int
    cause: str
    at: datetime
    last_at: datetime
    count: int
    name: str
    element: str
    reason: str
    advice: str


def open_incidents(session: Session, case_id: int) -> list[IncidentRow]:
    """Return what could not be run for a case and is not mended yet."""
    rows = session.execute(
        select(
            Incident.id,
            Incident.cause,
            Incident.at,
            Incident.last_at,
            Incident.count,
            Incident.name,
            Incident.element,
            Incident.reason,
            Incident.advice,
        )
        .where(Incident.case_id == case_id, Incident.resolved_at.is_(None))
        .order_by(Incident.id)
    ).mappings()
    return [IncidentRow(**row) for row in rows]
