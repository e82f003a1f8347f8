"""Signing in and out, one's own account, the language."""

from webapp.accounts.views import blueprint

__all__ = ["blueprint"]
