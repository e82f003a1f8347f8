"""The inbox of staff: what waits for me and my units, soonest due first."""

from webapp.inbox.views import blueprint

__all__ = ["blueprint"]
