"""Processes and diagrams that people begin to draw from nothing, or copy, or call otherwise."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select

from models.bundle_drafts import BundleDraft
from models.people import ROLES
from models.processes import Process
from workflows.actions.bundle_drafts import Files, begin, rework
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.blank import blank_bundle, blank_diagram
from workflows.definitions.bundle import SETTINGS, Bundle
from workflows.definitions.diagram import Diagram
from workflows.definitions.messages import Message
from workflows.definitions.reading import Unreadable, decode
from workflows.errors import DefinitionRefused, InvalidEntries, NotFound

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
TITLE_LENGTH = 60
_KEY_FORM = Message("Use small letters, digits and underscores, and begin with a letter.")


@dataclass(frozen=True, kw_only=True)
class NewProcess:
    """What somebody says of a process that is to be drawn; `lanes` maps lane names to roles."""

    key: str
    title: str
    title_en: str
    owner: str
    started_by: Collection[str]
    lanes: Mapping[str, str] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)


def begin_new(city: City, actor: Actor, new: NewProcess, *, now: datetime) -> int:
    """Begin a draft of a process from nothing and return its id; raises InvalidEntries."""
    errors = dict(_problems(new))
    with city.database.reading() as session:
        taken = session.scalar(
            select(
                exists().where(Process.key == new.key)
                | exists().where(BundleDraft.process_key == new.key)
            )
        )
    if taken:
        errors["key"] = Message("There is a process or a draft with this key already.")
    if errors:
        raise InvalidEntries(errors)
    files = blank_bundle(
        new.key,
        title=new.title.strip(),
        title_en=new.title_en.strip(),
        owner=new.owner.strip(),
        started_by=new.started_by,
        lanes=new.lanes,
        words=new.words,
    )
    return begin(city, actor, files, name=new.title, now=now)


def _problems(new: NewProcess) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not KEY.fullmatch(new.key):
        found.append(("key", _KEY_FORM))
    if not new.title.strip() or len(new.title) > TITLE_LENGTH:
        found.append(("title", Message("Give it a title of at most 60 characters.")))
    if not new.started_by or not set(new.started_by) <= set(ROLES):
        found.append(("started_by", Message("Say who may begin a case.")))
    return found


def add_diagram(
    city: City,
    actor: Actor,
    draft_id: int,
    *,
    key: str,
    title: str,
    words: Mapping[str, str],
    now: datetime,
) -> str:
    """Put an empty diagram into a draft and return its path; raises InvalidEntries.

    `words` name start, end, and the lane where the settings of the draft name none.
    """
    title = " ".join(title.split())[:TITLE_LENGTH] or key

    def work(files: Files) -> Files:
        path = _free(files, key)
        diagram = blank_diagram(
            key, title=title, lane=_lane(files, words), start=words["start"], end=words["end"]
        )
        return {**files, path: diagram}

    rework(city, actor, draft_id, work, now=now)
    return f"{key}.bpmn"


def copy_diagram(
    city: City, actor: Actor, draft_id: int, path: str, *, key: str, now: datetime
) -> str:
    """Put a copy of a diagram beside it, a process of its own; return its path."""

    def work(files: Files) -> Files:
        _present(files, path)
        return {**files, _free(files, key): _called(path, files[path], key)}

    rework(city, actor, draft_id, work, now=now)
    return f"{key}.bpmn"


def rename_diagram(
    city: City, actor: Actor, draft_id: int, path: str, *, key: str, now: datetime
) -> str:
    """Give a diagram and its process another key, also where they are called; return its path."""

    def work(files: Files) -> Files:
        _present(files, path)
        target, old = _free(files, key), path.removesuffix(".bpmn")
        renamed = {target if one == path else one: data for one, data in files.items()}
        renamed[target] = _called(path, files[path], key)
        for one, data in renamed.items():
            if one.endswith(".bpmn"):
                renamed[one] = _rewritten(data, _attribute("calledElement", old), rf"\g<1>{key}\2")
        main = re.compile(rf"""(?m)^(main\s*=\s*["']){re.escape(old)}(["'])""")
        renamed[SETTINGS] = _rewritten(renamed[SETTINGS], main, rf"\g<1>{key}\2")
        return renamed

    rework(city, actor, draft_id, work, now=now)
    return f"{key}.bpmn"


def _present(files: Files, path: str) -> None:
    if path not in files or not path.endswith(".bpmn"):
        raise NotFound


def _free(files: Files, key: str) -> str:
    """Return the path of a diagram that is to bear the key."""
    if not KEY.fullmatch(key):
        raise InvalidEntries({"diagram": _KEY_FORM})
    if f"{key}.bpmn" in files:
        raise InvalidEntries({"diagram": Message("There is a diagram of this name already.")})
    return f"{key}.bpmn"


def _lane(files: Files, words: Mapping[str, str]) -> str:
    try:
        return next(iter(Bundle.from_files(files).lanes), words["lane"])
    except DefinitionRefused:
        return words["lane"]


def _called(path: str, data: bytes, key: str) -> bytes:
    """Return a diagram whose process bears another id, where it bore the file's name."""
    old = path.removesuffix(".bpmn")
    try:
        if old not in {one.id for one in Diagram.parse(path, data).processes}:
            return data
    except Unreadable:
        return data
    return _rewritten(data, _attribute("id|processRef|bpmnElement", old), rf"\g<1>{key}\2")


def _attribute(names: str, value: str) -> re.Pattern[str]:
    return re.compile(rf"""(\s(?:{names})\s*=\s*["']){re.escape(value)}(["'])""")


def _rewritten(data: bytes, pattern: re.Pattern[str], by: str) -> bytes:
    """Return a text in which something reads otherwise; what is no text stays as it is."""
    try:
        text = decode(data)
    except Unreadable:
        return data
    changed, count = pattern.subn(by, text)
    return changed.encode() if count else data
