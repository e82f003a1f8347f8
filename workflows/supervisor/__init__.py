"""The supervisor: one command that owns the database, the web and the worker."""

from workflows.supervisor.house import House, Plan
from workflows.supervisor.trouble import CannotRun

__all__ = ["CannotRun", "House", "Plan"]
