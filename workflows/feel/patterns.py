"""Regular expressions of XPath: read here, run by `matcher` within a budget."""

from __future__ import annotations

from functools import lru_cache

from workflows.feel import characters
from workflows.feel.characters import Matches
from workflows.feel.matcher import (
    BACK,
    CHAR,
    CHECK,
    DONE,
    END,
    JUMP,
    MARK,
    SAVE,
    SPLIT,
    START,
    Instruction,
    Pattern,
    PatternError,
)

__all__ = ["Pattern", "PatternError", "compile_pattern"]

MAX_PROGRAM = 5_000
MAX_GROUPS = 30
Build = list[Instruction]


@lru_cache(maxsize=512)
def compile_pattern(source: str, flags: str) -> Pattern:
    """Return the matcher of a pattern; PatternError when pattern or flags are not valid."""
    if any(flag not in "smixq" for flag in flags) or len(source) > 2_000:
        raise PatternError(source)
    if "q" in flags:
        literal: Build = [(CHAR, characters.one(character, "i" in flags)) for character in source]
        return Pattern([(SAVE, 0), *literal, (SAVE, 1), (DONE, None)], 1, 0)
    return _Reader(source, flags).pattern()


class _Reader:
    """Reads a pattern from left to right into instructions."""

    def __init__(self, source: str, flags: str) -> None:
        self.flags = flags
        self.fold = "i" in flags
        self.source = _without_space(source) if "x" in flags else source
        self.at = 0
        self.groups = 1
        self.closed: set[int] = set()
        self.marks = 0
        self.depth = 0

    def pattern(self) -> Pattern:
        body = self._alternatives()
        if self.at < len(self.source):
            raise PatternError(self.source)
        program: Build = [(SAVE, 0), *body, (SAVE, 1), (DONE, None)]
        if len(program) > MAX_PROGRAM:
            raise PatternError(self.source)
        return Pattern(_absolute(program), self.groups, self.marks)

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _take(self, text: str) -> bool:
        if self.source.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _alternatives(self) -> Build:
        self.depth += 1
        if self.depth > 40:
            raise PatternError(self.source)
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        self.depth -= 1
        program = branches.pop()
        while branches:
            branch = branches.pop()
            program = [
                (SPLIT, (1, len(branch) + 2)),
                *branch,
                (JUMP, len(program) + 1),
                *program,
            ]
        return program

    def _sequence(self) -> Build:
        program: Build = []
        while self._peek() not in ("", "|", ")"):
            program.extend(self._repeated(self._piece()))
            if len(program) > MAX_PROGRAM:
                raise PatternError(self.source)
        return program

    def _piece(self) -> Build:
        character = self._peek()
        self.at += 1
        if character == "(":
            return self._group()
        if character == "[":
            return [(CHAR, self._class())]
        if character == ".":
            return [
                (CHAR, characters.any_character if "s" in self.flags else characters.no_newline)
            ]
        if character == "^":
            return [(START, "m" in self.flags)]
        if character == "$":
            return [(END, "m" in self.flags)]
        if character == "\\":
            return [self._escape()]
        if character in "?*+{}]":
            raise PatternError(self.source)
        return [(CHAR, characters.one(character, self.fold))]

    def _group(self) -> Build:
        if self._take("?"):
            if not self._take(":"):
                raise PatternError(self.source)
            body = self._alternatives()
        else:
            number = self.groups
            self.groups += 1
            if number > MAX_GROUPS:
                raise PatternError(self.source)
            inner = self._alternatives()
            body = [(SAVE, 2 * number), *inner, (SAVE, 2 * number + 1)]
            self.closed.add(number)
        if not self._take(")"):
            raise PatternError(self.source)
        return body

    def _escape(self) -> Instruction:
        character = self._peek()
        if character.isdigit() and character.isascii():
            return self._back_reference()
        return CHAR, self._escaped_set()

    def _back_reference(self) -> Instruction:
        number = int(self._peek())
        self.at += 1
        while self._peek().isdigit() and int(f"{number}{self._peek()}") in self.closed:
            number = int(f"{number}{self._peek()}")
            self.at += 1
        if number not in self.closed:
            raise PatternError(self.source)
        return BACK, (number, self.fold)

    def _escaped_set(self) -> Matches:
        """Return what `\\d`, `\\p{L}`, `\\.` and the like match."""
        character = self._peek()
        self.at += 1
        if character in ("p", "P"):
            end = self.source.find("}", self.at)
            if not self._take("{") or end < 0:
                raise PatternError(self.source)
            name = self.source[self.at : end]
            self.at = end + 1
            found = characters.category(name)
            if found is None:
                raise PatternError(self.source)
            return characters.negated(found) if character == "P" else found
        known = characters.escape(character)
        if known is None:
            raise PatternError(self.source)
        return known

    def _class(self) -> Matches:
        """Read a character class up to its `]`."""
        negative = self._take("^")
        parts: list[Matches] = []
        while not self._take("]"):
            if parts and self._take("-["):
                removed = self._class()
                if not self._take("]"):
                    raise PatternError(self.source)
                kept = characters.union(parts)
                kept = characters.negated(kept) if negative else kept
                return characters.difference(kept, removed)
            parts.append(self._class_part())
        if not parts:
            raise PatternError(self.source)
        found = characters.union(parts)
        return characters.negated(found) if negative else found

    def _class_part(self) -> Matches:
        low = self._class_character()
        if not isinstance(low, str):
            return low
        following = self.source[self.at : self.at + 2]
        if len(following) == 2 and following[0] == "-" and following[1] not in "][":
            self.at += 1
            high = self._class_character()
            if not isinstance(high, str) or high < low:
                raise PatternError(self.source)
            return characters.span(low, high, self.fold)
        return characters.one(low, self.fold)

    def _class_character(self) -> str | Matches:
        character = self._peek()
        self.at += 1
        if character == "\\":
            literal = characters.LITERALS.get(self._peek())
            if literal is not None:
                self.at += 1
                return literal
            return self._escaped_set()
        if character in ("", "["):
            raise PatternError(self.source)
        return character

    def _repeated(self, piece: Build) -> Build:
        """Apply the quantifier that follows a piece, if any."""
        least, most = self._counts()
        if (least, most) == (1, 1):
            return piece
        lazy = self._take("?")
        if self._peek() in ("*", "+", "?", "{") and self._peek():
            raise PatternError(self.source)
        copies = least + (1 if most is None else most - least)
        if copies * (len(piece) + 1) > MAX_PROGRAM:
            raise PatternError(self.source)
        program = piece * least
        if most is None:
            return program + self._loop(piece, lazy)
        optional: Build = []
        for _ in range(most - least):
            body = piece + optional
            optional = [(SPLIT, _ordered(1, len(body) + 1, lazy)), *body]
        return program + optional

    def _loop(self, piece: Build, lazy: bool) -> Build:
        if len(piece) == 1 and piece[0][0] == CHAR:
            return [(SPLIT, _ordered(1, 3, lazy)), *piece, (JUMP, -2)]
        mark = self.marks
        self.marks += 1
        body: Build = [(MARK, mark), *piece, (CHECK, mark)]
        size = len(body)
        return [(SPLIT, _ordered(1, size + 2, lazy)), *body, (JUMP, -(size + 1))]

    def _counts(self) -> tuple[int, int | None]:
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return counts
        if not self._take("{"):
            return 1, 1
        end = self.source.find("}", self.at)
        low, comma, high = self.source[self.at : max(end, self.at)].partition(",")
        if end < 0 or not _is_count(low) or not (_is_count(high) or not high):
            raise PatternError(self.source)
        self.at = end + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise PatternError(self.source)
        return least, most


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _ordered(first: int, second: int, lazy: bool) -> tuple[int, int]:
    return (second, first) if lazy else (first, second)


def _without_space(source: str) -> str:
    """Return a pattern of flag `x` without blanks outside character classes."""
    kept: list[str] = []
    level = 0
    escaped = False
    for character in source:
        if not escaped and character in "[]":
            level += 1 if character == "[" else -1
        if level > 0 or character not in " \t\n\r":
            kept.append(character)
        escaped = character == "\\" and not escaped
    return "".join(kept)


def _absolute(program: Build) -> Build:
    """Turn the relative targets of jumps into places in the program."""
    made: Build = []
    for place, (kind, argument) in enumerate(program):
        if kind == JUMP:
            made.append((kind, place + argument))
        elif kind == SPLIT:
            made.append((kind, (place + argument[0], place + argument[1])))
        else:
            made.append((kind, argument))
    return made
