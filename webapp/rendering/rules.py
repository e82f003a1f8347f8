"""The rules of a field in words, told beside it before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webapp.language import ENGLISH, gettext, language
from workflows.definitions.fields import Field
from workflows.files import ACCEPTED

SHORT = 20
"""A line that takes more characters than this says nothing of its end: nobody gets there."""
PATTERN = re.compile(r"\^\[([^\]\\^]+)\]\{(\d+)(?:,(\d+))?\}\$")
"""A pattern that is one set of characters, so and so many: these can be put into words."""
SIGN = re.compile(r"(.)-(.)|(.)")


def rules_in_words(field: Field) -> str:
    """Return what an entry has to be, '' where everything goes.

    A form says a rule in its own words with the property `rule` (`rule.en`).
    """
    english = language() == ENGLISH
    own = field.properties.get("rule.en" if english else "rule") or field.properties.get("rule")
    if own:
        return own
    if field.readonly or field.disabled:
        return ""
    return (" " if english else "").join(_parts(field))


def _parts(field: Field) -> Iterator[str]:
    if field.kind in ("textfield", "textarea"):
        yield from _lengths(field)
    if field.validation == "email":
        yield gettext("Such as name@example.com.")
    elif field.validation == "phone":
        yield gettext("Such as 0752 123 4567.")
    if field.kind == "number":
        yield from _numbers(field)
    if field.kind == "datetime" and field.disallow_past:
        yield gettext("Today or later.")
    if field.kind == "filepicker" and field.accept:
        kinds = [kind.lstrip(".").upper() for kind in field.accept if kind in ACCEPTED]
        yield gettext("Only %(kinds)s, up to 20 MB each.", kinds=" ".join(kinds))
    if field.kind == "checkbox" and field.required:
        yield gettext("Has to be ticked.")


def _lengths(field: Field) -> Iterator[str]:
    least, most = field.min_length, field.max_length
    if field.pattern and (found := PATTERN.fullmatch(field.pattern)):
        signs, fewest, highest = found.groups()
        yield _between(int(fewest), int(highest or fewest))
        yield gettext("Only %(signs)s.", signs=_signs(signs))
        return
    tells_most = most is not None and (field.kind == "textarea" or most <= SHORT)
    if least and most:
        yield _between(least, most)
    elif least:
        yield gettext("At least %(min)s characters.", min=least)
    elif tells_most:
        yield gettext("At most %(max)s characters.", max=most)


def _signs(signs: str) -> str:
    """Return a set of characters in words: digits, capital letters, + ( )."""
    known = {
        "0-9": gettext("digits"),
        "A-Z": gettext("capital letters"),
        "a-z": gettext("small letters"),
        " ": gettext("spaces"),
    }
    found = [sign[0] for sign in SIGN.finditer(signs)]
    named = [known[sign] for sign in found if sign in known]
    others = " ".join(sign for sign in found if sign not in known)
    return gettext(", ").join([*named, others] if others else named)


def _between(least: int, most: int) -> str:
    if least == most:
        return gettext("Exactly %(count)s characters.", count=least)
    return gettext("%(min)s to %(max)s characters.", min=least, max=most)


def _numbers(field: Field) -> Iterator[str]:
    least, most = field.minimum, field.maximum
    if least is not None and most is not None:
        yield gettext("From %(min)s to %(max)s.", min=str(least), max=str(most))
    elif least is not None:
        yield gettext("%(min)s or more.", min=str(least))
    elif most is not None:
        yield gettext("%(max)s or less.", max=str(most))
    if field.decimal_digits == 0:
        yield gettext("A whole number.")
    elif field.decimal_digits is not None:
        yield gettext("At most %(digits)s decimal places.", digits=field.decimal_digits)
