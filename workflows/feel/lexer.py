"""Cuts FEEL text into tokens; names with spaces and symbols are settled here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lark import Token

from workflows.feel.errors import FeelSyntaxError
from workflows.feel.knownnames import PART, SPACE, START, KnownNames

MAX_TEXT = 20_000
MAX_NESTING = 60

_MASTER = re.compile(
    rf"""
      (?P<SPACE>{SPACE}+ | //[^\n]* | /\*.*?\*/)
    | (?P<NUMBER>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<AT>@{SPACE}*"(?:[^"\\]|\\.)*")
    | (?P<STRING>"(?:[^"\\]|\\.)*")
    | (?P<WORD>[{START}][{PART}]*)
    | (?P<OP>\*\*|\.\.|->|<=|>=|!=|[-+*/=<>(){{}}\[\].,:])
    """,
    re.VERBOSE | re.DOTALL,
)
_TAIL = re.compile(rf"{SPACE}+([{PART}]+)(?!\.[0-9])")

_OPERATORS = {
    "**": "_POWER", "..": "_DOTS", "->": "_ARROW", "<=": "LE", ">=": "GE", "!=": "NE",
    "-": "MINUS", "+": "PLUS", "*": "TIMES", "/": "DIVIDE", "=": "EQ", "<": "LT", ">": "GT",
    "(": "_LPAR", ")": "_RPAR", "{": "_LBRACE", "}": "_RBRACE", "[": "_LBRACK", "]": "_RBRACK",
    ".": "_DOT", ",": "_COMMA", ":": "_COLON",
}  # fmt: skip
_CONSTANTS = ("null", "true", "false")
_LOOPS = ("for", "return", "some", "every", "satisfies", "in")
KEYWORDS = frozenset(
    (*_CONSTANTS, *_LOOPS, "if", "then", "else", "function", "or", "and", "between")
)
_ENDS = frozenset(
    (
        "NAME",
        "NUMBER",
        "STRING",
        "AT",
        "_RPAR",
        "_RBRACK",
        "_RBRACE",
        "_RCLOSE",
        "_NULL",
        "_TRUE",
        "_FALSE",
    )
)
_KEY = re.compile(rf"[{START}][{PART}]*(?:(?:{SPACE}+|{SPACE}*[-+*/.']+{SPACE}*)[{PART}]+)*")
"""What a text that is a key of a context may be, for its value to be read under that name."""
_GENERIC = re.compile(rf"{SPACE}*<")


class _Raw:
    """One raw token: kind, text, where it starts and ends."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind, self.text, self.start, self.end = kind, text, start, end


def _raw_tokens(text: str) -> Iterator[_Raw]:
    position = 0
    while position < len(text):
        found = _MASTER.match(text, position)
        if found is None:
            yield _Raw("SIGN", text[position], position, position + 1)
            position += 1
            continue
        position = found.end()
        if found.lastgroup != "SPACE":
            yield _Raw(str(found.lastgroup), found.group(), found.start(), found.end())


def _unreadable(character: str) -> str:
    if character == '"':
        return "a text is not closed with a quotation mark."
    if character in "'“”‘’":
        return f"texts stand in plain double quotes, not in {character}."
    return f"the sign {character} has no meaning here."


def _declared_keys(raw: list[_Raw], text: str) -> Iterator[str]:
    """Find context keys such as `{monthly-income: 5}` that symbols would otherwise cut."""
    for index, token in enumerate(raw):
        if token.text not in ("{", ",") or index + 2 >= len(raw):
            continue
        end = index + 1
        if raw[end].kind == "STRING" and raw[end + 1].text == ":":
            if _KEY.fullmatch(written := raw[end].text[1:-1]):
                yield " ".join(written.split())
            continue
        if raw[end].kind != "WORD":
            continue
        while end < len(raw) and (
            raw[end].kind in ("WORD", "NUMBER")
            or raw[end].text in ("+", "-", "*", "/", ".", "**", "'")
        ):
            end += 1
        if end < len(raw) and raw[end].text == ":" and end > index + 2:
            yield " ".join(text[raw[index + 1].start : raw[end - 1].end].split())


def tokenize(text: str, known: Sequence[KnownNames], *, unary: bool = False) -> list[Token]:
    """Return the tokens of `text`; FeelSyntaxError for what cannot be one."""
    if len(text) > MAX_TEXT:
        raise FeelSyntaxError(f"it is longer than {MAX_TEXT} characters.", expression=text[:200])
    raw = list(_raw_tokens(text))
    local = KnownNames(_declared_keys(raw, text))
    return _Marker(text, raw, (local, *known), unary).tokens()


