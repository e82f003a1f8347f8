"""What a service task may call: registered functions, a subject per file."""

from workflows.operations import (
    counters,
    courses,
    letters,
    minutes,
    places,
    replies,
    scores,
    sessions,
    times,
    units,
    urging,
)
from workflows.operations.registry import Operation, registry

__all__ = [
    "Operation",
    "counters",
    "courses",
    "letters",
    "minutes",
    "places",
    "registry",
    "replies",
    "scores",
    "sessions",
    "times",
    "units",
    "urging",
]
