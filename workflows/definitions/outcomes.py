"""The outcomes of a task: the options of one field, shown as buttons."""

from __future__ import annotations

from workflows.definitions.fields import Field, Option, OutcomeOption
from workflows.definitions.visibility import hidden_keys


def outcomes_of(components: tuple[Field, ...], key: str) -> tuple[OutcomeOption, ...]:
    """Return the outcomes that the field `key` offers, with the fields each brings along."""
    inputs = [one for top in components for one in top.inside()]
    field = next((one for one in inputs if one.key == key), None)
    if field is None:
        return ()
    keys = [one.key for one in inputs if one.has_value and one.key != key]
    shown = {
        option.value: set(keys) - hidden_keys(components, {key: option.value}, {})
        for option in field.options
    }
    always = set.intersection(*shown.values()) if shown else set()
    return tuple(
        _outcome(field, option, tuple(k for k in keys if k in shown[option.value] - always))
        for option in field.options
    )


def _outcome(field: Field, option: Option, own: tuple[str, ...]) -> OutcomeOption:
    consequence = field.properties.get(option.value, "")
    return OutcomeOption(
        value=option.value,
        label=option.label,
        label_en=option.label_en,
        consequence=consequence,
        consequence_en=field.properties.get(f"{option.value}.en") or consequence,
        own_fields=own,
    )
