"""Write a migration from what changed in the models: `python -m models.migrations "message"`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from models.database import Database
from models.embedded import EmbeddedServer
from models.migrations import draft


def main() -> None:
    """Start a scratch server, migrate it, and write the difference as a new migration file."""
    if len(sys.argv) != 2:
        sys.exit('Say what changes: python -m models.migrations "add the enterprise\'s size"')
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        with EmbeddedServer(Path(name), durable=False).in_use() as server:
            database = Database(server.url())
            draft(database, sys.argv[1])
            database.close()


if __name__ == "__main__":
    main()
