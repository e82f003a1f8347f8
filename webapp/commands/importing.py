"""The command that turns diagrams of other products into bundles."""

from __future__ import annotations

from pathlib import Path

import click

from workflows.importing import import_path, write_bundle


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path),
              help="Folder for the bundle; it must be empty or hold the same bundle.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def import_(file: Path, folder: Path, as_json: bool) -> int:
    """Turn FILE, BPMN 2.0 of another product, into a bundle and say what became of everything.

    Exit status: 0 the check accepts the bundle, 1 something is left to do, 2 FILE is unreadable.
    """
    imported = import_path(file)
    write_bundle(imported, folder)
    click.echo(imported.as_json() if as_json else imported.as_text())
    return imported.status
