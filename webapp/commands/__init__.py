"""The commands, by who needs them; each hands over to the room that does the work."""
