"""The command line: `throughtrain` and what it answers when something goes wrong."""

from __future__ import annotations

import errno
import logging
import sys
from typing import NoReturn

import click
import psycopg
from sqlalchemy.exc import DBAPIError

from models.backup import BackupFailed
from models.embedded import EmbeddedServerError
from webapp.commands import definitions, measuring, operating
from workflows.errors import ThroughTrainError

FINDINGS = 1
UNUSABLE = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="throughtrain")
def cli() -> None:
    """The enterprise through-train: cases of companies, run from BPMN diagrams.

    Exit status: 0 good, 1 there are findings, 2 the input or the surroundings are unusable.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")


for command in (*operating.COMMANDS, *definitions.COMMANDS, *measuring.COMMANDS):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command; what keeps it from running is said in one sentence."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(UNUSABLE)
    except (ThroughTrainError, EmbeddedServerError, BackupFailed) as error:
        _give_up(str(error))
    except (DBAPIError, psycopg.Error) as error:
        _give_up(_database_sentence(error))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _give_up("The disk is full: free at least 300 MB and start again.")


def _database_sentence(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.errors.DiskFull):
        return "The database's disk is full: free at least 300 MB and start again."
    first = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return f"The database refused ({first}): see that it runs and that DATABASE_URL is right."


def _give_up(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(UNUSABLE)
