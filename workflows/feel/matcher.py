"""Runs the program of a regular expression; every move counts against the budget."""

from __future__ import annotations

from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.errors import BudgetExceeded

CHAR, SPLIT, JUMP, SAVE, START, END, BACK, MARK, CHECK, DONE = range(10)
Instruction = tuple[int, Any]
Groups = tuple[int | None, ...]


class PatternError(ValueError):
    """The pattern, its flags or the replacement is not valid."""


class Pattern:
    """A compiled regular expression."""

    def __init__(self, program: list[Instruction], groups: int, marks: int) -> None:
        self._program = program
        self.groups = groups
        self._registers = 2 * groups + marks

    def search(self, text: str, start: int, budget: Budget) -> Groups | None:
        """Return where the first match and its groups lie at or after `start`."""
        for place in range(start, len(text) + 1):
            found = self._match(text, place, budget)
            if found is not None:
                return found
        return None

    def _match(self, text: str, start: int, budget: Budget) -> Groups | None:
        """Try to match at one place, going back to earlier choices when it fails."""
        program = self._program
        pending: list[tuple[int, int, Groups]] = [(0, start, (None,) * self._registers)]
        left = budget.pattern_steps
        while pending:
            at, place, registers = pending.pop()
            while True:
                left -= 1
                if left < 0 or len(pending) > 50_000:
                    raise BudgetExceeded("its pattern takes too long to match.")
                kind, argument = program[at]
                at += 1
                if kind == CHAR:
                    if place >= len(text) or not argument(text[place]):
                        break
                    place += 1
                elif kind == SPLIT:
                    pending.append((argument[1], place, registers))
                    at = argument[0]
                elif kind == JUMP:
                    at = argument
                elif kind == SAVE:
                    registers = _stored(registers, argument, place)
                elif kind == MARK:
                    registers = _stored(registers, 2 * self.groups + argument, place)
                elif kind == DONE:
                    budget.pattern_steps = left
                    return registers[: 2 * self.groups]
                elif kind == BACK:
                    moved = _back(text, place, registers, argument)
                    if moved is None:
                        break
                    place = moved
                elif not self._holds(kind, argument, text, place, registers):
                    break
        budget.pattern_steps = left
        return None

    def _holds(self, kind: int, argument: Any, text: str, place: int, registers: Groups) -> bool:
        """Whether an assertion holds: start, end, or a loop that moved on."""
        if kind == CHECK:
            return bool(registers[2 * self.groups + argument] != place)
        if kind == START:
            return place == 0 or (bool(argument) and text[place - 1] == "\n")
        return place == len(text) or (bool(argument) and text[place] == "\n")

    def _matches(self, text: str, budget: Budget) -> list[Groups]:
        """Return all matches; PatternError when the pattern matches nothing at all."""
        if self.search("", 0, budget) is not None:
            raise PatternError("matches the empty text")
        found: list[Groups] = []
        place = 0
        while (match := self.search(text, place, budget)) is not None:
            found.append(match)
            place = _end(match)
            if match[0] == match[1]:
                place += 1
        return found

    def replace(self, text: str, replacement: str, budget: Budget) -> str:
        """Return `text` with each match replaced; `$1` stands for a group."""
        parts = _replacement(replacement, self.groups)
        made: list[str] = []
        place = size = 0
        for match in self._matches(text, budget):
            made.append(text[place : match[0]])
            made.extend(
                part if isinstance(part, str) else _group(text, match, part) for part in parts
            )
            size += sum(len(part) for part in made[-len(parts) - 1 :])
            budget.check_size(size)
            place = _end(match)
        return "".join(made) + text[place:]

    def split(self, text: str, budget: Budget) -> list[str]:
        """Return the parts of `text` between matches."""
        parts: list[str] = []
        place = 0
        for match in self._matches(text, budget):
            parts.append(text[place : match[0]])
            place = _end(match)
        budget.spend(len(parts))
        return [*parts, text[place:]]


def _stored(registers: Groups, index: int, place: int) -> Groups:
    return (*registers[:index], place, *registers[index + 1 :])


def _end(match: Groups) -> int:
    return match[1] or 0


def _group(text: str, match: Groups, number: int) -> str:
    return text[match[2 * number] : match[2 * number + 1]] if match[2 * number + 1] else ""


def _back(text: str, place: int, registers: Groups, argument: tuple[int, bool]) -> int | None:
    """Return where the text goes on after a repeated group, None when it differs."""
    number, fold = argument
    wanted = _group(text, registers, number)
    given = text[place : place + len(wanted)]
    same = given.lower() == wanted.lower() if fold else given == wanted
    return place + len(wanted) if same else None


def _replacement(source: str, groups: int) -> list[str | int]:
    """Split a replacement into texts and group numbers."""
    parts: list[str | int] = []
    at = 0
    while at < len(source):
        character = source[at]
        at += 1
        if character == "\\":
            if source[at : at + 1] not in ("\\", "$"):
                raise PatternError(source)
            parts.append(source[at])
            at += 1
        elif character == "$":
            at = _group_number(source, at, groups, parts)
        else:
            parts.append(character)
    return parts


def _group_number(source: str, at: int, groups: int, parts: list[str | int]) -> int:
    """Read the number after a `$`: as many digits as make an existing group."""
    if source[at : at + 1] not in tuple("0123456789"):
        raise PatternError(source)
    number = int(source[at])
    at += 1
    while source[at : at + 1] in tuple("0123456789") and number * 10 + int(source[at]) < groups:
        number = number * 10 + int(source[at])
        at += 1
    parts.append(number if number < groups else "")
    return at
