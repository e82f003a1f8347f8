"""What a trial found is written into a scenario; all that it does not touch stays."""

from __future__ import annotations

import tomllib
from typing import Any

from workflows.simulate.adopting import adopted

SCENARIO = """# why this scenario is there
title = "补正"
[start]
at = 2026-03-02T09:00:00
[start.expect]
due = { review = 2026-03-04, other = 2026-03-05 } # two of them

[[steps]]
do = "review"
[steps.expect]
open = { one = "a@x", gone = "b@x" }
waits = ["withdraw"]
stage = "old"
[steps.expect.cases.part1]
light = { sign = "red" }
"""


def row(step: int, key: str, values: list[Any], row: str = "", case: str = "") -> dict[str, Any]:
    return {"step": step, "true": {"case": case, "key": key, "row": row, "values": values}}


def test_each_expectation_says_what_was_found() -> None:
    found = [
        row(0, "due", ["2026-03-06"], "review"),
        row(1, "open", ["b@x", "a@x"], "one"),
        row(1, "open", [], "gone"),
        row(1, "open", ["c@x"], "new"),
        row(1, "waits", ["instruct", "withdraw"]),
        row(1, "stage", ["new"]),
        row(1, "light", ["green"], "sign", case="part1"),
        {"step": 1, "true": None},
    ]
    text = adopted(SCENARIO.encode(), found).decode()
    before, after = tomllib.loads(SCENARIO), tomllib.loads(text)
    before["start"]["expect"]["due"]["review"] = after["start"]["expect"]["due"]["review"]
    assert after["start"] == before["start"]
    assert after["start"]["expect"]["due"]["review"].isoformat() == "2026-03-06"
    assert after["steps"][0]["expect"] == {
        "open": {"one": ["a@x", "b@x"], "new": "c@x"},
        "waits": ["instruct", "withdraw"],
        "stage": "new",
        "cases": {"part1": {"light": {"sign": "green"}}},
    }
    for kept in ("# why this scenario is there", "# two of them"):
        assert kept in text
