"""The page of the handbook that lists the rules of the check."""

from __future__ import annotations

import sys

from workflows.definitions.check import RULES, Rule

_SUBJECTS = (
    (100, "Files"),
    (200, "Ids"),
    (300, "Elements"),
    (400, "Gateways"),
    (500, "Flows"),
    (600, "Loops, calls and instances"),
    (700, "Expressions, names, timers and messages"),
    (800, "Forms and decisions"),
    (900, "Lanes, stages, texts and scenarios"),
)
_HEAD = """# Rules of the check

Written by `python -m workflows.definitions.check.handbook > docs/check-rules.md`; do not edit.

`throughtrain check PATH` holds a definition against these rules, and so do deployment and upload.
An error refuses the definition, a warning lets it pass.
"""


def handbook() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    for number, title in _SUBJECTS:
        rules = [rule for key, rule in sorted(RULES.items()) if number <= key < number + 100]
        parts.append(f"\n## {title}\n\n| | rule | why | mend |\n|---|---|---|---|\n")
        parts += [_row(rule) for rule in rules]
    return "".join(parts)


def _row(rule: Rule) -> str:
    title = rule.title if rule.severity == "error" else f"{rule.title} (warning)"
    cells = (str(rule.number), title, rule.reason, rule.mend)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.stdout.write(handbook())
