"""The supervisor: one command that owns the database, the web and the worker."""

from workflows.supervisor.child import Program
from workflows.supervisor.house import House, Plan
from workflows.supervisor.progress import Progress
from workflows.supervisor.reach import require_reachable
from workflows.supervisor.trouble import CannotRun

__all__ = ["CannotRun", "House", "Plan", "Program", "Progress", "require_reachable"]
