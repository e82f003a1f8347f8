"""The only door for writes: a family of verbs per file."""
