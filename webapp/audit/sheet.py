"""What the filter shows as a table for spreadsheets: no cell is ever read as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from webapp.audit.telling import Told
from webapp.language import gettext
from webapp.rendering.dates import exact

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings that a spreadsheet takes for a formula, also after blanks and in full width."""


def sheet(lines: Iterable[Told], cut: str) -> str:
    """Return the entries as CSV; `cut` says in a last row that there are more, '' if not."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(
        [
            gettext("Time of the act"),
            gettext("Done by"),
            gettext("Kind of act"),
            gettext("What was done"),
            gettext("Concerned"),
            gettext("Reason"),
            gettext("Details"),
            gettext("As it was written"),
        ]
    )
    for line in lines:
        rows.writerow([safe(cell) for cell in _cells(line)])
    if cut:
        rows.writerow([safe(cut)])
    return "\N{BYTE ORDER MARK}" + written.getvalue()


def safe(text: str) -> str:
    """Return a cell that a spreadsheet shows as it stands."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text


def _cells(line: Told) -> list[str]:
    about = "；".join(" ".join(part for part in (one.text, one.sub) if part) for one in line.about)
    details = "；".join(f"{label}：{_plain(value)}" for label, value in line.details)
    whole = gettext("yes") if line.whole else gettext("no")
    return [exact(line.at), line.who, line.kind, line.what, about, line.reason, details, whole]


def _plain(value: str) -> str:
    """Return the words of a value; only times come as an element."""
    return value.striptags() if hasattr(value, "striptags") else value
