"""The command `python -m tests.conformance DIR [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from tests.conformance.running import FAILED, NOT_RUN, PASSED, Result, counted, run

OUTCOMES = (PASSED, FAILED, NOT_RUN)


def main() -> int:
    """Run the cases; 0 when none failed, 1 when some did, 2 when there are none."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("dir", type=Path, help="folder with conformance cases")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("--failures", action="store_true", help="list each failed case")
    options = parser.parse_args()
    results = run(options.dir) if options.dir.is_dir() else []
    if not results:
        sys.stderr.write(f"No conformance cases in {options.dir}.\n")
        return 2
    sys.stdout.write((as_json(results) if options.json else as_text(results)) + "\n")
    if options.failures and not options.json:
        for result in results:
            if result.outcome == FAILED:
                sys.stdout.write(f"{result.case}: {result.detail}\n")
    return 1 if any(result.outcome == FAILED for result in results) else 0


def as_text(results: list[Result]) -> str:
    """Return a table: a line per folder, then the sums."""
    lines = [f"{'folder':60} " + " ".join(f"{outcome:>8}" for outcome in OUTCOMES)]
    for folder, counts in (*counted(results).items(), ("all", _total(results))):
        lines.append(f"{folder:60} " + " ".join(f"{counts[outcome]:8}" for outcome in OUTCOMES))
    return "\n".join(lines)


def as_json(results: list[Result]) -> str:
    """Return the same with every case that did not pass."""
    total = _total(results)
    return json.dumps(
        {
            "folders": {
                folder: {outcome.replace(" ", "_"): counts[outcome] for outcome in OUTCOMES}
                for folder, counts in counted(results).items()
            },
            **{outcome.replace(" ", "_"): total[outcome] for outcome in OUTCOMES},
            "failures": [
                {"folder": one.folder, "case": one.case, "detail": one.detail}
                for one in results
                if one.outcome == FAILED
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _total(results: list[Result]) -> Counter[str]:
    return Counter(result.outcome for result in results)


if __name__ == "__main__":
    sys.exit(main())
