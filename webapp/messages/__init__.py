"""Messages: what a company, or the people of a post, were told."""

from webapp.messages.views import blueprint

__all__ = ["blueprint"]
