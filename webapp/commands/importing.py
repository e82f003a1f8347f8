"""The command that turns files of other products into bundles."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.commands.definitions import AS_JSON, LANGUAGE, spoken_by_the_environment
from webapp.saying import speaker
from workflows.definitions.check import Language
from workflows.importing import write_bundle
from workflows.importing_apart import import_path_bounded


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path),
              help="Folder for the bundle; it must be empty or hold the same bundle.")  # fmt: skip
@AS_JSON
@LANGUAGE
def import_(file: Path, folder: Path, as_json: bool, language: Language | None) -> int:
    """Turn FILE, BPMN 2.0 of another product, into a bundle and say what became of everything.

    FILE may be a folder or a .zip; with a single diagram come the called processes, decisions
    and forms that lie beside it.

    Exit status: 0 the check accepts the bundle, 1 something is left to do, 2 FILE is unreadable.
    """
    imported = import_path_bounded(file)
    write_bundle(imported, folder)
    spoken = language or spoken_by_the_environment()
    say = speaker(spoken)
    click.echo(imported.as_json(spoken, say) if as_json else imported.as_text(spoken, say))
    return imported.status
