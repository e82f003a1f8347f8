"""Supervision: what is late or about to be, by unit, and the way down to each task."""

from webapp.supervision.views import blueprint

__all__ = ["blueprint"]
