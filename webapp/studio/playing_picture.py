"""The diagrams of a play: tokens, timers, messages awaited, and the way taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from models.queries.plays import TimerRow
from models.work import Wait
from webapp.diagrams import calls_of, diagram_title, processes
from webapp.rendering.dates import as_date
from workflows.definitions.definition import Definition

if TYPE_CHECKING:
    from webapp.studio.playing_view import TaskView

Flows = Iterable[tuple[str, str]]


def picture_state(
    definition: Definition,
    tasks: Sequence[TaskView],
    timers: Sequence[TimerRow],
    waits: Sequence[Wait],
    flows: Flows,
    fresh: Flows,
) -> dict[str, Any]:
    """Return for each diagram its tokens and what was passed, as the page's script takes it.

    `fresh` are the flows that the last act took. What goes on in a called diagram stands as a
    token at its call too. Several tokens of one element are one mark with their number.
    """
    marks: dict[tuple[str, str], list[dict[str, str]]] = {}
    for task in tasks:
        item = task.item
        until = f" · {as_date(item.due_at):%m-%d}" if item.due_at else ""
        colour = task.light.colour if task.light else "green"
        mark = {"note": f"{task.who}{until}", "light": colour, "task": str(item.id)}
        marks.setdefault((item.process, item.element), []).append(mark)
    for timer in timers:
        note = {"note": f"⏱ {as_date(timer.due_at):%m-%d}", "light": "timer", "task": ""}
        marks.setdefault((timer.process, timer.element), []).append(note)
    for wait in waits:
        note = {"note": "✉", "light": "wait", "task": ""}
        marks.setdefault((wait.process, wait.element), []).append(note)
    main = definition.bundle.main
    shown: list[dict[str, Any]] = [
        {
            "process": process,
            "title": diagram_title(definition, process),
            "tokens": _tokens(definition, process, marks),
            "flows": [flow for owner, flow in flows if owner == process],
            "fresh": [flow for owner, flow in fresh if owner == process],
        }
        for process in sorted(processes(definition), key=lambda one: one != main)
    ]
    here = [one["process"] for one in shown if any(t["task"] for t in one["tokens"])]
    innermost = [one for one in here if any(key[0] == one for key in marks)]
    return {"main": main, "current": innermost[-1] if innermost else main, "diagrams": shown}


def _tokens(
    definition: Definition, process: str, marks: dict[tuple[str, str], list[dict[str, str]]]
) -> list[dict[str, str]]:
    found: dict[str, list[dict[str, str]]] = {}
    for (owner, element), of in marks.items():
        if owner == process:
            found.setdefault(element, []).extend(of)
    for element, within in calls_of(definition, process).items():
        called = [m for key, of in marks.items() if key[0] in within for m in of if m["task"]]
        if called:
            found.setdefault(element, []).extend(called)
    return [{"element": element, **_one(of)} for element, of in found.items()]


_WORST = ("red", "yellow", "grey", "green", "timer", "wait")


def _one(marks: list[dict[str, str]]) -> dict[str, str]:
    worst = min(marks, key=lambda mark: _WORST.index(mark["light"]))
    notes = list(dict.fromkeys(mark["note"] for mark in marks))
    more = f" +{len(marks) - 1}" if len(marks) > 1 else ""
    return {"note": notes[0] + more, "light": worst["light"], "task": worst["task"]}
