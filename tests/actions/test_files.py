"""Uploads that wait for a step: how many, how long, and whose they are."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from models.people import Draft
from models.tables import File
from tests.actions.conftest import MONDAY, Town
from workflows import files, worker
from workflows.actions.drafts import keep_draft
from workflows.errors import FileRefused


def store(town: Town, owner: str = "person:1") -> object:
    return files.store(town.city, owner=owner, name="说明.txt", content=b"a", now=MONDAY)


def count(town: Town, model: type) -> int:
    with town.city.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_nobody_fills_the_disk_with_uploads(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_WAITING", 3)
    for _ in range(3):
        store(town)
    with pytest.raises(FileRefused, match="too many files"):
        store(town)
    store(town, "person:2")
    monkeypatch.setattr(files, "MOST_WAITING", 99)
    monkeypatch.setattr(files, "MOST_WAITING_BYTES", 3)
    with pytest.raises(FileRefused, match="too many files"):
        store(town)


def test_what_nobody_sends_is_forgotten_after_a_while(town: Town) -> None:
    store(town)
    for purpose in ("booking:errand", "company details"):
        keep_draft(town.city, uuid4(), purpose, {"a": 1}, person_id=None, now=MONDAY)
    worker.tidy(town.city, MONDAY + files.KEPT_WAITING)
    assert (count(town, File), count(town, Draft)) == (1, 2)
    worker.tidy(town.city, MONDAY + files.KEPT_WAITING + timedelta(seconds=1))
    assert (count(town, File), count(town, Draft)) == (0, 1)
