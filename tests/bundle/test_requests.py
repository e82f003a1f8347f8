"""What the shipped tables allow when a department asks for more time, or to stand still."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.bundle.test_tables import decide, definition

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
DUE = datetime(2026, 3, 16, 15, 59, 59, tzinfo=UTC)
UNTIL = date(2026, 3, 20)


def extension(*, more: int, already: int = 0, due: datetime = DUE, **case: Any) -> bool:
    """Return whether a case may be put off by `more` working days."""
    found = decide(
        "extension_limits",
        {"fast_track": False, "urgency": "normal", "extension_until": UNTIL, **case},
        now=lambda: NOW,
        deadline_of=lambda task: due,
        count_of=lambda what: already,
        workdays_between=lambda a, b: more,
    )
    return bool(found["extension_allowed"])


@pytest.mark.parametrize(
    ("more", "already", "case", "allowed"),
    [
        (10, 0, {}, True),
        (10, 1, {}, True),
        (11, 0, {}, False),
        (10, 2, {}, False),
        (0, 0, {}, False),
        (-2, 0, {}, False),
        (3, 0, {"urgency": "urgent"}, True),
        (4, 0, {"urgency": "urgent"}, False),
        (1, 1, {"urgency": "urgent"}, False),
        (1, 0, {"fast_track": True}, False),
        (1, 0, {"fast_track": True, "urgency": "urgent"}, False),
        (5, 0, {"due": datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)}, False),
    ],
)
def test_more_time_is_bounded_in_days_and_number_and_asked_for_in_time(
    more: int, already: int, case: dict[str, Any], allowed: bool
) -> None:
    assert extension(more=more, already=already, **case) is allowed


@pytest.mark.parametrize(
    ("ground", "days", "already", "allowed"),
    [
        ("third_party", 60, 0, True),
        ("third_party", 61, 0, False),
        ("litigation", 120, 1, True),
        ("litigation", 121, 0, False),
        ("company", 20, 0, True),
        ("company", 21, 0, False),
        ("company", 5, 2, False),
        ("company", 0, 0, False),
        ("other", 5, 0, False),
    ],
)
def test_standing_still_needs_a_ground_and_an_end(
    ground: str, days: int, already: int, allowed: bool
) -> None:
    found = decide(
        "suspension_limits",
        {"suspension_ground": ground, "suspend_until": UNTIL},
        today=lambda: date(2026, 3, 10),
        count_of=lambda what: already,
        workdays_between=lambda a, b: days,
    )
    assert found["suspension_allowed"] is allowed
    assert found["suspension_note"]


@pytest.mark.parametrize("name", ["extension_limits", "suspension_limits"])
def test_every_row_names_its_source_and_owner(name: str) -> None:
    table = definition().decisions.table(name)
    assert table is not None
    assert table.annotations == ("来源", "负责单位", "说明")
    assert all(all(rule.annotations) for rule in table.rules)
