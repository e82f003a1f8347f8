"""Signing in and out: limits by name and by address, no word on who exists, all of it on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.people import EndedSession, Person
from models.tables import AuditEntry, Tally
from tests.actions.conftest import MONDAY, Town
from workflows.actions import accounts
from workflows.actions.accounts import (
    LOCKED_FOR,
    TRIES,
    TRIES_FROM_AN_ADDRESS,
    AccountLocked,
    SignInRefused,
    change_password,
    hash_password,
    sign_in,
    sign_out,
)
from workflows.actions.tallies import TooMany, hashed
from workflows.worker import tidy

PASSWORD = "a long enough password"
HERE, THERE = "203.0.113.7", "203.0.113.8"


@pytest.fixture
def known(town: Town) -> Town:
    """A town in which the worker has a password."""
    with town.city.database.transaction() as session:
        session.execute(
            update(Person).where(Person.login == "li").values(password_hash=hash_password(PASSWORD))
        )
    return town


def _trail(town: Town) -> list[tuple[str, int | None, dict[str, object]]]:
    with town.city.database.reading() as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.person_id, AuditEntry.detail)
            .where(AuditEntry.case_id.is_(None), AuditEntry.action != "deployed")
            .order_by(AuditEntry.id)
        )
        return [(action, person, detail) for action, person, detail in rows]


@pytest.mark.parametrize("login", ["li", "nobody at all", "wang"])
def test_every_name_is_locked_alike_known_or_not(known: Town, login: str) -> None:
    """`wang` has an account without a password."""
    for _ in range(TRIES - 1):
        with pytest.raises(SignInRefused):
            sign_in(known.city, login, "wrong", now=MONDAY, address=HERE)
    for password in ("wrong", PASSWORD):
        with pytest.raises(AccountLocked) as locked:
            sign_in(known.city, login, password, now=MONDAY, address=THERE)
        assert locked.value.values["minutes"] == 15


def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    known: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes the time is the slow hash; it is computed once, whoever is asked for."""
    checked: list[str] = []
    real = accounts._hasher.__class__.verify
    monkeypatch.setattr(
        accounts._hasher.__class__,
        "verify",
        lambda self, hash_, password: checked.append(hash_) or real(self, hash_, password),
    )
    for login in ("li", "nobody at all", "wang"):
        checked.clear()
        with pytest.raises(SignInRefused):
            sign_in(known.city, login, "wrong", now=MONDAY, address=HERE)
        assert len(checked) == 1
        assert checked[0].startswith("$argon2id$")


def test_a_lock_ends_and_a_sign_in_clears_the_count(known: Town) -> None:
    for _ in range(2):
        for _ in range(TRIES - 1):
            with pytest.raises(SignInRefused):
                sign_in(known.city, "li", "wrong", now=MONDAY, address=HERE)
        assert sign_in(known.city, "li", PASSWORD, now=MONDAY, address=HERE).person_id
    for _ in range(TRIES):
        with pytest.raises((SignInRefused, AccountLocked)):
            sign_in(known.city, "li", "wrong", now=MONDAY, address=HERE)
    after = MONDAY + LOCKED_FOR
    assert sign_in(known.city, "li", PASSWORD, now=after, address=HERE).person_id


def test_one_address_may_not_try_all_names(known: Town) -> None:
    for number in range(TRIES_FROM_AN_ADDRESS):
        with pytest.raises(SignInRefused):
            sign_in(known.city, f"guess {number}", "wrong", now=MONDAY, address=HERE)
    with pytest.raises(TooMany):
        sign_in(known.city, "li", PASSWORD, now=MONDAY, address=HERE)
    assert sign_in(known.city, "li", PASSWORD, now=MONDAY, address=THERE).person_id


def test_an_office_that_signs_in_rightly_is_never_locked(known: Town) -> None:
    for _ in range(TRIES_FROM_AN_ADDRESS + 5):
        sign_in(known.city, "li", PASSWORD, now=MONDAY, address=HERE)


def test_accounts_leave_a_trail(known: Town) -> None:
    worker = known.worker
    for login, password in (("li", PASSWORD), ("li", "wrong"), ("my secret", "wrong")):
        try:
            sign_in(known.city, login, password, now=MONDAY, address=HERE)
        except SignInRefused:
            continue
    change_password(known.city, worker, PASSWORD, "another long password", now=MONDAY)
    sign_out(known.city, worker, "s1", now=MONDAY, until=MONDAY + timedelta(hours=12))
    assert _trail(known) == [
        ("signed_in", worker.person_id, {"login": "li", "address": HERE}),
        ("sign_in_failed", worker.person_id, {"login": "li", "address": HERE}),
        ("sign_in_failed", None, {"login": "", "address": HERE}),
        ("password_changed", worker.person_id, {}),
        ("signed_out", worker.person_id, {}),
    ]


def test_a_typed_name_is_not_kept(known: Town) -> None:
    """People type their password into the wrong field."""
    with pytest.raises(SignInRefused):
        sign_in(known.city, "My Secret", "x", now=MONDAY, address=HERE)
    with known.city.database.reading() as session:
        kept = set(session.scalars(select(Tally.who)))
    assert kept == {hashed("my secret"), HERE}


def test_the_worker_forgets_what_no_longer_counts(known: Town) -> None:
    with pytest.raises(SignInRefused):
        sign_in(known.city, "li", "wrong", now=MONDAY, address=HERE)
    sign_out(known.city, known.worker, "s1", now=MONDAY, until=MONDAY + timedelta(hours=12))

    def left() -> tuple[int, int]:
        with known.city.database.reading() as session:
            return len(session.scalars(select(Tally.who)).all()), len(
                session.scalars(select(EndedSession.id)).all()
            )

    tidy(known.city, MONDAY + timedelta(hours=1))
    assert left() == (2, 1)
    tidy(known.city, MONDAY + timedelta(days=3))
    assert left() == (0, 0)
