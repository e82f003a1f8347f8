"""The difference between two versions of a process, in words and on the diagrams."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from models.queries.studio import VersionRow, list_drafts
from webapp.context import reading
from webapp.diagrams import Mark
from webapp.language import gettext
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.sources import Source, draft_label, process_of, source_of
from workflows.definitions.contents import kind_of
from workflows.definitions.difference import Change, Detail, marks
from workflows.definitions.messages import Message

MARKS = {
    "added": ("+", lazy_gettext("added")),
    "changed": ("≠", lazy_gettext("changed")),
    "removed": ("−", lazy_gettext("removed")),
}
"""Mark -> sign and word: what is different is never told by colour alone."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A change in the reader's words."""

    mark: str
    sign: str
    word: str
    sort: str
    name: str
    element: str
    details: tuple[Detail, ...]


@dataclass(frozen=True, kw_only=True)
class FileShown:
    """The changes of one file; `drawn` when both versions have the diagram."""

    path: str
    kind: str
    title: str
    changes: list[Shown]
    before: bool
    after: bool

    @property
    def drawn(self) -> bool:
        """Whether it is a diagram, to be shown beside its other version."""
        return self.kind == "diagram"


@blueprint.get("/<key>/difference")
@may(PROCESS_ADMIN)
def difference_page(key: str) -> ResponseReturnValue:
    """Show what is different between the versions that the address names."""
    with reading() as session:
        process, drafts = process_of(session, key), list_drafts(session, key)
    before, after = _chosen(process.versions)
    old, new = source_of(key, before), source_of(key, after)
    changes = looking.changes_between(old, new)
    shown = [_file(path, list(of), old, new) for path, of in groupby(changes, lambda c: c.path)]
    counts = {mark: sum(one.mark == mark for one in changes) for mark in MARKS}
    return render_template(
        "studio/difference.html",
        process=process,
        old=old,
        new=new,
        files=shown,
        counts=[(mark, *MARKS[mark], counts[mark]) for mark in MARKS],
        choices=[
            *((f"d{one.id}", draft_label(one)) for one in drafts),
            *((f"v{one.number}", _label(one)) for one in process.versions),
        ],
    )


def marks_of(source: Source, other: Source, path: str) -> list[Mark]:
    """Return the marks of a diagram of `source`, seen against another version, for the script."""
    newer = _order(source) >= _order(other)
    before, after = (other, source) if newer else (source, other)
    found = marks(looking.changes_between(before, after), path)
    return [
        Mark(element=element, mark=mark, sign=MARKS[mark][0], word=str(MARKS[mark][1]))
        for element, mark in found.items()
    ]


def _order(source: Source) -> int:
    return source.version.number if source.version is not None else 1_000_000


def _chosen(versions: tuple[VersionRow, ...]) -> tuple[str, str]:
    """Return what the address asks for; without it the newest version and the one before."""
    newest = versions[0].number
    earlier = versions[1].number if len(versions) > 1 else newest
    before = request.args.get("before") or f"v{earlier}"
    return before, request.args.get("after") or f"v{newest}"


def _label(version: VersionRow) -> str:
    number = gettext("version %(number)d", number=version.number)
    return f"{number} · {gettext(version.reason)}"[:60]


def _file(path: str, changes: list[Change], old: Source, new: Source) -> FileShown:
    parts = {one.path: one.title for source in (old, new) for one in looking.parts_of(source)}
    return FileShown(
        path=path,
        kind=kind_of(path),
        title=parts.get(path, path),
        changes=in_words(changes),
        before=path in old.files,
        after=path in new.files,
    )


def in_words(changes: Iterable[Change]) -> list[Shown]:
    """Return changes in the reader's language."""
    return [_shown(one) for one in changes]


def _shown(change: Change) -> Shown:
    sign, word = MARKS[change.mark]
    return Shown(
        mark=change.mark,
        sign=sign,
        word=str(word),
        sort=gettext(change.sort),
        name=_said(change.name),
        element=change.element,
        details=tuple(
            Detail(what=_said(one.what), before=_said(one.before), after=_said(one.after))
            for one in change.details
        ),
    )


def _said(text: str) -> str:
    """Translate what is a message; words of the bundle itself stay as they are."""
    if text in ("true", "false"):
        return gettext("Yes") if text == "true" else gettext("No")
    return gettext(text) if isinstance(text, Message) else text
