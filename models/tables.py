"""All tables, imported once so that the metadata is complete."""

from models.approvals import ApprovalRequest
from models.audit import AuditEntry
from models.base import Base
from models.bundle_drafts import BundleDraft, BundleTrial
from models.calendars import CalendarDay, CalendarVersion
from models.cases import Case, CaseCount, CaseLink, CaseNumber, CaseUnit, Step, TimelineEntry
from models.deliveries import Delivery
from models.enterprises import Enterprise
from models.files import File
from models.imports import DraftImport, ImportLine
from models.letters import Letter
from models.moves import Move, MovedCase
from models.notices import Notice
from models.people import Draft, EndedSession, Person, Position
from models.plays import Play, PlayAct
from models.processes import Process, ProcessFile, ProcessVersion
from models.receptions import AgendaItem, Decision, Measure, Minutes, Receipt, Reception
from models.repairs import RepairedCase, RepairRun
from models.replays import ReplayedFigures
from models.scores import Reply, Score
from models.settings import CitySetting
from models.spans import Span, SpanTimes
from models.takeovers import TakenOver
from models.tallies import Tally
from models.units import Duty, Unit
from models.work import Deadline, DeadlineChange, Incident, Wait, WorkItem
from models.workloads import Workload

__all__ = [
    "AgendaItem",
    "ApprovalRequest",
    "AuditEntry",
    "Base",
    "BundleDraft",
    "BundleTrial",
    "CalendarDay",
    "CalendarVersion",
    "Case",
    "CaseCount",
    "CaseLink",
    "CaseNumber",
    "CaseUnit",
    "CitySetting",
    "Deadline",
    "DeadlineChange",
    "Decision",
    "Delivery",
    "Draft",
    "DraftImport",
    "Duty",
    "EndedSession",
    "Enterprise",
    "File",
    "ImportLine",
    "Incident",
    "Letter",
    "Measure",
    "Minutes",
    "Move",
    "MovedCase",
    "Notice",
    "Person",
    "Play",
    "PlayAct",
    "Position",
    "Process",
    "ProcessFile",
    "ProcessVersion",
    "Receipt",
    "Reception",
    "RepairRun",
    "RepairedCase",
    "ReplayedFigures",
    "Reply",
    "Score",
    "Span",
    "SpanTimes",
    "Step",
    "TakenOver",
    "Tally",
    "TimelineEntry",
    "Unit",
    "Wait",
    "WorkItem",
    "Workload",
]
