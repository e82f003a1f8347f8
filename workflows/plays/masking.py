"""Personal data, replaced in what was once typed into forms, so that it still fits them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflows.definitions.fields import Field
from workflows.definitions.forms import Form
from workflows.definitions.patterns import compiled

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SOMEBODY, COMPANY, TELEPHONE, ADDRESS = "某某", "某企业", "13800000000", "someone@example.com"
SHORTEST = 2
"""Characters that a value must have to be looked for in other texts."""


class Mask:
    """Replaces what is marked as personal, and the same words wherever else they were typed.

    `company` says which fields name the company and its contact, besides those that a form marks
    itself: key of the field -> column of the case. Options stay: what is chosen from a
    list (a unit, an official, a colleague's account) must be on the list.
    """

    def __init__(self, *, company: Mapping[str, str]) -> None:
        self._company = company
        self._known: dict[str, str] = {}

    def learn_name(self, name: str) -> None:
        """Take in the name of somebody who had to do with the case."""
        self._learn(name, SOMEBODY)

    def learn(self, form: Form, values: Mapping[str, Any]) -> None:
        """Take in what a form marks, before anything is replaced."""
        for one, value in _marked(form.fields, values, self._company):
            self._learn(value, self._instead(one, value))

    def masked(self, form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values without what was taken in; the types of all others stay."""
        found = {}
        for key, value in values.items():
            one = form.by_key.get(key)
            found[key] = value if one is None else self._field(one, value)
        return found

    def text(self, text: str) -> str:
        """Return a text without what was taken in, telephone numbers and the like."""
        for known in sorted(self._known, key=len, reverse=True):
            text = text.replace(known, self._known[known])
        text = IDENTITY.sub(lambda found: _same_shape(found[0]), text)
        return EMAIL.sub(ADDRESS, PHONE.sub(TELEPHONE, text))

    def _field(self, one: Field, value: Any) -> Any:
        if one.kind == "dynamiclist" and isinstance(value, list):
            inner = {each.key: each for top in one.fields for each in top.inside() if each.key}
            return [
                {
                    key: self._field(inner[key], each) if key in inner else each
                    for key, each in row.items()
                }
                for row in value
                if isinstance(row, Mapping)
            ]
        if one.kind == "filepicker":
            return [f"附件{number}.pdf" for number, _ in enumerate(value or (), 1)]
        if not isinstance(value, str) or one.kind not in ("textfield", "textarea"):
            return value
        if _is_marked(one, self._company):
            return self._known.get(value.strip(), self._instead(one, value))
        return self.text(value)

    def _learn(self, value: str, instead: str) -> None:
        if len(value.strip()) >= SHORTEST:
            self._known.setdefault(value.strip(), instead)

    def _instead(self, one: Field, value: str) -> str:
        """Return the first stand-in that the field takes, else the value's mere shape."""
        usual = COMPANY if self._company.get(one.key) == "enterprise" else SOMEBODY
        if one.validation == "phone" or PHONE.fullmatch(value.strip()):
            usual = TELEPHONE
        elif one.validation == "email" or EMAIL.fullmatch(value.strip()):
            usual = ADDRESS
        shape = _same_shape(value)
        return next((try_ for try_ in (usual, shape) if _fits(one, try_)), shape)


def _marked(
    fields: Iterable[Field], values: Mapping[str, Any], company: Mapping[str, str]
) -> Iterator[tuple[Field, str]]:
    for one in fields:
        value = values.get(one.key)
        if one.kind == "dynamiclist" and isinstance(value, list):
            inner = [each for top in one.fields for each in top.inside() if each.key]
            for row in value:
                if isinstance(row, Mapping):
                    yield from _marked(inner, row, company)
        elif isinstance(value, str) and _is_marked(one, company):
            yield one, value


def _is_marked(one: Field, company: Mapping[str, str]) -> bool:
    typed = one.kind in ("textfield", "textarea")
    return typed and (one.personal or one.starts_with_person or one.key in company)


def _fits(one: Field, text: str) -> bool:
    if one.min_length is not None and len(text) < one.min_length:
        return False
    if one.max_length is not None and len(text) > one.max_length:
        return False
    return not one.pattern or compiled(one.pattern).search(text) is not None


def _same_shape(text: str) -> str:
    """Return a text of the same shape: digits, letters and characters in their places."""
    return "".join(map(_same_kind, text))


def _same_kind(char: str) -> str:
    if char.isdecimal():
        return "0"
    if not char.isalpha():
        return char
    if not char.isascii():
        return "某"
    return "X" if char.isupper() else "x"
