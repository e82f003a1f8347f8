"""Turns FEEL text into syntax nodes."""

from __future__ import annotations

import logging
from collections.abc import Iterator as Tokens
from collections.abc import Sequence
from functools import cache
from pathlib import Path as File
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedToken, VisitError
from lark.lexer import Lexer

from workflows.feel import syntax
from workflows.feel.errors import FeelSyntaxError
from workflows.feel.knownnames import KnownNames
from workflows.feel.lexer import tokenize
from workflows.feel.literals import unescape
from workflows.feel.numbers import number
from workflows.feel.temporal import parse_temporal

MAX_DEPTH = 80


class _Given(Lexer):
    """Hands the parser tokens that were cut before."""

    def __init__(self, configuration: object) -> None:
        """Take no configuration; the tokens come ready."""

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Tokens[Token]:
        """Yield the tokens given to `parse`."""
        yield from lexer_state


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Makes a node of each grammar rule as the parser reduces it."""

    def expression_only(self, node: syntax.Node) -> syntax.Node:
        return node

    def tests_any(self, *tests: syntax.Node) -> syntax.Node:
        return syntax.Tests(tests, negated=False)

    def tests_none(self, *tests: syntax.Node) -> syntax.Node:
        return syntax.Tests(tests, negated=True)

    def comparator(self, token: Token) -> str:
        return str(token)

    sum_operator = product_operator = quantifier = comparator

    def compared(self, operator: str, operand: syntax.Node) -> syntax.Node:
        return syntax.Compared(operator, operand)

    def disjunction(self, *operands: syntax.Node) -> syntax.Node:
        return syntax.Operation(("or",) * (len(operands) - 1), operands)

    def conjunction(self, *operands: syntax.Node) -> syntax.Node:
        return syntax.Operation(("and",) * (len(operands) - 1), operands)

    def comparing(self, left: syntax.Node, operator: str, right: syntax.Node) -> syntax.Node:
        return syntax.Comparison(operator, left, right)

    def between(self, value: syntax.Node, low: syntax.Node, high: syntax.Node) -> syntax.Node:
        return syntax.Between(value, low, high)

    def contained(self, value: syntax.Node, test: syntax.Node) -> syntax.Node:
        tests = test.tests if isinstance(test, syntax.Parenthesis) else (test,)
        return syntax.Contained(value, tests)

    def instance(self, value: syntax.Node, kind: syntax.TypeNode) -> syntax.Node:
        return syntax.InstanceOf(value, kind)

    def sum(self, *parts: Any) -> syntax.Node:
        return syntax.Operation(tuple(parts[1::2]), tuple(parts[0::2]))

    product = sum

    def power(self, *operands: syntax.Node) -> syntax.Node:
        return syntax.Operation(("**",) * (len(operands) - 1), operands)

    def negative(self, _sign: Token, operand: syntax.Node) -> syntax.Node:
        return syntax.Negative(operand)

    def path(self, value: syntax.Node, member: Token) -> syntax.Node:
        return syntax.Path(value, str(member))

    def filtered(self, value: syntax.Node, condition: syntax.Node) -> syntax.Node:
        return syntax.Filter(value, condition)

    def called(self, function: syntax.Node, *arguments: syntax.Node) -> syntax.Node:
        return syntax.Call(function, arguments)

    def called_by_name(self, function: syntax.Node, *pairs: tuple[str, syntax.Node]) -> syntax.Node:
        names = tuple(name for name, _ in pairs)
        return syntax.Call(function, tuple(node for _, node in pairs), names)

    def argument(self, name: Token, node: syntax.Node) -> tuple[str, syntax.Node]:
        return (unescape(name) if name.type == "STRING" else str(name)), node

    entry = argument

    def number(self, token: Token) -> syntax.Node:
        return syntax.Constant(number(token))

    def string(self, token: Token) -> syntax.Node:
        return syntax.Constant(unescape(token))

    def at_literal(self, token: Token) -> syntax.Node:
        return syntax.Constant(parse_temporal(unescape(token[token.index('"') :])))

    def null(self) -> syntax.Node:
        return syntax.Constant(None)

    def true(self) -> syntax.Node:
        return syntax.Constant(True)

    def false(self) -> syntax.Node:
        return syntax.Constant(False)

    def name(self, token: Token) -> syntax.Node:
        return syntax.Name(str(token), token.start_pos or 0)

    def parenthesis(self, *tests: syntax.Node) -> syntax.Node:
        return syntax.Parenthesis(tests)

    def list(self, *items: syntax.Node) -> syntax.Node:
        return syntax.ListLiteral(items)

    def range(
        self, opening: Token, low: syntax.Node, _: Token, high: syntax.Node, closing: Token
    ) -> syntax.Node:
        return syntax.RangeLiteral(low, high, opening == "[", closing == "]")

    def context(self, *entries: tuple[str, syntax.Node]) -> syntax.Node:
        return syntax.ContextLiteral(entries)

    def condition(self, test: syntax.Node, yes: syntax.Node, no: syntax.Node) -> syntax.Node:
        return syntax.Condition(test, yes, no)

    def over(self, name: Token, domain: syntax.Node) -> syntax.Iterator:
        return syntax.Iterator(str(name), domain)

    def counting(self, name: Token, low: syntax.Node, high: syntax.Node) -> syntax.Iterator:
        return syntax.Iterator(str(name), low, high)

    def iteration(self, *parts: Any) -> syntax.Node:
        return syntax.Iteration(tuple(parts[:-1]), parts[-1])

    def quantified(self, quantifier: str, *parts: Any) -> syntax.Node:
        return syntax.Quantified(quantifier == "every", tuple(parts[:-1]), parts[-1])

    def parameter(
        self, name: Token, kind: syntax.TypeNode | None = None
    ) -> tuple[str, syntax.TypeNode | None]:
        return str(name), kind

    def external(self, body: syntax.Node) -> syntax.Node:
        return syntax.FunctionLiteral((), body, external=True)

    def function(self, *parts: Any) -> syntax.Node:
        body, parameters = parts[-1], tuple(parts[:-1])
        if isinstance(body, syntax.FunctionLiteral) and body.external:
            return syntax.FunctionLiteral(parameters, body.body, external=True)
        return syntax.FunctionLiteral(parameters, body)

    def named_type(self, *names: Token) -> syntax.TypeNode:
        return syntax.TypeNode(".".join(names))

    def list_type(self, inner: syntax.TypeNode) -> syntax.TypeNode:
        return syntax.TypeNode("list", (inner,), is_generic=True)

    def range_type(self, inner: syntax.TypeNode) -> syntax.TypeNode:
        return syntax.TypeNode("range", (inner,), is_generic=True)

    def context_type(self, *entries: tuple[str, syntax.TypeNode]) -> syntax.TypeNode:
        members, types = tuple(name for name, _ in entries), tuple(kind for _, kind in entries)
        return syntax.TypeNode("context", types, members, is_generic=True)

    def type_entry(self, name: Token, kind: syntax.TypeNode) -> tuple[str, syntax.TypeNode]:
        return str(name), kind

    def function_type(self, *types: syntax.TypeNode) -> syntax.TypeNode:
        return syntax.TypeNode("function", types, is_generic=True)


logging.getLogger("lark").setLevel(logging.ERROR)


@cache
def _parser() -> Lark:
    """Return the parser, made of the grammar when the first expression is read."""
    return Lark(
        (File(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
        parser="lalr",
        lexer=_Given,
        start=["expression_only", "tests_only"],
        transformer=_Build(),
    )


def parse(text: str, known: Sequence[KnownNames], *, unary: bool = False) -> syntax.Node:
    """Return the node of an expression, or of unary tests; FeelSyntaxError if it is neither."""
    tokens = tokenize(text, known, unary=unary)
    if not tokens:
        raise FeelSyntaxError("it is empty.", expression=text)
    try:
        node = _parser().parse(tokens, start="tests_only" if unary else "expression_only")
    except UnexpectedToken as error:
        raise _unexpected(text, error.token) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FeelSyntaxError):
            raise FeelSyntaxError(error.orig_exc.reason, expression=text) from None
        raise
    assert isinstance(node, syntax.Node)
    return node


def _unexpected(text: str, token: Token) -> FeelSyntaxError:
    if token.type == "$END":
        return FeelSyntaxError(
            "it ends too early; something is missing at the end.",
            expression=text,
            position=len(text),
        )
    position = token.start_pos or 0
    return FeelSyntaxError(
        f"“{token}” is not expected at character {position + 1}.",
        expression=text,
        position=position,
    )
