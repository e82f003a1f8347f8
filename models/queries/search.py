"""Search: Chinese words for a tsvector column, and the condition that looks them up."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql import func

from models.cases import Case

LONGEST_DOCUMENT = 20_000
"""Characters of a case that are indexed."""


def words(text: str) -> list[str]:
    """Return the words of a text, long Chinese words also by their parts."""
    found = _jieba().cut_for_search(text)
    return [word.strip().lower() for word in found if any(char.isalnum() for char in word)]


@cache
def _jieba() -> Any:
    """Return the library that knows Chinese words, loaded when the first is looked for."""
    library = import_module("jieba")  # a start that loads it takes a quarter second longer
    library.setLogLevel(logging.WARNING)
    return library


def document(texts: Iterable[str]) -> str:
    """Return what is given to PostgreSQL's `simple` configuration: words parted by spaces."""
    return " ".join(words(" ".join(texts)[:LONGEST_DOCUMENT]))


def matches(text: str) -> ColumnElement[bool]:
    """Return the condition that a case holds all words of a text, or has this number."""
    query = func.plainto_tsquery("simple", " ".join(words(text[:200])))
    return Case.search.bool_op("@@")(query) | numbered(text)


def numbered(text: str) -> ColumnElement[bool]:
    """Return the condition that a case's number begins so, in small letters or large ones."""
    return func.upper(Case.number).startswith(text.strip().upper(), autoescape=True)
