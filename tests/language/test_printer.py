"""What is printed is read back as the same tree, with no more brackets than needed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from tests import strategies

from eqsolve.language import Document, parse, unparse
from eqsolve.language.printer import number_text
from eqsolve.language.syntax import Expression, Number, Statement
from eqsolve.source import Source


def reread(text: str) -> Statement:
    (statement,) = parse(Source(text)).statements
    return statement


@given(strategies.expressions())
def test_an_expression_is_read_back(tree: Expression) -> None:
    statement = reread(f"target := {unparse(tree)}")
    assert getattr(statement, "expression", None) == tree


@given(strategies.statements())
def test_a_statement_is_read_back(tree: Statement) -> None:
    assert reread(unparse(tree)) == tree


@given(strategies.documents())
def test_a_document_is_read_back_and_printed_the_same(tree: Document) -> None:
    text = unparse(tree)
    again = parse(Source(text))
    assert again == tree
    assert unparse(again) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x = (((1)))", "x = 1"),
        ("x=(a*b)+c", "x = a*b + c"),
        ("x = (a + b)*c", "x = (a + b)*c"),
        ("x = a - (b - c)", "x = a - (b - c)"),
        ("x = (a - b) - c", "x = (a - b) - c"),
        ("x = a/(b*c)", "x = a/(b*c)"),
        ("x = (-a)^2", "x = (-a)^2"),
        ("x = -(a^2)", "x = -a^2"),
        ("x = a^(-b)", "x = a^-b"),
        ("x = (a^b)^c", "x = (a^b)^c"),
        ("x = a**(b**c)", "x = a^b^c"),
        ("x = 2y", "x = 2*y"),
        ("x = |y|", "x = abs(y)"),
        ("x = √(y + 1)", "x = sqrt(y + 1)"),
        ("x = y²", "x = y^2"),
        ("x = (5%)%", "x = 5%%"),
        ("x = (y^2)%", "x = (y^2)%"),
        ("x ≠ 3", "x != 3"),
        ("x == +3", "x = 3"),
        ("x in −∞..+∞", "x in -∞..∞"),
        ("x = if((a < b) and not (c = d or e > f), 1, 2)", "x = if(a < b and not (c = d or e > f), 1, 2)"),
        ("x = if(not (-a < b), 1, 2)", "x = if(not (-a < b), 1, 2)"),
        ('"mass balance": x = 1', '"mass balance": x = 1'),
        ('"mass": x = 1', "mass: x = 1"),
        ("var x: real in 0..1 start 0.5", "var x : real in 0..1 start 0.5"),
    ],
)
def test_brackets_stand_only_where_needed(text: str, printed: str) -> None:
    assert unparse(reread(text)) == printed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(7), "7"),
        (Fraction(1000), "1e3"),
        (Fraction(100), "100"),
        (Fraction(1, 10), "0.1"),
        (Fraction(1, 8), "0.125"),
        (Fraction(123456, 1000), "123.456"),
        (Fraction(1, 10**7), "1e-7"),
        (Fraction(15, 10**8), "1.5e-7"),
        (Fraction(10) ** 9999, "1e9999"),
        (Fraction(10) ** -9999, "1e-9999"),
        (Fraction(1, 3), "(1/3)"),
        (Fraction(-1, 2), "(-0.5)"),
    ],
)
def test_numbers_are_exact_and_short(value: Fraction, text: str) -> None:
    assert number_text(value) == text


@given(strategies.numbers())
def test_a_number_is_read_back_exactly(number: Expression) -> None:
    assert isinstance(number, Number)
    assert Fraction(number_text(number.value)) == number.value
