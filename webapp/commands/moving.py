"""Commands that move running cases to another version of their process."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

import click

from models.moves import Move
from models.queries.moves import MovedRow, MoveRow, moved_cases, read_move
from webapp.lending import city_database
from webapp.settings import Settings
from workflows import migrating, repairing_many
from workflows.actions.migration import Chosen, begin_back, begin_move, begin_preview
from workflows.actor import SYSTEM
from workflows.city import City

MANY = 100_000


def _clock() -> datetime:
    return datetime.now(UTC)


@click.command("migrate-cases")
@click.argument("process")
@click.option("--to", "number", type=int, help="Number of the version; else the one in force.")
@click.option("--dry-run", is_flag=True, help="Try all running cases and say what would happen.")
@click.option("--stage", "stages", multiple=True, help="Only cases in this stage; repeatable.")
@click.option("--element", "elements", multiple=True, metavar="PROCESS/ELEMENT",
              help="Only cases that stand at this element; repeatable.")  # fmt: skip
@click.option("--number", "numbers", multiple=True, help="Only the case of this number.")
@click.option("--map", "mapped", multiple=True, metavar="PROCESS/ELEMENT=NEW",
              help="What takes the place of an element that is gone; repeatable.")  # fmt: skip
@click.option("--back", type=int, metavar="MOVE", help="Take the cases of this move back instead.")
@click.option("--reason", default="moved from the command line", help="Why, for the record.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def migrate_cases(
    process: str,
    number: int | None,
    dry_run: bool,
    stages: tuple[str, ...],
    elements: tuple[str, ...],
    numbers: tuple[str, ...],
    mapped: tuple[str, ...],
    back: int | None,
    reason: str,
    as_json: bool,
) -> int:
    """Move the running cases of PROCESS to another version, with all that they have.

    Exit status 1: some cases stay where they are; the answer says why, element by element.
    """
    mapping = dict(_mapped(one) for one in mapped)
    with city_database(Settings.read()) as database:
        city, at = City(database), _clock()
        if dry_run:
            move_id = begin_preview(city, SYSTEM, process, now=at, version=number, mapping=mapping)
        elif back is not None:
            move_id = begin_back(city, SYSTEM, back, now=at, reason=reason)
        else:
            chosen = Chosen(
                whole=not (stages or elements or numbers),
                stages=stages,
                elements=[_place(one) for one in elements],
                numbers=numbers,
            )
            move_id = begin_move(
                city, SYSTEM, process, chosen,
                now=at, reason=reason, version=number, mapping=mapping,
            )  # fmt: skip
        migrating.run(city, move_id, _clock)
        return _report(city, move_id, as_json=as_json)


@click.command(hidden=True)
@click.argument("move_id", type=int)
def move(move_id: int) -> None:
    """Carry out a move or a preview; the studio starts this beside the pages."""
    os.nice(5)
    with city_database(Settings.read()) as database:
        migrating.run(City(database), move_id, _clock)


@click.command("repair-cases", hidden=True)
@click.argument("run_id", type=int)
def repair_cases(run_id: int) -> None:
    """Carry out a repair of many cases; the studio starts this beside the pages."""
    os.nice(5)
    with city_database(Settings.read()) as database:
        repairing_many.run(City(database), run_id, _clock)


def _place(text: str) -> tuple[str, str]:
    process, _, element = text.partition("/")
    if not process or not element:
        raise click.BadParameter(f"{text!r} is not of the form PROCESS/ELEMENT")
    return process, element


def _mapped(text: str) -> tuple[tuple[str, str], str]:
    place, _, new = text.partition("=")
    if not new:
        raise click.BadParameter(f"{text!r} is not of the form PROCESS/ELEMENT=NEW")
    return _place(place), new


def _report(city: City, move_id: int, *, as_json: bool) -> int:
    with city.database.reading() as session:
        looked_at = session.get_one(Move, move_id)
        if looked_at.kind == "preview":
            return _say_preview(looked_at.report, as_json=as_json)
        row = read_move(session, move_id)
        assert row is not None
        left = moved_cases(session, move_id, states=("refused", "gone"), limit=MANY)
    return _say_move(row, left, as_json=as_json)


def _say_preview(report: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    elif "problem" in report:
        click.echo(report["problem"])
    else:
        click.echo(f"{report['fits']} of {report['cases']} running cases can move.")
        for reason in report["reasons"]:
            text, words = reason["said"]
            click.echo(f"  {reason['cases']} cannot: {reason['element']}: {text % words}")
        for due in report["dues"]:
            click.echo(f"  {due['cases']} at {due['element']} keep a due time counted otherwise")
    return 1 if report.get("refused") or "problem" in report else 0


def _say_move(row: MoveRow, left: list[MovedRow], *, as_json: bool) -> int:
    cases = [
        {"number": one.number, "state": one.state, "reasons": [_text(said) for said in one.reasons]}
        for one in left
    ]
    if as_json:
        answer = {"move": row.id, "version": row.number, "counts": row.counts, "left": cases}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"Move {row.id}: {row.counts.get('moved', 0)} of {row.total} cases moved.")
        for one in cases:
            click.echo(f"  {one['number']} stays: {' '.join(one['reasons'])}")
    return 1 if cases else 0


def _text(reason: dict[str, Any]) -> str:
    text, words = reason["said"]
    return str(text % words if words else text)
