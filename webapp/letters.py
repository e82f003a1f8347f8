"""A letter's page, the same for staff, the company and the holder of a code."""

from __future__ import annotations

from flask import render_template

from models.queries.letters import LetterSheet
from workflows.definitions.texts import FILTERS


def letter_page(letter: LetterSheet, back: str) -> str:
    """Return the page of a letter; its date is written out, whatever the reader's language."""
    issued_on = FILTERS["date"](letter.issued_at)
    return render_template("cases/letter.html", letter=letter, back=back, issued_on=issued_on)
