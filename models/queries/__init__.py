"""Reads, by who reads them; nothing here writes."""
