"""Running cases go to another version, and back: asked for, watched, read afterwards."""

from __future__ import annotations

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.moves import Move
from models.queries.moves import MoveRow, list_moves, moved_cases, read_move
from webapp.context import city, now, person, reading
from webapp.permissions import may
from webapp.studio.beside import start
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.impact import impact_page, is_running, preview_of, progress_of, said
from webapp.studio.shipping import read_number, said_problem
from webapp.studio.sources import process_of
from workflows.actions import migration
from workflows.actions.migration import Chosen
from workflows.errors import InvalidEntries, NotFound
from workflows.passage import mapping_of

SHOWN = 500
MOST = 2000
"""Cases, stages or elements that one page may name."""
_NUMBER = re.compile(r"[^\s,，;；、]+")


@blueprint.post("/<key>/impact/<int:number>/move")
@may(PROCESS_ADMIN)
def move_cases(key: str, number: int) -> ResponseReturnValue:
    """Move all cases that can go, or some, to the version that was looked at."""
    preview, source = preview_of(key, number)
    if source is None or source.version is None:
        raise NotFound
    try:
        move_id = migration.begin_move(
            city(),
            person().actor,
            key,
            _chosen(),
            now=now(),
            reason=request.form.get("reason", ""),
            version=source.version.number,
            mapping=mapping_of(preview.mapping),
        )
    except InvalidEntries as error:
        return impact_page(key, number, said_problem(error)), 422
    return _started(key, move_id)


def _chosen() -> Chosen:
    form = request.form
    if form.get("which") != "some":
        return Chosen(whole=True)
    places = (one.partition(":") for one in form.getlist("element")[:MOST])
    return Chosen(
        stages=form.getlist("stage")[:MOST],
        elements=[(process, element) for process, _, element in places],
        numbers=_NUMBER.findall(form.get("numbers", ""))[:MOST],
    )


def _started(key: str, move_id: int) -> ResponseReturnValue:
    start("move", move_id)
    return redirect(url_for("studio.move", key=key, number=move_id), 303)


@blueprint.get("/<key>/moves")
@may(PROCESS_ADMIN)
def moves(key: str) -> ResponseReturnValue:
    """List the moves of a process' running cases."""
    with reading() as session:
        process = process_of(session, key)
        found = list_moves(session, process.id)
    return render_template("studio/moves.html", process=process, moves=found)


@blueprint.get("/<key>/moves/<int:number>")
@may(PROCESS_ADMIN)
def move(key: str, number: int) -> ResponseReturnValue:
    """Show how far a move is, and what became of each case."""
    return _move_page(key, number)


def _move_page(key: str, number: int, problem: str = "") -> str:
    found, row = _found(key, number)
    with reading() as session:
        process = process_of(session, key)
        cases = moved_cases(session, number, limit=SHOWN)
    return render_template(
        "studio/move.html",
        process=process,
        move=found,
        row=row,
        cases=cases,
        running=is_running(found, now()),
        said=said,
        problem=problem,
    )


@blueprint.get("/<key>/moves/<int:number>/progress")
@may(PROCESS_ADMIN)
def move_progress(key: str, number: int) -> ResponseReturnValue:
    """Return how far a move is, for the part of the page that asks again and again."""
    found, _ = _found(key, number)
    return progress_of(found, url_for("studio.move", key=key, number=number))


@blueprint.post("/<key>/moves/<int:number>/back")
@may(PROCESS_ADMIN)
def move_back(key: str, number: int) -> ResponseReturnValue:
    """Take the cases of a move back to where they came from; one of them where it is named."""
    _found(key, number)
    one = read_number(request.form.get("case", ""))
    try:
        move_id = migration.begin_back(
            city(),
            person().actor,
            number,
            now=now(),
            reason=request.form.get("reason", ""),
            numbers=[one] if one else (),
        )
    except InvalidEntries as error:
        return _move_page(key, number, said_problem(error)), 422
    return _started(key, move_id)


def _found(key: str, number: int) -> tuple[Move, MoveRow]:
    with reading() as session:
        process = process_of(session, key)
        found, row = session.get(Move, number), read_move(session, number)
    if found is None or row is None or found.process_id != process.id:
        raise NotFound
    return found, row
