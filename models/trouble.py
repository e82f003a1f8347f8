"""What lies outside the product and keeps it from working."""

from __future__ import annotations


class Trouble(Exception):
    """Server, disk or file cannot be used; the text is one sentence that says what to do."""
