"""A definition: a deployed bundle, compiled once and shared by all threads of a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from workflows.definitions.bundle import Bundle
from workflows.definitions.fields import Field
from workflows.definitions.forms import Form
from workflows.definitions.reading import Unreadable, canonical
from workflows.definitions.settings import Stage
from workflows.definitions.texts import ENGLISH, Text
from workflows.definitions.values import restore
from workflows.dmn import Decisions, parse_decisions
from workflows.engine import Specification, parse
from workflows.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One version of a process, immutable.

    `version_id` and `process_id` are the rows it was read from; 0 for a bundle that was
    compiled without being deployed. `routing_names` are the names that some FEEL of the
    bundle reads: form values of these names go into the engine's data, all others stay
    in the step's values.
    """

    bundle: Bundle
    specification: Specification = field(repr=False)
    decisions: Decisions = field(repr=False)
    forms: Mapping[str, Form] = field(repr=False)
    texts: Mapping[str, Text] = field(repr=False)
    routing_names: frozenset[str] = field(repr=False)
    process_id: int = 0
    version_id: int = 0
    number: int = 0
    """Number of the version within its process."""

    @classmethod
    def compile(
        cls, bundle: Bundle, *, process_id: int = 0, version_id: int = 0, number: int = 0
    ) -> Definition:
        """Compile a bundle; raise DefinitionRefused at what cannot be used."""
        specification = parse(_clean(bundle.diagrams), bundle.main)
        decisions = parse_decisions(_clean(bundle.decisions))
        forms = {n: Form.parse(d, file=f"forms/{n}.form") for n, d in bundle.forms.items()}
        texts = {n: Text.parse(n, d, file=f"texts/{n}.txt") for n, d in bundle.texts.items()}
        asked = (decisions.names(key) | decisions.members(key) for key in decisions.ids)
        read = frozenset(_form_names(forms)).union(*asked)
        return cls(
            bundle=bundle,
            specification=specification,
            decisions=decisions,
            forms=MappingProxyType(forms),
            texts=MappingProxyType(texts),
            routing_names=specification.names | read,
            process_id=process_id,
            version_id=version_id,
            number=number,
        )

    def form(self, name: str) -> Form:
        """Return a form by name; NotFound if this version has none."""
        if name not in self.forms:
            raise NotFound
        return self.forms[name]

    def text(self, name: str, *, english: bool = False) -> Text:
        """Return a letter or message, in English where there is an English one."""
        if english and name + ENGLISH in self.texts:
            return self.texts[name + ENGLISH]
        if name not in self.texts:
            raise NotFound
        return self.texts[name]

    def stage(self, key: str) -> Stage:
        """Return a stage by key; NotFound if this version has none."""
        try:
            return self.bundle.stage(key)
        except KeyError as error:
            raise NotFound from error

    def role_of_lane(self, lane: str) -> str | None:
        """Return the role that a lane stands for, None for an unknown lane."""
        return self.bundle.lanes.get(lane)

    def typed(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored facts of a case, typed by the fields of this version's forms."""
        return {key: self._typed(key, value) for key, value in facts.items()}

    def _typed(self, key: str, value: Any) -> Any:
        for candidate in self._fields.get(key, ()):
            found = restore(candidate, value)
            if type(found) is not type(value):
                return found
        first = self._fields.get(key, ())
        return restore(first[0], value) if first else value

    @cached_property
    def _fields(self) -> Mapping[str, tuple[Field, ...]]:
        found: dict[str, tuple[Field, ...]] = {}
        for form in self.forms.values():
            for one in form.fields:
                found[one.key] = (*found.get(one.key, ()), one)
        return found

    @cached_property
    def personal_keys(self) -> frozenset[str]:
        """Keys of all form values that are, or hold, personal data."""
        return frozenset().union(*(form.personal_keys for form in self.forms.values()))


def _clean(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return XML files as plain UTF-8, whatever encoding they came in."""
    cleaned = {}
    for path, data in files.items():
        try:
            cleaned[path] = canonical(data)
        except Unreadable as error:
            raise error.refused(path) from error
    return cleaned


def _form_names(forms: Mapping[str, Form]) -> Iterator[str]:
    for form in forms.values():
        for top in form.everything():
            for one in (top, *top.fields):
                if one.hide is not None:
                    yield from (*one.hide.names, *one.hide.members)