class _Marker:
    """Walks the raw tokens once and gives each its grammar type."""

    def __init__(
        self, text: str, raw: list[_Raw], known: tuple[KnownNames, ...], unary: bool
    ) -> None:
        self.text, self.raw, self.known, self.unary = text, raw, known, unary
        self.out: list[Token] = []
        self.open: list[str] = []
        self.ranges: list[bool] = [False]
        self.types = 0

    def tokens(self) -> list[Token]:
        skip_until = 0
        for index, raw in enumerate(self.raw):
            if raw.start < skip_until:
                continue
            if raw.kind == "WORD":
                skip_until = self._word(raw)
            elif raw.kind == "OP":
                self._operator(index, raw)
            elif raw.kind == "SIGN":
                raise FeelSyntaxError(
                    _unreadable(raw.text), expression=self.text, position=raw.start
                )
            else:
                self._emit(raw.kind, raw.text, raw.start)
        return self.out

    def _emit(self, kind: str, text: str, start: int) -> None:
        self.out.append(Token(kind, text, start_pos=start))

    @property
    def _last(self) -> str:
        return self.out[-1].type if self.out else ""

    def _word(self, raw: _Raw) -> int:
        """Emit the name or keyword at `raw`; return where the text goes on."""
        found = None
        for known in self.known:
            here = known.match(self.text, raw.text, raw.start)
            if here and (found is None or len(here[0]) > len(found[0])):
                found = here
        name, end = found or (raw.text, raw.end)
        if found is None:
            special = self._keyword(raw)
            if special is not None:
                return special
        while tail := _TAIL.match(self.text, end):
            if tail.group(1) in KEYWORDS or self._is_instance_of(tail.start(1)):
                break
            if self._starts_known(tail.group(1), tail.start(1)):
                break
            name, end = f"{name} {tail.group(1)}", tail.end()
        if self.types and name in ("list", "context", "range", "function"):
            opened = _GENERIC.match(self.text, end)
            if opened:
                self._emit("_T" + name.upper(), name, raw.start)
                self.types += 1
                return opened.end()
        self._emit("NAME", name, raw.start)
        return end

    def _starts_known(self, word: str, position: int) -> bool:
        return word in ("external",) and self._last == "_RPAR" and position > 0

    def _is_instance_of(self, position: int) -> bool:
        return (
            re.match(rf"instance{SPACE}+of(?![{PART}])", self.text[position : position + 40])
            is not None
        )

    def _keyword(self, raw: _Raw) -> int | None:
        if raw.text in KEYWORDS and not (raw.text == "function" and self.types):
            kind = raw.text.upper()
            self.types = self.types if self.types > 1 else 0
            self._emit(kind if raw.text in ("some", "every") else "_" + kind, raw.text, raw.start)
            return raw.end
        if raw.text == "external" and self._last == "_RPAR":
            self._emit("_EXTERNAL", raw.text, raw.start)
            return raw.end
        if raw.text == "instance" and self._last in _ENDS and self._is_instance_of(raw.start):
            self._emit("_INSTANCEOF", "instance of", raw.start)
            self.types = 1
            return self.text.index("of", raw.start + 8) + 2
        if raw.text == "not" and self.unary and not self.out and self._not_spans_all():
            self._emit("_UNOT", "not", raw.start)
            return raw.end
        return None

    def _not_spans_all(self) -> bool:
        """Whether the unary tests are one `not( ... )` and nothing after it."""
        depth = 0
        for index, raw in enumerate(self.raw[1:], start=1):
            if raw.text == "(" and raw.kind == "OP":
                depth += 1
            elif raw.text == ")" and raw.kind == "OP":
                depth -= 1
                if depth == 0:
                    return index == len(self.raw) - 1
            elif index == 1:
                return False
        return False

    def _operator(self, index: int, raw: _Raw) -> None:
        kind = _OPERATORS[raw.text]
        operand_before = self._last in _ENDS
        if kind in ("_LPAR", "_LBRACE"):
            self._push("FPAR" if self._last == "_FUNCTION" and kind == "_LPAR" else kind, raw)
        elif kind == "_LBRACK":
            if operand_before and self.ranges[-1] and not self._operand_follows(index):
                kind = "_RCLOSE"
                self._pop()
            else:
                self._push(kind, raw)
        elif kind == "_RBRACK":
            if operand_before or self._last == "_LBRACK":
                self._pop()
            else:
                kind = "_ROPEN"
                self._push(kind, raw)
        elif kind in ("_RPAR", "_RBRACE"):
            self._pop()
        elif kind == "_DOTS":
            self.ranges[-1] = True
        self._emit(self._track_types(kind), raw.text, raw.start)

    def _push(self, kind: str, raw: _Raw) -> None:
        self.open.append(kind)
        self.ranges.append(False)
        if len(self.open) > MAX_NESTING:
            raise FeelSyntaxError(
                f"brackets are nested more than {MAX_NESTING} deep.",
                expression=self.text,
                position=raw.start,
            )

    def _pop(self) -> None:
        if self.open:
            self.open.pop()
            self.ranges.pop()

    def _operand_follows(self, index: int) -> bool:
        """Whether what follows a `[` can begin a filter, so that it does not close a range."""
        following = self.raw[index + 1 : index + 2]
        if not following or following[0].text in ("and", "or", "then", "else", "return"):
            return False
        if following[0].text in ("in", "between", "instance", "satisfies"):
            return False
        return following[0].kind != "OP" or following[0].text in ("(", "[", "{", "-")

    def _track_types(self, kind: str) -> str:
        """Follow where a type may stand, so that `list<` is not a comparison."""
        if kind == "_COLON" and self.types <= 1 and self.open and self.open[-1] == "FPAR":
            self.types = 1
        elif kind == "GT" and self.types > 1:
            self.types -= 1
            return "_TCLOSE"
        elif self.types == 1 and kind not in ("_DOT", "_ARROW"):
            self.types = 0
        return kind
