"""One component of a form as JSON: values of the expected type, or a problem in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any


class FormProblem(Exception):
    """A component that cannot be used; `where` is its key, label or id."""

    def __init__(self, where: str, reason: str, advice: str) -> None:
        self.where, self.reason, self.advice = where, reason, advice
        super().__init__(f"{where}: {reason}")


class Source:
    """One component's JSON; takes values of the expected type or raises FormProblem."""

    def __init__(self, component: Mapping[str, Any], where: str = "") -> None:
        self.component = component
        names = (component.get(name) for name in ("key", "path", "label", "id", "type"))
        self.where = where or next((str(name)[:60] for name in names if name), "")

    def text(self, name: str) -> str:
        value = self.component.get(name, "")
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > 20_000:
            raise FormProblem(self.where, f"{name} is not a text", "Correct it in the editor.")
        return value.strip()

    def flag(self, name: str) -> bool:
        value = self.component.get(name, False)
        if value in (None, ""):
            return False
        if not isinstance(value, bool):
            raise FormProblem(
                self.where, f"{name} is neither true nor false", "Expressions are not taken here."
            )
        return value

    def whole(self, name: str) -> int | None:
        value = self.number(name)
        if value is None:
            return None
        if value != int(value) or abs(value) > 1_000_000:
            raise FormProblem(self.where, f"{name} is not a whole number", "Correct it.")
        return int(value)

    def number(self, name: str) -> Decimal | None:
        value = self.component.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise FormProblem(self.where, f"{name} is not a number", "Correct it in the editor.")
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or abs(found) > Decimal(10) ** 30:
            raise FormProblem(self.where, f"{name} is not a number", "Correct it in the editor.")
        return found

    def part(self, name: str) -> Source:
        value = self.component.get(name) or {}
        if not isinstance(value, dict):
            raise FormProblem(self.where, f"{name} is not an object", "Use the form editor.")
        return Source(value, self.where)

    def properties(self) -> dict[str, str]:
        found = self.part("properties").component
        return {str(name): str(value) for name, value in found.items()}
