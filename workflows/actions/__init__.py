"""The only door for writes: a family of verbs per file."""

from workflows.actions import deliveries

__all__ = ["deliveries"]
