"""The fields of a form, frozen: what the form editor wrote, in names that read well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workflows.feel import Expression

CHOICES = frozenset(("radio", "select", "checklist", "taglist"))
LISTS = frozenset(("checklist", "taglist"))
CONTAINERS = frozenset(("group", "dynamiclist"))
SHOWN_ONLY = frozenset(("text", "separator", "spacer"))
INPUTS = CHOICES | {"textfield", "textarea", "number", "checkbox", "datetime", "filepicker"}
KINDS = INPUTS | CONTAINERS | SHOWN_ONLY
LAYOUT_COLUMNS = 16


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice: the stored value and what people read."""

    value: str
    label: str
    label_en: str = ""


Options = Mapping[str, Sequence[Option]]
"""Option lists by the name that a form gives in `valuesKey`."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One component of a form.

    `key` is empty for components without a value. Texts with the ending `_en` fall
    back to the Chinese one when the form gives none. `hide` hides the field when it
    gives true; a hidden field has no value and is not required.
    """

    kind: str
    key: str = ""
    label: str = ""
    label_en: str = ""
    description: str = ""
    description_en: str = ""
    text: str = ""
    """Words (Markdown) of a `text` component."""
    text_en: str = ""
    required: bool = False
    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str = ""
    validation: str = ""
    """`email` or `phone`, or nothing."""
    options: tuple[Option, ...] = ()
    options_key: str = ""
    """Name of an option list that the application delivers."""
    hide: Expression | None = None
    readonly: bool = False
    disabled: bool = False
    default: Any = None
    multiple: bool = False
    accept: tuple[str, ...] = ()
    """File endings (`.pdf`) or types that a file field takes; empty for any."""
    subtype: str = "date"
    """`date`, `time` or `datetime`."""
    disallow_past: bool = False
    decimal_digits: int | None = None
    prefix: str = ""
    suffix: str = ""
    height: int = 0
    row: str = ""
    """Fields with the same row stand side by side."""
    columns: int | None = None
    """Width in sixteenths; None shares the row evenly."""
    properties: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    """Fields inside a group or a repeating list."""
    rows_initial: int = 1
    """Entries that a repeating list shows at first."""

    @property
    def personal(self) -> bool:
        """Whether the value is personal data."""
        return self.properties.get("personal") == "true"

    @property
    def public(self) -> bool:
        """Whether the company reads the value once the task is done."""
        return self.properties.get("public") == "true"

    @property
    def starts_with_person(self) -> bool:
        """Whether it starts with the name of who fills it in (a signature)."""
        return self.properties.get("starts_with") == "person"

    @property
    def fresh(self) -> bool:
        """Whether it starts empty even where the case has an earlier value (a second score)."""
        return self.properties.get("fresh") == "true"

    @property
    def has_value(self) -> bool:
        """Whether the component yields a value of its own."""
        return self.kind in INPUTS or self.kind == "dynamiclist"

    def choices(self, options: Options) -> tuple[Option, ...]:
        """Return the options to show: the form's own, or those of the delivered list."""
        if self.options_key:
            return tuple(options.get(self.options_key, ()))
        return self.options

    def inside(self) -> Iterator[Field]:
        """Return this field and, for a group, those inside; a repeating list stays whole."""
        yield self
        if self.kind == "group":
            for one in self.fields:
                yield from one.inside()


@dataclass(frozen=True, kw_only=True)
class OutcomeOption:
    """One way to end a task: a button, with what happens then in words.

    `own_fields` are the keys that show with this outcome but not with every one.
    """

    value: str
    label: str
    label_en: str
    consequence: str
    consequence_en: str
    own_fields: tuple[str, ...]
