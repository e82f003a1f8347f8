"""Each rule of the check with a bundle that breaks it and one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workflows.definitions.check import Finding, check_bundle

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Operation:
    """An operation as far as the check looks at it."""

    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A parameter of which the check knows the type."""

    type: str


@dataclass(frozen=True)
class Typed:
    """An operation with typed parameters."""

    parameters: Mapping[str, Kind]


OPERATIONS = {
    "record_score": Operation(("points",)),
    "count": Operation(("what",)),
    "issue": Typed({"text": Kind("TextName")}),
}
FUNCTIONS = ("workdays", "fact", "count_of")
LISTS = ("departments",)
UNITS = ("city_office", "land_bureau")
TEXT_NAMES = {"title": (), "case": ("number",), "today": ()}

BROKEN: dict[int, list[Callable[[], Files]]] = {}
SOUND: dict[int, list[Callable[[], Files]]] = {}


def breaks(number: int) -> Callable[[Callable[[], Files]], Callable[[], Files]]:
    """Register a drawing that breaks the rule."""

    def register(draw: Callable[[], Files]) -> Callable[[], Files]:
        BROKEN.setdefault(number, []).append(draw)
        return draw

    return register


def keeps(*numbers: int) -> Callable[[Callable[[], Files]], Callable[[], Files]]:
    """Register a drawing that comes close to breaking the rules and does not."""

    def register(draw: Callable[[], Files]) -> Callable[[], Files]:
        for number in numbers:
            SOUND.setdefault(number, []).append(draw)
        return draw

    return register


def check(files: Files) -> list[Finding]:
    return check_bundle(
        files,
        operations=OPERATIONS,
        functions=FUNCTIONS,
        lists=LISTS,
        text_names=TEXT_NAMES,
        units=UNITS,
    )
