"""Rules about letters, messages and scenarios as files."""

from __future__ import annotations

from workflows.definitions.check.registry import rule

TEXT = rule(
    951,
    "Letters and messages are harmless templates",
    reason="A template that calls or computes could keep the server busy or read what it must not.",
    mend="Use {{ name }}, {% if %}, {% for %} and the listed filters only.",
)
SCENARIO = rule(
    952,
    "Scenarios can be read",
    reason="A scenario that is not read proves nothing.",
    mend="Look at the line that is named; the file is TOML.",
)
