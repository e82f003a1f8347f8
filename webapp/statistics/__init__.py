"""Statistics: what became of the cases, by time and place, beside what reports say."""

from webapp.statistics.views import blueprint

__all__ = ["blueprint"]
