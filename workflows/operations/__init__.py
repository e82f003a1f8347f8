"""What a service task may call: registered functions, a subject per file."""

from workflows.operations import counters, courses, replies, scores, sessions, units
from workflows.operations.registry import Operation, registry

__all__ = [
    "Operation",
    "counters",
    "courses",
    "registry",
    "replies",
    "scores",
    "sessions",
    "units",
]
