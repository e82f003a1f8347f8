"""What another version would do to running cases: looked at before anything moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from models.bundle_drafts import BundleDraft
from models.moves import Move
from models.processes import ProcessVersion
from webapp.context import city, now, person, reading
from webapp.diagrams import Mark, marked
from webapp.language import gettext
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.beside import start
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.sources import Source, process_of, source_of
from workflows.actions import migration
from workflows.definitions.contents import pretty
from workflows.definitions.reading import Unreadable
from workflows.errors import NotFound
from workflows.migrating import LOST
from workflows.passage import MAPPINGS, mapping_of

WHAT = {
    "due": lazy_gettext("time limit"),
    "warn": lazy_gettext("warning"),
    "timer": lazy_gettext("timer"),
}


@blueprint.post("/<key>/<ref>/impact")
@may(PROCESS_ADMIN)
def look_into(key: str, ref: str) -> ResponseReturnValue:
    """Try all running cases in a version or a draft, in a process of its own."""
    source = source_of(key, ref)
    return _begun(key, source, _mapping(request.form))


def _begun(key: str, source: Source, mapping: dict[tuple[str, str], str]) -> ResponseReturnValue:
    number = migration.begin_preview(
        city(),
        person().actor,
        key,
        now=now(),
        version=source.version.number if source.version else None,
        draft_id=source.draft.id if source.draft else None,
        mapping=mapping,
    )
    start("move", number)
    return redirect(url_for("studio.impact", key=key, number=number), 303)


@blueprint.get("/<key>/impact/<int:number>")
@may(PROCESS_ADMIN)
def impact(key: str, number: int) -> ResponseReturnValue:
    """Show what would become of the running cases."""
    return impact_page(key, number)


def impact_page(key: str, number: int, problem: str = "") -> str:
    """Return the page of a preview; `problem` is what keeps cases from being moved."""
    move, source = preview_of(key, number)
    with reading() as session:
        process = process_of(session, key)
    report: dict[str, Any] = move.report
    newest = report.get("versions") and _old(key, report)
    return render_template(
        "studio/impact.html",
        process=process,
        move=move,
        source=source,
        report=report,
        running=is_running(move, now()),
        pictures=list(_pictures(newest, report)) if newest else [],
        old=newest,
        stages=_stages(newest, report) if newest else [],
        what=WHAT,
        said=said,
        moment=_moment,
        problem=problem,
        entries=request.form,
    )


@blueprint.get("/<key>/impact/<int:number>/progress")
@may(PROCESS_ADMIN)
def impact_progress(key: str, number: int) -> ResponseReturnValue:
    """Return how far a preview is, for the part of the page that asks again and again."""
    move, _ = preview_of(key, number)
    return progress_of(move, url_for("studio.impact", key=key, number=number))


@blueprint.post("/<key>/impact/<int:number>/again")
@may(PROCESS_ADMIN)
def look_again(key: str, number: int) -> ResponseReturnValue:
    """Try all running cases again, with what takes the place of elements that are gone."""
    _, source = preview_of(key, number)
    if source is None:
        raise NotFound
    return _begun(key, source, _mapping(request.form))


@blueprint.get("/<key>/impact/<int:number>/picture/<path:path>")
@may(PROCESS_ADMIN)
def impact_picture(key: str, number: int, path: str) -> ResponseReturnValue:
    """Return a diagram of the version that the cases are on, with counts, for the script."""
    move, _ = preview_of(key, number)
    source = _old(key, move.report)
    if path not in source.files:
        raise NotFound
    try:
        xml = pretty(path, source.files[path])
    except Unreadable as error:
        raise NotFound from error
    return marked(xml, _marks(move.report, xml))


def progress_of(move: Move, address: str) -> ResponseReturnValue:
    """Return the progress bar of a move, or tell the page to show what came of it."""
    if not is_running(move, now()):
        return "", 200, {"HX-Redirect": address}
    return render_template("studio/move_progress.html", move=move, address=address)


def is_running(move: Move, at: datetime) -> bool:
    """Whether somebody is still at a move; one that stands still goes on by itself later."""
    if move.finished_at is not None:
        return False
    return move.kind != "preview" or move.beat_at > at - 2 * LOST


def said(reason: Mapping[str, Any]) -> str:
    """Return a reason against a move in the reader's language."""
    text, words = reason["said"]
    return gettext(text, **words)


