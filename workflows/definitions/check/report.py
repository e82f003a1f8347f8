"""Findings as a person or a program reads them."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from workflows.definitions.check.files import UNREADABLE
from workflows.definitions.check.registry import RULES, Finding


def exit_status(findings: Sequence[Finding]) -> int:
    """Return 2 when a file could not be read, 1 when there is another error, else 0."""
    if any(finding.rule == UNREADABLE.number for finding in findings):
        return 2
    return int(any(finding.severity == "error" for finding in findings))


def report(findings: Sequence[Finding], *, as_json: bool = False) -> str:
    """Return the findings as text, or as JSON with `findings`, `errors` and `warnings`."""
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    if as_json:
        found = [finding.as_mapping() for finding in findings]
        body = {"errors": errors, "warnings": warnings, "findings": found}
        return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
    lines = [_lines(finding) for finding in findings]
    lines.append(f"{errors} errors, {warnings} warnings")
    return "\n".join(lines)


def _lines(finding: Finding) -> str:
    where = finding.element + (f" “{finding.name}”" if finding.name else "")
    place = ": ".join(part for part in (finding.file, where) if part)
    title = RULES[finding.rule].title
    return (
        f"{finding.severity} {finding.rule} {place}\n"
        f"  {finding.sentence}\n  {title}. {finding.mend}"
    )
