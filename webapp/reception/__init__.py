"""Receptions as staff see them: sessions, agenda, decisions, and how sessions are planned."""

from webapp.reception import planning, views
from webapp.reception.blueprint import blueprint

__all__ = ["blueprint", "planning", "views"]
