"""Scripts of other languages: lines that only set values become FEEL, all others do not."""

from __future__ import annotations

import re

from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.names import variable

_LINE = re.compile(
    r"^(?:(?:var|let|const|def|int|long|double|String|boolean|final)\s+)?"
    r"([^\W\d][\w$]*)\s*=(?!=)\s*(.+)$",
    re.DOTALL,
)
_SET = re.compile(
    r"^(?:execution|task|delegateTask|delegateExecution)\s*\.\s*setVariable(?:Local)?\s*\("
    r"\s*([\"'])([^\"']+)\1\s*,\s*(.+)\)$",
    re.DOTALL,
)
_AUGMENTED = re.compile(r"^([^\W\d]\w*)\s*([-+*/])=\s*(.+)$", re.DOTALL)
_SKIP = re.compile(
    r"^(?:import\b|from\b|//|#|/\*|\*|println\b|print\b|console\.|pass$|return\b|log\b)"
)
LINES = 100


def foreign_script(draft: Draft, text: str, language: str = "") -> list[str]:
    """Return the lines `name = FEEL` of a script, none at all if one of its lines is more."""
    lines: list[str] = []
    for raw in _statements(text):
        found = _SET.match(raw)
        target, value = (found.group(2), found.group(3)) if found else ("", "")
        if not found:
            augmented = _AUGMENTED.match(raw)
            plain = _LINE.match(raw)
            if augmented:
                target = augmented.group(1)
                value = f"{target} {augmented.group(2)} ({augmented.group(3)})"
            elif plain:
                target, value = plain.group(1), plain.group(2)
            else:
                return []
        try:
            feel, _ = draft.feel(value, language="feel" if language == "feel" else "script")
        except Untranslatable:
            return []
        lines.append(f"{variable(target)} = {feel}")
    return lines


def _statements(text: str) -> list[str]:
    found = []
    parts = re.split(r"[;\n]", text)
    if len(parts) > LINES:
        return ["?"]
    for line in parts:
        plain = line.strip()
        if plain and not _SKIP.match(plain):
            found.append(plain)
    return found


def skipped(text: str) -> list[str]:
    """Return the statements of a script that set nothing: imports, remarks, output."""
    lines = (line.strip() for line in re.split(r"[;\n]", text)[:LINES])
    return [line for line in lines if line and _SKIP.match(line)]
