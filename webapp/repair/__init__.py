"""Incidents and repair: what could not go on, tried again; cases put right by process admins."""

from webapp.repair import incidents, one_case, several, words
from webapp.repair.blueprint import blueprint

__all__ = ["blueprint", "incidents", "one_case", "several", "words"]
