"""The exact rational value of an expression, where it has one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eqsolve.errors import Diagnostic
from eqsolve.language import parse_expression
from eqsolve.language.interpret import interpret
from eqsolve.problem.rational import Rational, rational
from eqsolve.source import Source


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1/3 - 1/6", Fraction(1, 6)),
        ("-(2 - 5)*4/8", Fraction(3, 2)),
        ("(2/3)^-3", Fraction(27, 8)),
        ("-2^2", Fraction(-4)),
        ("(-2)^3", Fraction(-8)),
        ("0^0", Fraction(1)),
        ("2^(6/3)", Fraction(4)),
        ("25%^2", Fraction(1, 16)),
        ("1e20 + 1 - 1e20", Fraction(1)),
        ("x", None),
        ("0*x", None),
        ("pi", None),
        ("2^0.5", None),
        ("sqrt(4)", None),
        ("if(1 < 2, 1, 2)", None),
    ],
)
def test_values(text: str, value: Fraction | None) -> None:
    assert rational(parse_expression(Source(text))) == value


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("+-*"), st.integers(-99, 99), st.integers(1, 99)), min_size=1))
def test_arithmetic_is_that_of_fractions(parts: list[tuple[str, int, int]]) -> None:
    text, value = "1", Fraction(1)
    for sign, p, q in parts:
        text = f"({text}) {sign} ({p}/{q})"
        other = Fraction(p, q)
        value = {"+": value + other, "-": value - other, "*": value * other}[sign]
    assert rational(parse_expression(Source(text))) == value


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("1 + 2/(3 - 3)", "division-by-zero", "3 - 3"),
        ("x/0", "division-by-zero", "0"),
        ("0^-2", "division-by-zero", "0^-2"),
        ("3*2^99999", "number-too-large", "2^99999"),
    ],
)
def test_what_has_no_value_is_noted(text: str, code: str, where: str) -> None:
    problems: list[Diagnostic] = []
    assert interpret(parse_expression(Source(text)), Rational(problems)) is None
    (problem,) = problems
    assert problem.code == code
    assert problem.span is not None
    assert problem.span.text == where
