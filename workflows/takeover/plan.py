"""The bundle's own word on its register: columns, the words for stages, and the acts behind them.

`takeover.toml` of a bundle names the column that holds the office's number and the one that says
where a case stands. `[[columns]]` give name, kind and what a cell becomes; `[acts]` are what was
done, in words of the diagrams; `[[stages]]` say which of them led to where a case stands.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.errors import DefinitionRefused, Place

FILE = "takeover.toml"
KINDS = ("text", "date", "day", "unit", "place", "session", "person", "returns", "number")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the register. `field` is what it fills in the start form, if it does."""

    name: str
    kind: str = "text"
    field: str = ""
    required: bool = False
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)
    about: str = ""
    about_en: str = ""
    example: str = ""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What was done: a task under one of the names in `do`, or an `action`.

    It was done on the first date that the columns `on` tell. `when` names a column without which
    it was not done, `unless` one with which; `each` one that holds several entries, each of which
    makes the acts `acts`. An `optional` one is done only where its task is open.
    """

    name: str
    do: tuple[str, ...] = ()
    action: str = ""
    reason: str = ""
    on: tuple[str, ...] = ()
    when: str = ""
    unless: str = ""
    optional: bool = False
    each: str = ""
    acts: tuple[Act, ...] = ()
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where a case may stand: the register's words for it, the acts that led there."""

    words: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What `takeover.toml` says."""

    number: str
    stage: str
    submitted: str
    channel: str
    actor: str
    columns: tuple[Column, ...]
    acts: Mapping[str, Act]
    stages: tuple[Stage, ...]

    def column(self, name: str) -> Column | None:
        """Return a column by its heading."""
        return next((column for column in self.columns if column.name == name), None)

    def standing(self, word: str) -> Stage | None:
        """Return the stage that a word of the register stands for."""
        return next((stage for stage in self.stages if word in stage.words), None)

    def course(self, stage: Stage) -> Sequence[Act]:
        """Return the acts that led to a stage."""
        return [self.acts[name] for name in stage.acts]


def parse(data: bytes) -> Plan:
    """Read `takeover.toml`; raises DefinitionRefused with the place and the mend."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
        acts = {name: _act(name, row) for name, row in table["acts"].items()}
        plan = Plan(
            number=table["number"],
            stage=table["stage"],
            submitted=table["submitted"],
            channel=table.get("channel", ""),
            actor=table["actor"],
            columns=tuple(Column(**row) for row in table["columns"]),
            acts=acts,
            stages=tuple(
                Stage(words=tuple(row["words"]), acts=tuple(row["acts"])) for row in table["stages"]
            ),
        )
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise _refused(f"it cannot be read: {error}") from error
    _agree(plan)
    return plan


def _act(name: str, row: Mapping[str, Any]) -> Act:
    keys = ("action", "reason", "when", "unless", "optional", "each", "values")
    plain = {key: row[key] for key in keys if key in row}
    return Act(
        name=name,
        do=_several(row.get("do", ())),
        on=_several(row.get("on", ())),
        acts=tuple(_act(name, one) for one in row.get("acts", ())),
        **plain,
    )


def _several(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _agree(plan: Plan) -> None:
    for column in plan.columns:
        if column.kind not in KINDS:
            raise _refused(f"{column.name} is of an unknown kind {column.kind!r}")
    for stage in plan.stages:
        for name in stage.acts:
            if name not in plan.acts:
                raise _refused(f"the stage {stage.words[0]} names an unknown act {name!r}")
    named = [plan.number, plan.stage, plan.submitted, *filter(None, [plan.channel])]
    named += [
        name
        for act in plan.acts.values()
        for name in (*act.on, act.when, act.unless, act.each)
        if name
    ]
    for name in named:
        if plan.column(name) is None:
            raise _refused(f"there is no column {name}")


def _refused(reason: str) -> DefinitionRefused:
    return DefinitionRefused(
        place=Place(file=FILE), reason=reason, advice="Mend the file and deploy the bundle again."
    )
