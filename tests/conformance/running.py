"""Runs cases and compares what came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.conformance.cases import Case, cases_in
from workflows.dmn import Decisions, parse_decisions
from workflows.feel import Budget, FeelError
from workflows.feel.values import equal

PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a case; `detail` says what differed or why it was not run."""

    folder: str
    case: str
    outcome: str
    detail: str = ""


def folders_in(root: Path) -> Iterator[Path]:
    """Yield the folders at or below `root` that hold cases, in order."""
    for folder in sorted({path.parent for path in root.rglob("*.dmn")}):
        if any(folder.glob("*.xml")):
            yield folder


def run(root: Path) -> list[Result]:
    """Return the results of all cases at or below `root`."""
    return [result for folder in folders_in(root) for result in run_folder(folder, root)]


def run_folder(folder: Path, root: Path) -> Iterator[Result]:
    """Yield the results of one folder."""
    name = str(folder.relative_to(root)) if folder != root else folder.name
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    decisions = parse_decisions(files)
    foreign = _foreign(files)
    for case in cases_in(folder):
        if foreign & set(case.expected):
            yield Result(folder=name, case=case.id, outcome=NOT_RUN, detail="external Java")
            continue
        faults = list(_faults(decisions, case))
        outcome = FAILED if faults else PASSED
        yield Result(folder=name, case=case.id, outcome=outcome, detail="; ".join(faults))


def _foreign(files: dict[str, bytes]) -> set[str]:
    """Return the names of decisions that call code of another language."""
    found: set[str] = set()
    for data in files.values():
        for part in data.decode().split("<decision ")[1:]:
            body = part.split("</decision>")[0]
            if 'kind="Java"' in body or "external" in body.split("<text>", 1)[-1].lower():
                found.add(body.split('name="', 1)[1].split('"', 1)[0])
    return found


def _faults(decisions: Decisions, case: Case) -> Iterator[str]:
    for name, wanted in case.expected.items():
        try:
            got = _ask(decisions, case, name)
        except FeelError as error:
            got = None
            reason = f" ({error.reason})"
        else:
            reason = ""
        if not same(got, wanted):
            yield f"{name}: {got!r} instead of {wanted!r}{reason}"


def _ask(decisions: Decisions, case: Case, name: str) -> Any:
    asked = case.invocable or name
    decision = decisions.find(asked, case.model) or decisions.find(asked)
    if decision is None:
        raise FeelError(f"there is no decision {asked}.")
    value = decisions.evaluate(decision, case.inputs).value
    several = case.invocable is not None and len(case.expected) > 1
    return value.get(name) if several and isinstance(value, dict) else value


def same(got: Any, wanted: Any) -> bool:
    """Whether two values are alike; numbers within the precision of a double."""
    if isinstance(got, Decimal) and isinstance(wanted, Decimal):
        return abs(got - wanted) <= abs(wanted) * Decimal("1e-8")
    if isinstance(got, list) and isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(same(got[key], wanted[key]) for key in got)
    return type(got) is type(wanted) and equal(got, wanted, Budget()) is True


def counted(results: list[Result]) -> dict[str, Counter[str]]:
    """Return how many cases of each folder passed, failed, were not run."""
    counts: dict[str, Counter[str]] = {}
    for result in results:
        counts.setdefault(result.folder, Counter())[result.outcome] += 1
    return counts
