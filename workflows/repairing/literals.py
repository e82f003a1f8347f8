"""Values that an admin types: FEEL literals, of the kind that the case's forms keep them in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from workflows.definitions.definition import Definition
from workflows.definitions.messages import Message
from workflows.definitions.values import to_json
from workflows.errors import CannotRepair
from workflows.feel import FeelError, compile_expression

LONGEST = 20_000


def read_values(
    definition: Definition, texts: Mapping[str, str], known: Mapping[str, Any]
) -> dict[str, Any]:
    """Return names with typed values; CannotRepair for what is no value, or of another kind.

    `known` are the case's facts; a name that neither they nor a form nor an expression of the
    process has is a slip of the hand.
    """
    if not texts:
        raise CannotRepair(
            reason=Message("no value was typed"), advice=Message("Name a value and type it.")
        )
    meant = {name: _meant(definition, name, known) for name in texts}
    return {
        meant[name]: _value(definition, meant[name], text, known) for name, text in texts.items()
    }


def _meant(definition: Definition, name: str, known: Mapping[str, Any]) -> str:
    """Return the name of a value that was named by the words of its field, if one has them."""
    if name in known:
        return name
    fields = [one for form in definition.forms.values() for one in form.everything() if one.key]
    keys = {one.key for one in fields if name in (one.label, one.label_en)}
    return keys.pop() if len(keys) == 1 else name


def _is_plain(stored: Any) -> bool:
    """Whether JSON has it: durations and ranges are no facts of a case."""
    if isinstance(stored, dict):
        return all(map(_is_plain, stored.values()))
    if isinstance(stored, list):
        return all(map(_is_plain, stored))
    return stored is None or isinstance(stored, str | int | float | bool)


def _value(definition: Definition, name: str, text: str, known: Mapping[str, Any]) -> Any:
    keys = {one.key for form in definition.forms.values() for one in form.everything()}
    if name not in keys | definition.routing_names | set(known):
        raise CannotRepair(
            reason=Message("nothing in this process is called “%(name)s”", name=name),
            advice=Message("Choose one of the names that the page lists."),
        )
    try:
        value = compile_expression(text[:LONGEST], names=(), functions=())({}, {})
        stored = to_json(value)
    except FeelError as error:
        raise CannotRepair(
            reason=Message(
                "what was typed for “%(name)s” is no value: %(said)s", name=name, said=error.reason
            ),
            advice=Message('Write texts in quotation marks, days as date("2026-03-02").'),
        ) from error
    kept = definition.typed({name: stored})[name] if name in keys else value
    if kept != value or not _is_plain(stored):
        raise CannotRepair(
            reason=Message("the forms keep “%(name)s” as another kind of value", name=name),
            advice=Message('Write texts in quotation marks, days as date("2026-03-02").'),
        )
    _check_choice(definition, name, stored)
    return value


def _check_choice(definition: Definition, name: str, value: Any) -> None:
    """Refuse what no form offers, where the forms say what there is to choose from."""
    fields = [
        one for form in definition.forms.values() for one in form.everything() if one.key == name
    ]
    offered = {option.value for one in fields for option in one.options}
    if value is None or not offered or not all(one.options for one in fields):
        return
    wrong = [one for one in (value if isinstance(value, list) else [value]) if one not in offered]
    if wrong:
        raise CannotRepair(
            reason=Message("no form offers “%(value)s” for “%(name)s”", value=wrong[0], name=name),
            advice=Message("It offers: %(offered)s.", offered=", ".join(sorted(offered))[:400]),
        )


def written(value: Any) -> str:
    """Return a typed value as the FEEL literal that stands for it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int | float):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, datetime):
        return f'date and time("{value.isoformat()}")'
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    if isinstance(value, time):
        return f'time("{value.isoformat()}")'
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_quoted(str(key))}: {written(one)}" for key, one in value.items())
        return "{" + inner + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(one) for one in value) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
