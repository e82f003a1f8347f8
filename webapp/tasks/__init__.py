"""Tasks: one page for any of them, and what is done with it."""

from webapp.tasks.views import blueprint

__all__ = ["blueprint"]
