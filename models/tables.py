"""All tables, imported once so that the metadata is complete."""

from models.audit import AuditEntry
from models.base import Base
from models.calendars import CalendarDay, CalendarVersion
from models.cases import Case, CaseCount, CaseNumber, CaseUnit, Step, TimelineEntry
from models.enterprises import Enterprise
from models.files import File
from models.notices import Notice
from models.people import Draft, Person, Position
from models.processes import Process, ProcessFile, ProcessVersion
from models.receptions import AgendaItem, Decision, Measure, Reception
from models.scores import Reply, Score
from models.units import Duty, Unit
from models.work import Deadline, DeadlineChange, Incident, WorkItem

__all__ = [
    "AgendaItem",
    "AuditEntry",
    "Base",
    "CalendarDay",
    "CalendarVersion",
    "Case",
    "CaseCount",
    "CaseNumber",
    "CaseUnit",
    "Deadline",
    "DeadlineChange",
    "Decision",
    "Draft",
    "Duty",
    "Enterprise",
    "File",
    "Incident",
    "Measure",
    "Notice",
    "Person",
    "Position",
    "Process",
    "ProcessFile",
    "ProcessVersion",
    "Reception",
    "Reply",
    "Score",
    "Step",
    "TimelineEntry",
    "Unit",
    "WorkItem",
]
