"""The audit trail: who did what when, for those who look over everybody's shoulder."""

from webapp.audit.views import blueprint

__all__ = ["blueprint"]
