"""The company's side: booking a case, following it, doing its part, scoring."""

from webapp.portal import (
    account,
    booking,
    front,
    messages,
    published,
    receipts,
    status,
    tasks,
    words,
)
from webapp.portal.blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "booking",
    "front",
    "messages",
    "published",
    "receipts",
    "status",
    "tasks",
    "words",
]
