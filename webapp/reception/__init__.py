"""Receptions as staff see them: sessions, agenda, decisions, the printed agenda."""

from webapp.reception.views import blueprint

__all__ = ["blueprint"]
