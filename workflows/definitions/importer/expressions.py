"""From foreign expressions to FEEL: a parser of our own that runs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.definitions.importer.methods import FUNCTIONS, METHODS, Feel, getter
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.tokens import Token, Untranslatable, string, tokens
from workflows.definitions.messages import Message
from workflows.feel import FeelError, compile_expression

__all__ = ["Translated", "Untranslatable", "translate"]

DEPTH = 40
TERNARY, OR, AND, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(1, 9)
_BINARY = {
    "||": (OR, "or"),
    "&&": (AND, "and"),
    "==": (COMPARISON, "="),
    "=": (COMPARISON, "="),
    "!=": (COMPARISON, "!="),
    "<": (COMPARISON, "<"),
    ">": (COMPARISON, ">"),
    "<=": (COMPARISON, "<="),
    ">=": (COMPARISON, ">="),
    "+": (SUM, "+"),
    "-": (SUM, "-"),
    "*": (PRODUCT, "*"),
    "/": (PRODUCT, "/"),
    "%": (PRODUCT, "%"),
    "//": (PRODUCT, "//"),
    "**": (UNARY, "**"),
}
_SWAPPED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_CONSTANTS = {
    "true": "true",
    "True": "true",
    "false": "false",
    "False": "false",
    "null": "null",
    "None": "null",
}
_BEANS = ("kcontext", "execution", "task", "variables", "delegateTask", "delegateExecution")
"""Objects of an engine through which expressions reach the variables of a case."""


@dataclass(frozen=True)
class Translated:
    """FEEL for a foreign expression, and what had to be guessed for it."""

    text: str
    guesses: tuple[Message, ...] = ()


@dataclass
class _Parser:
    words: list[Token]
    at: int = 0
    depth: int = 0
    guesses: list[Message] = field(default_factory=list)

    def peek(self) -> str:
        word = self.words[self.at]
        return word.text if word.kind in ("sign", "name") else ""

    def next(self) -> Token:
        word = self.words[self.at]
        self.at = min(self.at + 1, len(self.words) - 1)
        return word

    def take(self, sign: str) -> bool:
        if self.words[self.at].kind == "sign" and self.peek() == sign:
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise Untranslatable(
                Message(
                    "“%(sign)s” is missing before “%(text)s”",
                    sign=sign,
                    text=self.words[self.at].text,
                )
            )

    def whole(self) -> Feel:
        found = self.expression(TERNARY)
        if self.words[self.at].kind != "end":
            raise Untranslatable(
                Message("“%(text)s” is not understood here", text=self.words[self.at].text)
            )
        return found

    def expression(self, least: int) -> Feel:
        self.depth += 1
        if self.depth > DEPTH:
            raise Untranslatable(Message("it nests deeper than %(depth)s", depth=DEPTH))
        left = self._binary(self._unary(), max(least, OR))
        if least == TERNARY:
            left = self._conditional(left)
        self.depth -= 1
        return left

    def _conditional(self, left: Feel) -> Feel:
        if self.take("?"):
            yes = self.expression(TERNARY)
            self.expect(":")
            no = self.expression(TERNARY)
            return Feel(f"if {truth(left).text} then {yes.text} else {no.text}", TERNARY)
        if self.peek() == "if":
            self.next()
            condition = truth(self.expression(OR))
            if self.next().text != "else":
                raise Untranslatable(Message("an if without else"))
            no = self.expression(TERNARY)
            return Feel(f"if {condition.text} then {left.text} else {no.text}", TERNARY)
        return left

    def _binary(self, left: Feel, least: int) -> Feel:
        while True:
            sign = self.peek()
            if sign in ("in", "is", "instanceof") or (sign == "not" and self._ahead("in")):
                if least > COMPARISON:
                    return left
                left = self._word(left)
                continue
            if self.words[self.at].kind != "sign" or sign not in _BINARY:
                return left
            rank, feel = _BINARY[sign]
            if rank < least:
                return left
            self.next()
            left = _combined(left, feel, self.expression(rank + 1), rank)

    def _ahead(self, word: str) -> bool:
        following = self.words[min(self.at + 1, len(self.words) - 1)]
        return following.kind == "name" and following.text == word

    def _word(self, left: Feel) -> Feel:
        negated = self.take("not")
        word = self.next().text
        if word == "instanceof":
            raise Untranslatable(Message("it asks for a Java class"))
        if word == "is":
            unlike = self.take("not")
            right = self.expression(SUM)
            return _combined(left, "!=" if unlike else "=", right, COMPARISON)
        right = self.expression(SUM)
        inside = Feel(f"list contains({right.text}, {left.text})", ATOM, boolean=True)
        return _not(inside) if negated else inside

    def _unary(self) -> Feel:
        if self.take("!"):
            return _not(self.expression(UNARY))
        if self.take("not"):  # looser than a comparison, as in Python
            return _not(self.expression(COMPARISON))
        if self.take("-"):
            return Feel(f"-{self.expression(UNARY).within(UNARY)}", UNARY)
        if self.take("+"):
            return self.expression(UNARY)
        if self.peek() == "empty" and self.words[self.at].kind == "name":
            self.next()
            inner = self.expression(UNARY).within(COMPARISON)
            return Feel(f'{inner} = null or {inner} = ""', OR, boolean=True)
        return self._postfix(self._primary())

    def _primary(self) -> Feel:
        word = self.next()
        if word.kind == "number":
            return Feel(word.text, ATOM, literal=True)
        if word.kind == "string":
            return Feel(string(word.text), ATOM, literal=True)
        if word.kind == "name":
            return self._name(word.text)
        if word.text == "(":
            inner = self.expression(TERNARY)
            if self.peek() == ",":
                return self._listed(inner, ")")
            self.expect(")")
            return inner
        if word.text == "[":
            return self._list()
        if word.text == "{":
            return self._context()
        raise Untranslatable(
            Message("“%(text)s” is not understood", text=word.text)
            if word.text
            else Message("it ends early")
        )

    def _list(self) -> Feel:
        if self.take("]"):
            return Feel("[]", ATOM)
        return self._listed(self.expression(TERNARY), "]")

    def _context(self) -> Feel:
        entries = []
        while not self.take("}"):
            key = self.next()
            if key.kind not in ("string", "name"):
                raise Untranslatable(Message("a key that is computed"))
            self.expect(":")
            entries.append(f"{string(key.text)}: {self.expression(TERNARY).text}")
            if self.peek() != "}":
                self.expect(",")
        return Feel(f"{{{', '.join(entries)}}}", ATOM)

    def _listed(self, first: Feel, close: str) -> Feel:
        parts = [first.text]
        while self.take(","):
            if self.peek() == close:
                break
            parts.append(self.expression(TERNARY).text)
        self.expect(close)
        return Feel(f"[{', '.join(parts)}]", ATOM)

    def _name(self, name: str) -> Feel:
        if name in _CONSTANTS:
            return Feel(_CONSTANTS[name], ATOM, literal=True, boolean=name.lower() != "null")
        if self.peek() == "(":
            return self._call(name)
        if name in _BEANS and self.peek() == ".":
            return Feel(name, ATOM, bean=True)
        if name == "loopCounter":
            raise Untranslatable(Message("the counter of an instance is not at hand here"))
        return Feel(variable(name), ATOM, path=True)

    def _call(self, name: str) -> Feel:
        made = FUNCTIONS.get(name)
        if made is None:
            raise Untranslatable(Message("the function %(name)s() is not known here", name=name))
        return made(self._arguments())

    def _arguments(self) -> list[Feel]:
        self.expect("(")
        found: list[Feel] = []
        while not self.take(")"):
            found.append(self.expression(TERNARY))
            if self.peek() != ")":
                self.expect(",")
        return found

    def _postfix(self, left: Feel) -> Feel:
        while True:
            if self.take("."):
                left = self._member(left, self.next())
            elif self.take("["):
                left = self._index(left)
                self.expect("]")
            elif left.bean:
                raise Untranslatable(
                    Message("“%(text)s” is an object of the other engine", text=left.text)
                )
            else:
                return left

    def _member(self, left: Feel, word: Token) -> Feel:
        if word.kind not in ("name", "sign"):
            raise Untranslatable(Message("“.%(text)s” is not understood", text=word.text))
        if self.peek() != "(":
            if left.bean or not left.path:
                raise Untranslatable(
                    Message(
                        "“%(text)s.%(member)s” cannot be read here",
                        text=left.text,
                        member=word.text,
                    )
                )
            return Feel(f"{left.text}.{variable(word.text)}", ATOM, path=True)
        arguments = self._arguments()
        if left.bean:
            return _variable_of(word.text, arguments)
        made = METHODS.get((word.text, len(arguments))) or getter(word.text, arguments)
        if made is None:
            raise Untranslatable(
                Message(
                    "the method %(text)s.%(member)s() is not known here",
                    text=left.text,
                    member=word.text,
                )
            )
        result = made(left, arguments)
        if result.guess:
            self.guesses.append(result.guess)
        return result

    def _index(self, left: Feel) -> Feel:
        key = self.expression(TERNARY)
        if key.literal and key.text.isdigit():
            return Feel(f"{left.within(ATOM)}[{int(key.text[:9]) + 1}]", ATOM, path=True)
        if key.literal and key.text.startswith('"') and left.bean:
            return Feel(variable(key.text[1:-1]), ATOM, path=True)
        if key.literal and key.text.startswith('"') and left.path:
            return Feel(f"{left.text}.{variable(key.text[1:-1])}", ATOM, path=True)
        raise Untranslatable(Message("an index that is computed"))


def _variable_of(method: str, arguments: list[Feel]) -> Feel:
    named = len(arguments) == 1 and arguments[0].literal and arguments[0].text.startswith('"')
    if method in ("getVariable", "get", "getVariableLocal") and named:
        return Feel(variable(arguments[0].text[1:-1]), ATOM, path=True)
    raise Untranslatable(
        Message("%(method)s() of the other engine is not known here", method=method)
    )


def truth(value: Feel) -> Feel:
    """Return an expression as a condition: a bare name means that it is true."""
    if value.path and not value.boolean:
        return Feel(f"{value.text} = true", COMPARISON, boolean=True)
    return value


def _not(value: Feel) -> Feel:
    if value.path and not value.boolean:
        # What is not there counts as false in other engines; not(null) would be null.
        return Feel(f"{value.text} != true", COMPARISON, boolean=True)
    return Feel(f"not({value.text})", ATOM, boolean=True)


def _combined(left: Feel, feel: str, right: Feel, rank: int) -> Feel:
    if feel == "%":
        return Feel(f"modulo({left.text}, {right.text})", ATOM)
    if feel == "//":
        return Feel(f"floor({left.within(PRODUCT)} / {right.within(UNARY)})", ATOM)
    if rank in (OR, AND):
        left, right = truth(left), truth(right)
    if rank == COMPARISON and left.literal and not right.literal:
        left, feel, right = right, _SWAPPED[feel], left
    return Feel(
        f"{left.within(rank)} {feel} {right.within(rank + 1)}", rank, boolean=rank <= COMPARISON
    )


def translate(text: str, *, condition: bool = False) -> Translated:
    """Return FEEL for an expression without its `${}`; raise Untranslatable with the reason.

    With `condition` a bare name becomes the question whether it is true.
    """
    parser = _Parser(tokens(text))
    found = parser.whole()
    feel = truth(found) if condition else found
    try:
        compile_expression(feel.text)
    except FeelError as error:
        raise Untranslatable(Message(error.reason)) from error
    return Translated(feel.text, tuple(parser.guesses))
