"""Takeover: the register that an office keeps in a spreadsheet becomes cases that stand right."""
