"""Files of other products in the studio: uploaded, and their report walked through to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from models.bundle_drafts import BundleDraft
from models.imports import DraftImport, ImportLine
from models.queries.imports import OPEN, count_open, read_import, read_lines
from webapp.context import city, now, person, reading
from webapp.diagrams import Mark, marked
from webapp.language import gettext
from webapp.permissions import may
from webapp.saying import speaker, spoken_here
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.sources import Source, draft_of, source_of
from workflows.actions import imports
from workflows.definitions.check.registry import RULES
from workflows.definitions.contents import kind_of, pretty
from workflows.definitions.messages import from_data, spoken
from workflows.definitions.reading import Unreadable
from workflows.errors import NotFound

GROUPS = {
    "todo": (lazy_gettext("Left for you to do"), lazy_gettext("to do")),
    "dropped": (lazy_gettext("Not carried over"), lazy_gettext("dropped")),
    "guessed": (lazy_gettext("Guessed: please look"), lazy_gettext("guessed")),
    "kept": (lazy_gettext("Said in another way, nothing to do"), lazy_gettext("changed")),
}
"""Severity -> heading of its lines, and the word beside one of them."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of the report in the reader's language.

    `state` is `open`, `dealt`, `found` (the check refuses it still) or `no_longer` (it no longer
    does); lines that say only what has become of something are `told`.
    """

    number: int
    severity: str
    word: str
    file: str
    element: str
    name: str
    subject: str
    sentence: str
    mend: str
    state: str
    dealt_by: str
    dealt_at: datetime | None
    edit: str
    """Address at which it can be mended, empty where there is no editor for it."""

    @property
    def settled(self) -> bool:
        """Whether nobody has to look at it any more."""
        return self.state in ("dealt", "no_longer", "told")

    @property
    def changeable(self) -> bool:
        """Whether a person says that it was dealt with, rather than the check."""
        return self.state in ("open", "dealt")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How far the report of a draft has been walked through."""

    dialect: str
    left: int


def bring(files: Mapping[str, bytes], name: str) -> ResponseReturnValue:
    """Make uploaded files of another product a draft, and show its report."""
    draft_id = imports.bring(city(), person().actor, files, name=name, now=now())
    with reading() as session:
        key = session.get_one(BundleDraft, draft_id).process_key
    flash(gettext("The files are a draft now. Please go through the report below."), "good")
    return redirect(url_for("studio.import_report", key=key, ref=f"d{draft_id}"), 303)


def summary_of(source: Source) -> Summary | None:
    """Return how far the report of a draft is, None for what was not imported."""
    if source.draft is None:
        return None
    with reading() as session:
        found = read_import(session, source.draft.id)
        if found is None:
            return None
        left = count_open(session, [source.draft.id]).get(source.draft.id, 0)
    return Summary(dialect=found.dialect, left=left)


@blueprint.get("/<key>/<ref>/import")
@may(PROCESS_ADMIN)
def import_report(key: str, ref: str) -> ResponseReturnValue:
    """Show what the importer dropped, guessed and left to do, and what was dealt with."""
    source = source_of(key, ref)
    found, items = _report(source)
    groups = [
        (severity, heading, of)
        for severity, (heading, _) in GROUPS.items()
        if (of := [one for one in items if one.severity == severity])
    ]
    diagrams = [one for one in looking.parts_of(source) if one.kind == "diagram"]
    first = {one.file: one.number for one in reversed(items) if not one.settled}
    return render_template(
        "studio/import.html",
        source=source,
        dialect=found.dialect,
        groups=groups,
        diagrams=sorted(diagrams, key=lambda one: first.get(one.path, len(items) + 1)),
        settings=looking.settings_of(source.files),
        **_progress(source, items),
    )


