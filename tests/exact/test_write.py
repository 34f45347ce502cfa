"""Exact numbers as text of the language."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from eqsolve.exact.write import write_number
from eqsolve.language.parser import parse_expression
from eqsolve.problem.rational import rational
from eqsolve.source import Source


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(7, 3), "7/3"),
        (Fraction(1, 10**300), "1e-300"),
        (Fraction(-12 * 10**40), "-12e40"),
        (Fraction(10**21 + 1), "1000000000000000000001"),
    ],
)
def test_powers_of_ten_are_short(value: Fraction, text: str) -> None:
    assert write_number(fmpq(value.numerator, value.denominator)) == text


@given(st.integers(-(10**9), 10**9), st.integers(-60, 60), st.integers(1, 10**4))
def test_the_text_is_the_number(digits: int, power: int, below: int) -> None:
    value = Fraction(digits, below) * Fraction(10) ** power
    text = write_number(fmpq(value.numerator, value.denominator))
    assert text is not None
    assert rational(parse_expression(Source(text))) == value
