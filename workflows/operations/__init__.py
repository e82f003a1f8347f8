"""What a service task may call: registered functions, a subject per file."""

from workflows.operations import (
    counters,
    courses,
    letters,
    links,
    minutes,
    places,
    replies,
    scores,
    sessions,
    times,
    units,
    urging,
    visits,
)
from workflows.operations.registry import Operation, registry

__all__ = [
    "Operation",
    "counters",
    "courses",
    "letters",
    "links",
    "minutes",
    "places",
    "registry",
    "replies",
    "scores",
    "sessions",
    "times",
    "units",
    "urging",
    "visits",
]
