"""A house whose pages and worker are stand-ins: `python -m tests.platform.stage HOME PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

from workflows.supervisor import CannotRun, House, Plan, Program

WORKER = "import time\nwhile True: time.sleep(60)"


def main(home: Path, port: int, database_url: str | None = None) -> int:
    """Run the house until it is asked to stop; say in one sentence why it cannot run."""
    serve = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    plan = Plan(
        home=home,
        host="127.0.0.1",
        port=port,
        database_url=database_url,
        preparation=lambda _url: None,
        programs=lambda _url: [
            Program(name="web", command=(*serve, "--directory", str(home))),
            Program(name="worker", command=(sys.executable, "-c", WORKER)),
        ],
        welcome="READY",
    )
    try:
        House(plan).run()
    except CannotRun as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    given = sys.argv[3] if len(sys.argv) > 3 else None
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), given))