@blueprint.post("/<key>/<ref>/import/<int:number>")
@may(PROCESS_ADMIN)
def import_deal(key: str, ref: str, number: int) -> ResponseReturnValue:
    """Keep that a line was dealt with, or open it again; answer with that line for the page."""
    draft = draft_of(key, ref)
    done = request.form.get("dealt") == "1"
    imports.deal(city(), person().actor, draft.id, number, done=done, now=now())
    if request.headers.get("HX-Request") != "true":
        address = url_for("studio.import_report", key=key, ref=ref, _anchor=f"line-{number}")
        return redirect(address, 303)
    source = source_of(key, ref)
    _, items = _report(source)
    item = next(one for one in items if one.number == number)
    return render_template(
        "studio/import_line.html", source=source, item=item, swap=True, **_progress(source, items)
    )


@blueprint.get("/<key>/<ref>/import/picture/<path:path>")
@may(PROCESS_ADMIN)
def import_picture(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Return a diagram of the draft, each element marked with its lines of the report."""
    source = source_of(key, ref)
    _, items = _report(source)
    if path not in source.files or kind_of(path) != "diagram":
        raise NotFound
    try:
        xml = pretty(path, source.files[path])
    except Unreadable as error:
        raise NotFound from error
    open_ = [one for one in items if one.file == path and one.element and not one.settled]
    return marked(xml, _marks(open_))


@blueprint.get("/<key>/<ref>/import/original.zip")
@may(PROCESS_ADMIN)
def import_original(key: str, ref: str) -> ResponseReturnValue:
    """Hand out the files as they were uploaded."""
    draft = draft_of(key, ref)
    with reading() as session:
        found = read_import(session, draft.id)
        if found is None:
            raise NotFound
        data = bytes(found.archive)
    answer = Response(data, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}-original.zip"'
    return answer


def _marks(items: list[Item]) -> Iterator[Mark]:
    """Yield a mark per element: the first of its lines, which is the gravest, and where it is."""
    seen: set[str] = set()
    for one in items:
        if one.element not in seen:
            seen.add(one.element)
            yield Mark(
                element=one.element,
                mark=one.severity,
                sign=str(one.number),
                word=f"{one.word}{gettext(': ')}{one.sentence}"[:300],
                href=f"#line-{one.number}",
            )


def _report(source: Source) -> tuple[DraftImport, list[Item]]:
    if source.draft is None:
        raise NotFound
    with reading() as session:
        found = read_import(session, source.draft.id)
        if found is None:
            raise NotFound
        lines = read_lines(session, source.draft.id)
    still = {(one.element, one.rule) for one in looking.raw_findings(source)}
    return found, [_item(source, line, still) for line in lines]


def _item(source: Source, line: ImportLine, still: set[tuple[str, int]]) -> Item:
    language = spoken_here()
    say = speaker(language)
    mend = spoken(from_data(line.mend), say)
    if line.rule in RULES and language == "zh":
        mend = RULES[line.rule].words(language).mend
    return Item(
        number=line.number,
        severity=line.severity,
        word=str(GROUPS[line.severity][1]),
        file=line.file,
        element=line.element,
        name=line.name,
        subject="" if line.rule else spoken(from_data(line.subject), say),
        sentence=spoken(from_data(line.sentence), say),
        mend=mend,
        state=_state(line, still),
        dealt_by=line.dealt_by,
        dealt_at=line.dealt_at,
        edit=_editor(source, line),
    )


def _state(line: ImportLine, still: set[tuple[str, int]]) -> str:
    if line.rule:
        return "found" if (line.element, line.rule) in still else "no_longer"
    if line.severity not in OPEN:
        return "told"
    return "dealt" if line.dealt_by else "open"


EDITORS = {"diagram": "studio.draw", "table": "studio.edit_table", "form": "studio.edit_form"}
"""Kind of a file -> the page on which it is changed."""


def _editor(source: Source, line: ImportLine) -> str:
    """Return where the element of a line can be changed."""
    route = EDITORS.get(kind_of(line.file)) if line.file in source.files else None
    if route is None:
        return ""
    anchor = line.element if route == "studio.draw" and line.element else None
    return url_for(route, key=source.key, ref=source.ref, path=line.file, _anchor=anchor)


def _progress(source: Source, items: list[Item]) -> dict[str, int]:
    asked = [one for one in items if one.severity in OPEN]
    errors = sum(one.severity == "error" for one in looking.raw_findings(source))
    return {"asked": len(asked), "settled": sum(one.settled for one in asked), "errors": errors}
