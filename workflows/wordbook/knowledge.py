"""What a bundle's files declare, and what the check says about one expression among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows import letters, options
from workflows.definitions.check.expressions import Known
from workflows.definitions.check.fault import Fault
from workflows.definitions.check.material import Material, Surroundings
from workflows.definitions.check.names import declared
from workflows.definitions.check.reader import read_material
from workflows.definitions.check.single import examine
from workflows.definitions.contents import kind_of
from workflows.operations import registry
from workflows.outbox import GIVEN_NAMES
from workflows.vocabulary import NAMES


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The names that some files set, and the keys of their form fields."""

    names: frozenset[str]
    fields: frozenset[str]

    def __or__(self, other: Declared) -> Declared:
        """Return what either declares."""
        return Declared(names=self.names | other.names, fields=self.fields | other.fields)


def read(files: Mapping[str, bytes], *, whole: bool = True) -> Material:
    """Return what can be read of a bundle given as path -> bytes; what cannot is left out."""
    surroundings = Surroundings(
        operations=registry,
        functions=NAMES,
        names=GIVEN_NAMES,
        lists=options.names(),
        text_names=letters.NAMES,
    )
    # Scenarios declare nothing, and are half of what there is to read.
    spoken = {path: data for path, data in files.items() if kind_of(path) != "scenario"}
    return read_material(spoken, surroundings, whole=whole)[0]


def declared_in(files: Mapping[str, bytes]) -> Declared:
    """Return what some files of a bundle declare; those of several parts add up."""
    material = read(files, whole=False)
    keys: frozenset[str] = frozenset().union(*(form.keys for form in material.forms.values()))
    return Declared(names=declared(material), fields=keys)


def faults_of(
    text: str,
    kind: str,
    known: Declared,
    *,
    names: Iterable[str] = (),
    units: frozenset[str] | None = None,
) -> list[Fault]:
    """Return what the check would say about an expression in a bundle that declares `known`.

    `kind` is one of `single.KINDS`; `names` are those that stand in an editor and are not
    saved yet, `units` the keys of the city's units.
    """
    speaks = Known(
        names=known.names | frozenset(names), functions=NAMES, fields=known.fields or None
    )
    return examine(text, kind, speaks, units=units)
