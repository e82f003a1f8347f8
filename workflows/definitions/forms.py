"""Forms: what a person fills in, read from form-js JSON, cleaned and typed on the server.

A form is what its editor writes, with these additions in `properties`:
`label.en`, `description.en`, `text.en` (English), `personal` = `true` (personal data;
`personal.note` and `personal.note.en` say who sees it, where that is not the usual circle),
`fresh` = `true` (asked anew each time, whatever was entered earlier),
`public` = `true` (the company reads it once the task is done),
`starts_with` = `person` (the name of who fills it in),
and on a choice `<value>.en` (English label of an option). The field `outcome` of a task's
form holds its outcomes: there `<value>` is the consequence in words, `<value>.en` the same
in English and `<value>.label.en` the English label of the button.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import orjson

from workflows.definitions import cleaning, schema, values
from workflows.definitions.cleaning import Cleaned
from workflows.definitions.components import read_fields, unique_keys
from workflows.definitions.fields import Field, Option, Options, OutcomeOption
from workflows.definitions.messages import Message
from workflows.definitions.outcomes import outcomes_of
from workflows.definitions.reading import Unreadable, decode
from workflows.definitions.sources import FormProblem
from workflows.definitions.visibility import hidden_keys
from workflows.errors import DefinitionRefused, Place

__all__ = [
    "OUTCOME", "Cleaned", "Field", "Form", "Message", "Option", "Options", "OutcomeOption",
]  # fmt: skip

OUTCOME = "outcome"
"""Key of the field whose options end a task."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form of a bundle, immutable; `components` keeps groups and what is only shown."""

    id: str
    components: tuple[Field, ...]
    source: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """The JSON as written, for the editor."""

    @classmethod
    def parse(cls, data: bytes, *, file: str = "") -> Form:
        """Read a form; raise DefinitionRefused with the component, the reason and the mend."""
        try:
            found = orjson.loads(decode(data).lstrip("\ufeff"))
            if not isinstance(found, dict):
                raise FormProblem("", "the file holds no form", "Save it in the form editor.")
            components = read_fields(found.get("components", []))
            inputs = [one for top in components for one in top.inside()]
            unique_keys(inputs, "in this form")
        except Unreadable as error:
            raise error.refused(file) from error
        except orjson.JSONDecodeError as error:
            raise DefinitionRefused(
                place=Place(file=file),
                reason=f"the file is not JSON ({error})",
                advice="Save it again in the form editor.",
            ) from error
        except FormProblem as problem:
            raise DefinitionRefused(
                place=Place(file=file, element=problem.where),
                reason=problem.reason,
                advice=problem.advice,
            ) from problem
        return cls(id=str(found.get("id", "")), components=components, source=found)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Fields that yield a value, in order; those of groups included, lists as one."""
        return tuple(one for one in self.everything() if one.has_value)

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        """Fields by key."""
        return {one.key: one for one in self.fields}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of all fields."""
        return frozenset(self.by_key)

    @cached_property
    def personal_keys(self) -> frozenset[str]:
        """Keys whose values are, or hold, personal data."""
        return frozenset(
            one.key
            for one in self.fields
            if one.personal or any(inner.personal for inner in one.fields)
        )

    @cached_property
    def file_keys(self) -> tuple[str, ...]:
        """Keys of file fields; their values are lists of ids that the caller checks."""
        return tuple(one.key for one in self.fields if one.kind == "filepicker")

    @cached_property
    def outcome_field(self) -> Field | None:
        """The field that holds the outcome of the task."""
        return self.by_key.get(OUTCOME)

    @cached_property
    def outcomes(self) -> tuple[OutcomeOption, ...]:
        """The ways to end the task; empty when the form has no outcome."""
        return outcomes_of(self.components, OUTCOME)

    def everything(self) -> Iterator[Field]:
        """All components in order, groups before what they hold, lists as one."""
        for one in self.components:
            yield from one.inside()

    def hidden(self, typed: Mapping[str, Any], context: Mapping[str, Any]) -> frozenset[str]:
        """Return the keys that do not show for these typed values (and what groups hold)."""
        return hidden_keys(self.components, typed, context)

    def clean(
        self,
        raw: Mapping[str, list[str]],
        *,
        options: Options | None = None,
        context: Mapping[str, Any] | None = None,
        today: date | None = None,
    ) -> Cleaned:
        """Return typed values and the errors of what a person sent.

        `raw` maps an HTML name to its values; entries of a repeating list are named
        `list-0-key`, with gaps allowed. `options` are the delivered option lists.
        `context` are earlier values that conditions may read and that readonly fields
        keep. `today` (in Asia/Shanghai) is needed by fields that refuse past dates.
        Hidden fields are dropped and never required; unknown names are ignored.
        Errors map the HTML name to a `Message`.
        """
        return cleaning.clean(
            self.components, raw, options=options or {}, context=context or {}, today=today
        )

    def json_schema(
        self, options: Options | None = None, context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of the cleaned values as JSON.

        Without `context` nothing is required whose visibility depends on something.
        """
        return schema.json_schema(self.components, options or {}, context)

    def to_json(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Return typed values as JSON types; numbers and dates become strings."""
        return {key: values.to_json(value) for key, value in typed.items()}

    def from_json(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored values typed again by the fields of this form; unknown keys stay."""
        return values.from_json(self.by_key, stored)

    def initial(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the typed values that an empty form starts with: earlier values, defaults.

        An outcome is never among them: how another task ended says nothing about this one.
        """
        earlier = {key: value for key, value in (context or {}).items() if key != OUTCOME}
        return values.initial(self.fields, earlier)

    def as_raw(self, typed: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return typed values as the HTML form would send them; the reverse of `clean`."""
        return values.as_raw(self.fields, typed)
