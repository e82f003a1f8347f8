"""The things of a decision file: its tables' rules, cell by cell, and other expressions."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.decisiontables import DecisionTable, decision_tables
from workflows.definitions.messages import Message
from workflows.definitions.reading import local, read_xml
from workflows.definitions.things import Thing

TABLE = Message("table")
RULE = Message("rule of a table")
NAME = Message("name")
POLICY = Message("which rule counts")
COLUMNS = Message("columns")
EXPRESSION = Message("expression")
ORDER = Message("row")


def things_of_table(path: str, data: bytes) -> dict[str, Thing]:
    """Return tables and rules by id; raise `Unreadable` when it is no clean XML."""
    found: dict[str, Thing] = {}
    for table in decision_tables(path, data):
        found[table.id] = Thing(
            id=table.id,
            sort=TABLE,
            name=table.title,
            values={
                NAME: table.title,
                POLICY: table.policy_words,
                COLUMNS: "\n".join(f"{one.label} ({one.key or one.kind})" for one in table.columns),
            },
        )
        found.update(_rules(table))
    for decision in read_xml(data).iter():
        key = str(decision.get("id") or "")
        if local(decision) == "decision" and key not in found:
            texts = [(one.text or "").strip() for one in decision.iter() if local(one) == "text"]
            name = str(decision.get("name") or key)
            values: dict[str, str] = {NAME: name, EXPRESSION: "\n".join(texts)}
            found[key] = Thing(id=key, sort=TABLE, name=name, values=values)
    return found


def _rules(table: DecisionTable) -> Iterator[tuple[str, Thing]]:
    """Yield the rules; one is known by its id, or without ids of their own by its place."""
    told_apart = len(set(table.rules)) == len(table.rules) and all(table.rules)
    first_comes = table.policy in ("FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER")
    for number, (rule, row) in enumerate(zip(table.rules, table.rows, strict=True), start=1):
        values = {
            column.label or column.key or f"{place}": cell if cell != "-" else ""
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=False), start=1)
        }
        if first_comes:
            values[ORDER] = str(number)
        key = rule if told_apart else f"{table.id} {number}"
        words = [cell for cell in row if cell not in ("", "-")]
        name = f"{table.title} {number}: {' · '.join(words[:3])}"
        yield key, Thing(id=key, sort=RULE, name=name, values=values)