def preview_of(key: str, number: int) -> tuple[Move, Source | None]:
    """Return a preview and what it looked at; the draft may be gone meanwhile."""
    with reading() as session:
        process = process_of(session, key)
        move = session.get(Move, number)
        if move is None or move.kind != "preview" or move.process_id != process.id:
            raise NotFound
        version = session.get(ProcessVersion, move.version_id) if move.version_id else None
        draft = session.get(BundleDraft, move.draft_id) if move.draft_id else None
    if version is not None:
        return move, source_of(key, f"v{version.number}")
    return move, None if draft is None else source_of(key, f"d{draft.id}")


def _old(key: str, report: Mapping[str, Any]) -> Source:
    """Return the version that most of the cases are on."""
    if not report.get("versions"):
        raise NotFound
    number, _ = max(report["versions"], key=lambda one: (one[1], one[0]))
    return source_of(key, f"v{number}")


def _pictures(source: Source, report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the diagrams in which cases stand, those that keep cases from moving first."""
    titles = {one.path: one.title for one in looking.parts_of(source)}
    found = []
    for path, data in source.files.items():
        rows = list(_standing(report, data.decode())) if path.endswith(".bpmn") else []
        if rows:
            row: dict[str, Any] = {"path": path, "title": titles.get(path, path)}
            row["cases"] = sum(one["cases"] for one in rows)
            row["stuck"] = sum(one["stuck"] for one in rows)
            found.append(row)
    yield from sorted(found, key=lambda one: (-one["stuck"], -one["cases"]))


def _standing(report: Mapping[str, Any], xml: str) -> Iterator[dict[str, Any]]:
    """Yield the elements of a diagram at which cases stand; `stuck` are kept there by it.

    What waits at any time says little about where a case is.
    """
    stuck: Counter[tuple[str, str]] = Counter()
    for one in report["reasons"]:
        stuck[one["process"], one["element"]] += one["cases"]
    for one in report["elements"]:
        at = (one["process"], one["element"])
        if f'id="{one["process"]}"' in xml and (one["kind"] != "wait" or stuck[at]):
            yield {**one, "stuck": stuck[at]}


def _marks(report: Mapping[str, Any], xml: str) -> Iterator[Mark]:
    for one in _standing(report, xml):
        words = gettext("%(name)s: %(cases)d cases", name=one["name"], cases=one["cases"])
        sign = str(one["cases"])
        if one["stuck"]:
            words += gettext(", %(cases)d of them cannot move", cases=one["stuck"])
            sign = f"✕ {sign}"
        mark = "stuck" if one["stuck"] else "here"
        yield Mark(element=one["element"], mark=mark, sign=sign, word=words)


def _stages(source: Source, report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the stages with their counts, in the order of the process."""
    settings = looking.settings_of(source.files)
    known = {
        one.key: (number, one) for number, one in enumerate(settings.stages if settings else ())
    }
    rows = [
        {
            "key": stage,
            "stage": known[stage][1] if stage in known else None,
            "order": known[stage][0] if stage in known else 99,
            "fits": counts.get("fits", 0),
            "refused": counts.get("refused", 0),
        }
        for stage, counts in report["stages"].items()
    ]
    return sorted(rows, key=lambda one: one["order"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _mapping(form: MultiDict[str, str]) -> dict[tuple[str, str], str]:
    """Return what a page says about elements that are gone: fields `map:process:element`."""
    rows = []
    for name, value in form.items():
        _, _, place = name.partition("map:")
        process, _, element = place.partition(":")
        if process and element and value:
            rows.append([process, element, value])
    return mapping_of(rows[:MAPPINGS])
