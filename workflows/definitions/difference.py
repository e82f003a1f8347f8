"""The difference of two versions of a bundle, thing by thing, in words."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workflows.definitions.contents import kind_of, pretty
from workflows.definitions.messages import Message
from workflows.definitions.reading import Unreadable
from workflows.definitions.things import Thing
from workflows.definitions.things.diagrams import things_of_diagram
from workflows.definitions.things.forms import things_of_form
from workflows.definitions.things.settings import things_of_settings
from workflows.definitions.things.tables import things_of_table
from workflows.errors import DefinitionRefused

Mark = Literal["added", "changed", "removed"]
MOST_LINES = 4_000
"""Lines of a text that are compared one by one; longer ones are told as changed."""

READERS: Mapping[str, Callable[[str, bytes], dict[str, Thing]]] = {
    "diagram": things_of_diagram,
    "table": things_of_table,
    "form": things_of_form,
    "settings": things_of_settings,
}

FILE = Message("file")
LINES = Message("lines")
DRAWING = Message("drawing")
DRAWING_MOVED = Message("only positions or the way in which the file is written")


@dataclass(frozen=True, kw_only=True)
class Detail:
    """What is different about a thing; empty for what is not there."""

    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A thing that was added, changed or removed; `element` is its id in the file."""

    mark: Mark
    kind: str
    path: str
    element: str
    sort: str
    name: str
    details: tuple[Detail, ...] = ()


def difference(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Return what is different between two bundles given as path -> bytes, file by file."""
    found: list[Change] = []
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            found += _of_file(path, before.get(path), after.get(path))
    return tuple(found)


def marks(changes: tuple[Change, ...], path: str) -> dict[str, Mark]:
    """Return element id -> mark for the diagram at `path`."""
    return {one.element: one.mark for one in changes if one.path == path and one.element}


def _of_file(path: str, before: bytes | None, after: bytes | None) -> list[Change]:
    kind = kind_of(path)
    if before is None or after is None:
        mark: Mark = "added" if before is None else "removed"
        return [Change(mark=mark, kind=kind, path=path, element="", sort=FILE, name=path)]
    read = READERS.get(kind)
    if read is not None:
        try:
            found = list(compare(kind, path, read(path, before), read(path, after)))
        except (Unreadable, DefinitionRefused):
            return list(_lines(kind, path, before, after))
        return found or [_only_drawn(kind, path)]
    return list(_lines(kind, path, before, after))


def compare(
    kind: str, path: str, before: Mapping[str, Thing], after: Mapping[str, Thing]
) -> Iterator[Change]:
    """Yield the differences of two lots of things, by id."""
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        details = tuple(_details(old, new))
        thing = new or old
        if thing is None or (old and new and not details):
            continue
        mark: Mark = "changed" if old and new else ("added" if new else "removed")
        yield Change(
            mark=mark,
            kind=kind,
            path=path,
            element=thing.id,
            sort=thing.sort,
            name=thing.name,
            details=details,
        )


def _details(old: Thing | None, new: Thing | None) -> Iterator[Detail]:
    before, after = (one.values if one else {} for one in (old, new))
    for what in dict.fromkeys([*before, *after]):
        was, now = before.get(what, ""), after.get(what, "")
        if (_key(old, what) or was) != (_key(new, what) or now):
            yield Detail(what=what, before=was, after=now)


def _key(thing: Thing | None, what: str) -> str:
    return thing.keys.get(what, "") if thing is not None else ""


def _only_drawn(kind: str, path: str) -> Change:
    detail = Detail(what=DRAWING, after=DRAWING_MOVED)
    return Change(
        mark="changed", kind=kind, path=path, element="", sort=FILE, name=path, details=(detail,)
    )


def _lines(kind: str, path: str, before: bytes, after: bytes) -> Iterator[Change]:
    """Yield one change with the lines that differ."""
    try:
        old, new = pretty(path, before).splitlines(), pretty(path, after).splitlines()
    except Unreadable:
        old, new = [], []
    details: list[Detail] = []
    if len(old) + len(new) <= MOST_LINES:
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag != "equal":
                was, now = "\n".join(old[a:b]), "\n".join(new[c:d])
                details.append(Detail(what=LINES, before=was, after=now))
    yield Change(
        mark="changed",
        kind=kind,
        path=path,
        element="",
        sort=FILE,
        name=path,
        details=tuple(details),
    )
