"""The command line: `throughtrain`, its commands, and what it says when something goes wrong."""

from __future__ import annotations

import errno
import logging
import sys
from importlib import import_module
from keyword import iskeyword
from typing import NoReturn, cast

import click
import psycopg
from sqlalchemy.exc import DBAPIError

from models.trouble import Trouble
from workflows.errors import ThroughTrainError

UNUSABLE = 2
INTERRUPTED = 130

ROOMS = {
    "run": "running",
    "web": "running",
    "worker": "keeping",
    "migrate": "keeping",
    "demo": "keeping",
    "directory": "keeping",
    "backup": "keeping",
    "restore": "keeping",
    "check": "definitions",
    "deploy": "definitions",
    "import": "importing",
    "second-person": "definitions",
    "simulate": "definitions",
    "scenario": "definitions",
    "trial": "definitions",
    "migrate-cases": "moving",
    "move": "moving",
    "repair-cases": "moving",
    "replay": "replaying",
    "takeover": "takingover",
    "incidents": "incidents",
    "retry": "incidents",
    "bench": "measuring",
    "verify": "measuring",
}
"""Which module of `webapp.commands` holds a command."""


class Commands(click.Group):
    """The commands, each loaded only when it is called: a start takes a second less."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of `ROOMS`."""
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none of that name."""
        if cmd_name not in ROOMS:
            return None
        room = import_module(f"webapp.commands.{ROOMS[cmd_name]}")
        name = cmd_name.replace("-", "_")
        return cast("click.Command", getattr(room, f"{name}_" if iskeyword(name) else name))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="throughtrain")
def cli() -> None:
    """The enterprise through-train: cases of companies, run from BPMN diagrams.

    Exit status: 0 good, 1 there are findings, 2 the input or the surroundings are unusable.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")


def main() -> NoReturn:
    """Run the command; what keeps it from running is said in one sentence."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(UNUSABLE)
    except (ThroughTrainError, Trouble) as error:
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
