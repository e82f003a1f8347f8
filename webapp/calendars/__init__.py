"""The working-day calendar: which days count, by which version, and publishing a year."""

from webapp.calendars.views import blueprint

__all__ = ["blueprint"]
