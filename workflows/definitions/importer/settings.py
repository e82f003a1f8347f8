"""bundle.toml for an imported process: what can be read from the diagram, and what was guessed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from workflows.definitions.diagram import Diagram, Node, Scope
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message

_DECIDE = ("head", "leader", "supervisor")
"""Roles that decide on what others bring: a first task of theirs does not begin a case."""
_WRONG = re.compile(r"[^a-z0-9_]+")


def key_of(process: str) -> str:
    """Return a bundle's key for a process id: small letters, digits and underscores."""
    plain = re.sub(r"_+", "_", _WRONG.sub("_", process.lower())).strip("_")[:50].strip("_")
    if plain and plain[0].isalpha() and plain.isascii():
        return plain
    return f"process_{hashlib.sha256(process.encode()).hexdigest()[:8]}"


def main_process(diagram: Diagram) -> Scope:
    """Return the process that a case begins with: not called, with a start, with most steps."""
    called = {node.called for node in diagram.nodes() if node.kind == "callActivity"}

    def rank(scope: Scope) -> tuple[bool, bool, int]:
        return (scope.id not in called, bool(scope.starts()), len(scope.nodes))

    return max(diagram.processes, key=rank)


def settings_of(draft: Draft, main: Scope, start_form: str) -> bytes:
    """Return bundle.toml."""
    starter = _starter(draft, main)
    key = key_of(main.id)
    title = " ".join(main.name.split()) or main.id
    started_by = list(dict.fromkeys([starter, "clerk"]))
    lines = [
        f"key = {_text(key)}",
        f"title = {_text(title)}",
        'owner = ""',
        f"main = {_text(main.id)}",
        f"number = {_text(_initials(key) + '{year}{serial:05d}')}",
        f"start_form = {_text(start_form)}",
        f"started_by = [{', '.join(_text(one) for one in started_by)}]",
        "",
        "[case]",
        'title = "title"',
        "",
        "[lanes]",
        *(f"{_text(name)} = {_text(role)}" for name, role in draft.lanes.items()),
        "",
        "[[stages]]",
        'key = "handling"',
        'title = "办理"',
        'title_en = "Handling"',
    ]
    draft.report.add(
        main.id,
        main.name,
        "bundle.toml",
        Said(
            severity="guessed",
            sentence=Message(
                "The process is called %(title)s (%(key)s); cases are begun by %(started_by)s,"
                " numbered %(number)s, and have one stage.",
                title=quoted(title),
                key=key,
                started_by=", ".join(started_by),
                number=_initials(key) + "{year}{serial:05d}",
            ),
            mend=Message(
                "Say in bundle.toml who owns the process, who begins cases and which stages it has."
            ),
        ),
    )
    return ("\n".join(lines) + "\n").encode()


def _initials(key: str) -> str:
    words = [word for word in key.split("_") if word]
    return ("".join(word[0] for word in words) if len(words) > 1 else key[:3]).upper()[:6]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _starter(draft: Draft, main: Scope) -> str:
    """Return the role of the first task, which is most often that of who begins a case."""
    waiting: list[Node] = list(main.starts())
    seen = set(waiting)
    while waiting:
        node = waiting.pop(0)
        if node.kind == "userTask":
            role = draft.lanes.get(main.lanes.get(node.id, ""), "enterprise")
            return "enterprise" if role in _DECIDE else role
        for one in main.next_of(node):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return "enterprise"


def lanes_of(table: Mapping[str, object]) -> dict[str, str]:
    """Return the lanes that a bundle.toml names."""
    found = table.get("lanes", {})
    if not isinstance(found, dict):
        return {}
    return {str(name): str(role) for name, role in found.items()}
