"""What a bundle holds, file by file, named for people; a file that cannot be read is listed too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflows.definitions.diagram import Diagram
from workflows.definitions.reading import Unreadable, decode, local, read_xml

KINDS = ("diagram", "table", "form", "text", "scenario", "settings")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file of a bundle; `note` says where it is used, or what it begins with."""

    kind: str
    path: str
    title: str
    note: str = ""

    @property
    def name(self) -> str:
        """The file's name without folder and ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


def contents(files: Mapping[str, bytes]) -> tuple[Part, ...]:
    """Return the parts of a bundle, by kind and then by path."""
    users = _users(files)
    parts = [_part(path, data, users) for path, data in files.items()]
    return tuple(sorted(parts, key=lambda part: (KINDS.index(part.kind), part.path)))


def kind_of(path: str) -> str:
    """Return which kind of part a file is, by its name."""
    ending = path.rpartition(".")[2]
    if path.startswith("scenarios/"):
        return "scenario"
    kinds = {"bpmn": "diagram", "dmn": "table", "form": "form", "txt": "text"}
    return kinds.get(ending, "settings")


def _part(path: str, data: bytes, users: Mapping[str, list[str]]) -> Part:
    kind = kind_of(path)
    part = Part(kind=kind, path=path, title="")
    title = part.name
    note = ""
    if kind in ("diagram", "table"):
        title = _title(data) or title
    elif kind == "form":
        title = "、".join(dict.fromkeys(users.get(part.name, []))) or title
    elif kind == "text":
        note = _first_line(data)
    return Part(kind=kind, path=path, title=title, note=note)


def _title(data: bytes) -> str:
    """Return the name of the first process or decision of a file."""
    try:
        for element in read_xml(data).iter():
            if local(element) in ("participant", "process", "decision") and element.get("name"):
                return str(element.get("name"))
    except Unreadable:
        pass
    return ""


def _first_line(data: bytes) -> str:
    try:
        return decode(data).strip().partition("\n")[0].lstrip("# ").strip()[:120]
    except Unreadable:
        return ""


def _users(files: Mapping[str, bytes]) -> Mapping[str, list[str]]:
    """Return form name -> names of the tasks and messages that ask for it."""
    found: dict[str, list[str]] = {}
    for path, data in files.items():
        if path.endswith(".bpmn"):
            for form, name in _asked(path, data):
                found.setdefault(form, []).append(name)
    return found


def _asked(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    try:
        for node in Diagram.parse(path, data).nodes():
            if node.properties.get("form"):
                yield node.properties["form"], node.name or node.id
    except Unreadable:
        return


def pretty(path: str, data: bytes) -> str:
    """Return a file as text for reading; JSON is indented. Raise `Unreadable` for what is none."""
    text = decode(data).lstrip("\ufeff")
    if path.endswith(".form"):
        try:
            return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
        except (ValueError, RecursionError):
            return text
    return text
