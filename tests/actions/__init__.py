"""Actions against a real database."""
