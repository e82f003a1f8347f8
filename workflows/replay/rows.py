"""The rows of a recorded year: its sessions, its cases, every act, and what was reported of it.

A year is a folder: `cases.csv` (a row per case; what is no column of ours is a field of the start
form), `acts.csv` (a row per thing done), `sessions.csv` (a row per session that was held) and
`reported.toml` (title, process, the day up to which it is played, the reports' own sentences).
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from workflows.errors import DefinitionRefused, Place
from workflows.play.known import OWN
from workflows.play.player import ANYBODY
from workflows.play.scenario import PlannedSession

FOLDER = Path(__file__).parent / "years"
OF_CASE = ("case", "at", "by", "channel", "session")
OF_ACT = ("case", "of", "at", "by", "do", "outcome", "values", "action", "reason")


@dataclass(frozen=True, kw_only=True)
class ActRow:
    """One thing done: a task or a message (`do`), or an `action`; `line` is where it stands.

    `of` names another case that has come of this one (`part1`), as scenarios call it.
    """

    line: int
    case: str
    at: str
    by: str
    do: str
    of: str = OWN
    action: str = ""
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case as it was submitted; `values` are the fields of the start form."""

    line: int
    case: str
    at: str
    by: str
    channel: str
    session: str
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What was reported of a period: the sentence, where it stood, and its figures by name."""

    period: str
    sentence: str
    source: str
    figures: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Year:
    """The rows of one recorded year; `until` None: it ends today."""

    name: str
    title: str
    title_en: str
    process: str
    period: str
    until: date | None
    sessions: tuple[PlannedSession, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    acts: tuple[ActRow, ...] = ()
    reported: tuple[Reported, ...] = ()

    @cached_property
    def acts_by_case(self) -> Mapping[str, Sequence[ActRow]]:
        """Return the acts of each case in the order in which they stand."""
        found: dict[str, list[ActRow]] = {}
        for act in self.acts:
            found.setdefault(act.case, []).append(act)
        return found

    def without(self, *, cases: frozenset[str]) -> Year:
        """Return the year without some of its cases."""
        return replace(
            self,
            cases=tuple(row for row in self.cases if row.case not in cases),
            acts=tuple(row for row in self.acts if row.case not in cases),
        )


def names() -> list[str]:
    """Return the names of the recorded years."""
    return sorted(path.parent.name for path in FOLDER.glob("*/reported.toml"))


def read(name: str, folder: Path | None = None) -> Year:
    """Read a year; raise DefinitionRefused with file and line where a row cannot be read."""
    home = folder or FOLDER / name
    if name not in names() and folder is None:
        _refuse(name, 0, "there is no such recorded year", f"Known are: {', '.join(names())}.")
    about = tomllib.loads((home / "reported.toml").read_text("utf-8"))
    year = Year(
        name=name,
        title=about["title"],
        title_en=about["title_en"],
        process=about["process"],
        period=about.get("period", ""),
        until=about.get("until"),
        sessions=tuple(_session(row) for _, row in _rows(home / "sessions.csv")),
        cases=tuple(_case(line, row) for line, row in _rows(home / "cases.csv")),
        acts=tuple(_act(line, row) for line, row in _rows(home / "acts.csv")),
        reported=tuple(Reported(**row) for row in about.get("reported", [])),
    )
    _agree(year)
    return year


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        for row in reader:
            if None in row or None in row.values():
                _refuse(
                    path.name, reader.line_num, "it has too many or too few columns", "Mend it."
                )
            yield reader.line_num, row


def _session(row: Mapping[str, str]) -> PlannedSession:
    return PlannedSession(
        id=row["session"],
        place=row["place"],
        title=row["title"],
        held_on=date.fromisoformat(row["held_on"]),
        slots=int(row["slots"]),
        leader=row["leader"],
    )


def _case(line: int, row: Mapping[str, str]) -> CaseRow:
    fields = {key: value for key, value in row.items() if key not in OF_CASE and value}
    return CaseRow(
        line=line,
        case=row["case"],
        at=row["at"],
        by=row.get("by") or "enterprise",
        channel=row.get("channel") or "online",
        session=row.get("session") or "",
        values=fields,
    )


def _act(line: int, row: Mapping[str, str]) -> ActRow:
    for key in row:
        if key not in OF_ACT:
            _refuse(
                "acts.csv", line, f"nothing is called {key}", f"Known are: {', '.join(OF_ACT)}."
            )
    try:
        values = json.loads(row["values"]) if row.get("values") else {}
    except json.JSONDecodeError as error:
        _refuse("acts.csv", line, f"`values` are no JSON: {error}", "Mend them.")
    if row.get("outcome"):
        values["outcome"] = row["outcome"]
    return ActRow(
        line=line,
        case=row["case"],
        at=row["at"],
        by=row.get("by") or ANYBODY,
        do=row["do"],
        of=row.get("of") or OWN,
        action=row.get("action") or "",
        reason=row.get("reason") or "",
        values=values,
    )


def _agree(year: Year) -> None:
    known = {row.case for row in year.cases}
    if len(known) < len(year.cases):
        _refuse("cases.csv", 0, "a case stands twice", "Give each its own name.")
    for act in year.acts:
        if act.case not in known:
            _refuse("acts.csv", act.line, f"there is no case {act.case!r}", "Mend the name.")


def _refuse(file: str, line: int, reason: str, advice: str) -> NoReturn:
    element = f"line {line}" if line else ""
    raise DefinitionRefused(place=Place(file=file, element=element), reason=reason, advice=advice)
