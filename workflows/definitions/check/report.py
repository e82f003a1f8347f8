"""Findings as a person or a program reads them."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from workflows.definitions.check.files import UNREADABLE
from workflows.definitions.check.registry import RULES, Finding, Language


def exit_status(findings: Sequence[Finding]) -> int:
    """Return 2 when a file could not be read, 1 when there is another error, else 0."""
    if any(finding.rule == UNREADABLE.number for finding in findings):
        return 2
    return int(any(finding.severity == "error" for finding in findings))


def report(findings: Sequence[Finding], *, as_json: bool = False, language: Language = "en") -> str:
    """Return the findings as text, or as JSON with `findings`, `errors` and `warnings`.

    Sentences and mends are in the language; the names of JSON stay as they are.
    """
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    if as_json:
        found = [
            finding.as_mapping()
            | {"sentence": finding.said(language), "mend": finding.mended(language)}
            for finding in findings
        ]
        body = {"errors": errors, "warnings": warnings, "findings": found}
        return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
    lines = [_lines(finding, language) for finding in findings]
    lines.append(
        f"{errors} errors, {warnings} warnings"
        if language == "en"
        else f"{errors} 个错误，{warnings} 个提醒"
    )
    return "\n".join(lines)


def _lines(finding: Finding, language: Language) -> str:
    where = finding.element + (f" “{finding.name}”" if finding.name else "")
    place = ": ".join(part for part in (finding.file, where) if part)
    title = RULES[finding.rule].words(language).title
    said, mend = finding.said(language), finding.mended(language)
    if language == "zh":
        severity = "错误" if finding.severity == "error" else "提醒"
        return f"{severity} {finding.rule} {place}\n  {said}\n  {title}。{mend}"
    return f"{finding.severity} {finding.rule} {place}\n  {said}\n  {title}. {mend}"
