"""The parser agrees with an independent grammar about what is in the language, and about its trees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError
from tests import strategies
from tests.strategies import NOWHERE

from eqsolve.errors import ParseError
from eqsolve.language import parse, unparse
from eqsolve.language.syntax import (
    DISTINCT,
    Call,
    Comparison,
    DataFile,
    Declaration,
    Definition,
    Distinct,
    Equation,
    Expression,
    FunctionDefinition,
    Heading,
    Include,
    Inequality,
    Listing,
    Logic,
    Membership,
    Name,
    Negative,
    Number,
    Percent,
    Power,
    Product,
    Range,
    Soft,
    Statement,
    Sum,
)
from eqsolve.source import Source

GRAMMAR: Final = Path(__file__).with_name("grammar.lark")
SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
TOKENS: Final = re.compile(r'"[^"]*"|const\.\w+|[^\W\d]\w*|[0-9.]*[0-9](?:e-?[0-9]+)?|\.\.|:=|[<>!]=|\S')
FRAGMENTS: Final = (
    *("x", "y", "f(x)", "f(", "(", ")", "(x + 1)", "[", "]", "{", "}", "|", "|x|", "2", "1.5", ".5"),
    *("3.", "1e3", "+", "-", "*", "/", "^", "**", "²", "⁻¹", "%", "√", "∛", "=", "==", "<", ">=", "!="),
    *(":", ":=", "..", "∞", ",", "if(x < 1, y, 2)", "if(", "in", "start", "var", "not", "and", "or"),
    *("~", "±", "data", "d"),
    *("include", '"text"', "const.R", "all_different(x)", "{1, 2}", "integer"),
)


# Here these are names, beside a digit always; an LALR parser takes them for the words that they also are.
WORD_AS_FACTOR: Final = re.compile(r"([)\]}]\s*|[0-9.])(and|or|in|start)\b")
# Refused by the limits on numbers, of which the grammar knows nothing.
TOO_LARGE: Final = re.compile(r"\de[-+]?\d{5}")


class Undefined(Exception):  # noqa: N818 - what a grammar cannot say
    """A definition of something that is neither a name nor a function."""


class ToTree(Transformer):  # type: ignore[misc]  # lark is not typed here
    """The nodes that a tree of the grammar stands for."""

    def name(self, parts: list[str]) -> Name:
        return Name(str(parts[0]), NOWHERE)

    def number(self, parts: list[str]) -> Number:
        return Number(Fraction(parts[0].removesuffix(".")), NOWHERE)

    def bars(self, parts: list[Expression]) -> Call:
        return Call(Name("abs", NOWHERE), tuple(parts), NOWHERE)

    def root(self, parts: list[Expression]) -> Expression:
        *signs, node = parts
        for sign in reversed(signs):
            node = Call(Name("sqrt" if str(sign) == "√" else "cbrt", NOWHERE), (node,), NOWHERE)
        return node

    def call(self, parts: list[Expression]) -> Call:
        return Call(Name(str(parts[0]), NOWHERE), tuple(parts[1:]), NOWHERE)

    def conditional(self, parts: list[Expression]) -> Call:
        return Call(Name("if", NOWHERE), tuple(parts), NOWHERE)

    def percent(self, parts: list[Expression]) -> Percent:
        return Percent(parts[0], NOWHERE)

    def raised(self, parts: list[Expression]) -> Power:
        exponent = int(str(parts[1]).translate(SUPERSCRIPTS))
        number = Number(Fraction(abs(exponent)), NOWHERE)
        negative = str(parts[1]).startswith("⁻")
        return Power(parts[0], Negative(number, NOWHERE) if negative else number, NOWHERE)

    def power(self, parts: list[Expression]) -> Expression:
        return parts[0] if len(parts) == 1 else Power(parts[0], parts[1], NOWHERE)

    def negative(self, parts: list[Expression]) -> Negative:
        return Negative(parts[0], NOWHERE)

    def operand(self, parts: list[Expression]) -> Expression:
        return parts[0]

    def beginning_with_name(self, parts: list[Expression | list[Expression]]) -> list[Expression]:
        first, *rest = parts
        assert not isinstance(first, list)
        return [first, *(factor for part in rest if isinstance(part, list) for factor in part)]

    beginning_with_parenthesis = beginning_with_name

    def implicit(self, parts: list[Expression | list[Expression]]) -> list[Expression]:
        return parts[0] if isinstance(parts[0], list) else self.beginning_with_name(parts)

    def negative_first(self, parts: list[list[Expression]]) -> list[Expression]:
        first, *rest = parts[0]
        return [Negative(first, NOWHERE), *rest]

    def product(self, parts: list[Expression | list[Expression] | Token]) -> Expression:
        operators, operator = "", "*"
        factors: list[Expression] = []
        for part in parts:
            if isinstance(part, Token):
                operator = str(part)
                continue
            added = part if isinstance(part, list) else [part]
            operators += operator + "*" * (len(added) - 1)
            factors += added
        return factors[0] if len(factors) == 1 else Product(operators, tuple(factors), NOWHERE)

    def sum(self, parts: list[Expression]) -> Expression:
        if len(parts) == 1:
            return parts[0]
        return Sum("+" + "".join(map(str, parts[1::2])), tuple(parts[::2]), NOWHERE)

    def comparison(self, parts: list[Expression]) -> Comparison:
        return Comparison(_operators(parts[1::2]), tuple(parts[::2]), NOWHERE)

    def opposite(self, parts: list[Expression]) -> Logic:
        return Logic("not", tuple(parts), NOWHERE)

    def both(self, parts: list[Expression]) -> Expression:
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts), NOWHERE)

    def either(self, parts: list[Expression]) -> Logic:
        return Logic("or", tuple(parts), NOWHERE)

    def label(self, parts: list[str]) -> str:
        return str(parts[0]).strip('"')

    def equation(self, parts: list[Expression]) -> Equation:
        return Equation(tuple(parts[1::2]), _optional_text(parts[0]), NOWHERE)

    def soft(self, parts: list[Expression]) -> Soft:
        label, left, right, spread = parts
        return Soft(left, right, spread, _optional_text(label), NOWHERE)

    def inequality(self, parts: list[Expression]) -> Inequality:
        return Inequality(_operators(parts[2::2]), tuple(parts[1::2]), _optional_text(parts[0]), NOWHERE)

    def definition(self, parts: list[Expression]) -> Statement:
        left, right = parts
        if isinstance(left, Call):
            plain = [part for part in left.arguments if isinstance(part, Name) and "." not in part.id]
            distinct = {parameter.id for parameter in plain}
            if not len(distinct) == len(plain) == len(left.arguments) or "." in left.function.id:
                raise Undefined
            return FunctionDefinition(left.function, tuple(plain), right, NOWHERE)
        if "." in str(left):
            raise Undefined
        return Definition(Name(str(left), NOWHERE), right, NOWHERE)

    def low(self, parts: list[Expression]) -> Expression | None:
        return parts[0] if parts else None

    high = low

    def range(self, parts: list[Expression | None]) -> Range:
        return Range(parts[0], parts[1], NOWHERE)

    def listing(self, parts: list[Expression]) -> Listing:
        return Listing(tuple(parts), NOWHERE)

    def distinct(self, parts: tuple[str | None, Call]) -> Distinct:
        label, call = parts
        if call.function.id != DISTINCT:
            raise Undefined
        return Distinct(call.arguments, _optional_text(label), NOWHERE)

    def membership(self, parts: tuple[Token, Range | Listing]) -> Membership:
        return Membership(Name(str(parts[0]), NOWHERE), parts[1], NOWHERE)

    def declaration(
        self, parts: tuple[Token, Token | None, Range | Listing | None, Expression | None]
    ) -> Declaration:
        name, kind, limits, start = parts
        if "." in name:
            raise Undefined
        return Declaration(Name(str(name), NOWHERE), limits, start, NOWHERE, _optional_text(kind))

    def include(self, parts: list[str]) -> Include:
        return Include(str(parts[0]).strip('"'), NOWHERE)

    def data(self, parts: list[Token | None]) -> DataFile:
        name, path = parts
        if name is not None and "." in name:
            raise Undefined
        return DataFile(None if name is None else Name(str(name), NOWHERE), str(path).strip('"'), NOWHERE)

    def heading(self, parts: list[str]) -> Heading:
        return Heading(str(parts[0]).strip('"'), NOWHERE)


def _operators(parts: Sequence[object]) -> tuple[str, ...]:
    return tuple("=" if str(part) == "==" else str(part) for part in parts)


def _optional_text(part: object) -> str | None:
    return None if part is None else str(part)


@cache
def grammar() -> Lark:
    return Lark(
        GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="contextual", maybe_placeholders=True
    )


def by_grammar(text: str) -> Statement | None:
    """Return the tree that the grammar gives, None if the text is not in its language."""
    try:
        tree: Statement = ToTree().transform(grammar().parse(text))
    except UnexpectedInput:
        return None
    except VisitError as error:
        if isinstance(error.orig_exc, Undefined):
            return None
        raise
    return tree


def by_parser(text: str) -> Statement | None:
    """Return the tree that the parser gives, None if it refuses the text."""
    try:
        statements = parse(Source(text)).statements
    except ParseError:
        return None
    return statements[0] if statements else None  # a comment alone is none


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """Statements, some with other spellings, some damaged."""
    words = TOKENS.findall(unparse(draw(strategies.statements())))
    if draw(st.booleans()):
        words = [word for word in words if word != "*"]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words)))
        removed = draw(st.integers(0, 1))
        words[place : place + removed] = [draw(st.sampled_from(FRAGMENTS))]
    separators = draw(st.lists(st.sampled_from(["", " "]), min_size=len(words), max_size=len(words)))
    return "".join(word + space for word, space in zip(words, separators, strict=True))


@settings(max_examples=100)
@given(strategies.statements())
def test_printed_statements_mean_the_same(tree: Statement) -> None:
    assert by_grammar(unparse(tree)) == tree


@settings(max_examples=150)
@given(sentences())
def test_both_accept_the_same_sentences_with_the_same_trees(text: str) -> None:
    assume(not WORD_AS_FACTOR.search(text) and not TOO_LARGE.search(text))
    assert by_parser(text) == by_grammar(text)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8), st.sampled_from(["", " "]))
def test_both_agree_about_any_sequence_of_tokens(parts: list[str], separator: str) -> None:
    text = separator.join(["x", "=", *parts])
    assume(not WORD_AS_FACTOR.search(text))
    assert by_parser(text) == by_grammar(text)


@pytest.mark.parametrize(
    "text",
    [
        "y = 2x + 3(x + 1) - (x + 1)(x - 1)",
        "y = 2(x)y^2/3",
        "-2x = -(x)y",
        "y = f(x)y",
        "y = ∛√(x)y",
        "y = x²%",
        "y = 2^-x²",
        "y = if(not (x < 1 or y = 2) and [x > y], 1, 2)",
        "var x : real in -∞..+∞ start -1",
        "var n : integer in {1, [2]} start 1",
        "x in {1}",
        "x in {1}..2",
        "x in {1}^2..2",
        "rule: all_different(a, b + 1)",
        "cooling: d.T ~ T0 + a*exp(-k*d.t) ± 0.1",
        'data d = "points.csv"',
        'data "points.csv"',
        "data ~ 2",
    ],
)
def test_both_read_other_spellings(text: str) -> None:
    assert by_parser(text) == by_grammar(text) is not None
