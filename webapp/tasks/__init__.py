"""Tasks: one page for any of them, and what is done with it."""

from webapp.tasks import claims, views
from webapp.tasks.blueprint import blueprint

__all__ = ["blueprint", "claims", "views"]
