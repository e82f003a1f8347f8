"""Item definitions: a model's own types, with the values that they allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from workflows.dmn.reading import Element, attribute, child, children, text_of
from workflows.feel.expression import UnaryTests
from workflows.feel.types import ANY, SIMPLE, FeelType

CompileTests = Callable[[str, Element], UnaryTests | None]
MAX_DEPTH = 20


class ItemTypes(Mapping[str, FeelType]):
    """The types of one model by name, resolved when first asked for."""

    def __init__(self, root: Element, tests: CompileTests) -> None:
        self._tests = tests
        self._found: dict[str, FeelType] = {}
        self._elements = {
            attribute(item, "name"): item for item in children(root, "itemDefinition")
        }
        self._imports: dict[str, ItemTypes] = {}
        self._depth = 0

    def add_import(self, name: str, types: ItemTypes) -> None:
        """Let `name.type` mean a type of an imported model."""
        self._imports[name] = types

    def __getitem__(self, name: str) -> FeelType:
        if name not in self._found:
            element = self._elements.get(name)
            self._found[name] = (
                self._imported(name) if element is None else self._definition(element)
            )
        return self._found[name]

    def _imported(self, name: str) -> FeelType:
        for prefix, types in self._imports.items():
            if name.startswith(f"{prefix}."):
                return types[name[len(prefix) + 1 :]]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._elements)

    def __len__(self) -> int:
        return len(self._elements)

    def reference(self, name: str) -> FeelType | None:
        """Return the type that a `typeRef` names, None when it names none."""
        if not name:
            return None
        if name in self._elements:
            return self[name]
        plain = name.rsplit(":", 1)[-1].rsplit("}", 1)[-1]
        return SIMPLE.get(plain) or self.get(name) or self.get(plain)

    def _definition(self, element: Element) -> FeelType:
        """Return the type of an item definition or component."""
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                return ANY
            made = self._limited(element, self._base(element), "allowedValues")
            if attribute(element, "isCollection") == "true":
                made = FeelType("list", (list,), inner=made)
            return self._limited(element, made, "typeConstraint")
        finally:
            self._depth -= 1

    def _base(self, element: Element) -> FeelType:
        components = list(children(element, "itemComponent"))
        function = child(element, "functionItem")
        if function is not None:
            arity = len(list(children(function, "parameters")))
            result = self.reference(attribute(function, "outputTypeRef"))
            return replace(SIMPLE["function"], arity=arity, inner=result)
        if components:
            members = tuple(
                (attribute(component, "name"), self._definition(component))
                for component in components
            )
            return FeelType("context", (dict,), members=members)
        return self.reference(text_of(element, "typeRef")) or ANY

    def _limited(self, element: Element, base: FeelType, kind: str) -> FeelType:
        """Return the type with its `allowedValues` or `typeConstraint`, on top of its own."""
        text = text_of(child(element, kind))
        tests = self._tests(text, element) if text else None
        if tests is None:
            return base
        own, narrower = base.allowed, tests.allows
        if own is None:
            return replace(base, allowed=narrower)
        return replace(base, allowed=lambda value: own(value) and narrower(value))
