"""A warm condition and a warm table cost little beside plain Python that says the same."""

from __future__ import annotations

from webapp.bench.language import measure_language


def test_a_condition_and_a_table_are_quick() -> None:
    condition, table = measure_language(series=40, calls=200)
    # Plain Python tells how busy the machine is just now: about 0.15 and 1.7 us when idle.
    assert condition.ratio is not None
    assert condition.value <= 5 or condition.ratio <= 33
    assert table.ratio is not None
    assert table.value <= 60 or table.ratio <= 36
