"""Plays: a process tried out by a person with a moved clock, and scenarios that come of it."""
