"""Equations in one unknown that hold all along an interval."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eqsolve
from eqsolve.exact.stretches import stretches
from eqsolve.language.parser import parse_expression
from eqsolve.source import Source


def told(text: str) -> list[str] | None:
    left, right = (parse_expression(Source(side)) for side in text.split("=", 1))
    found = stretches(left, right, "x")
    return None if found is None else [stretch.text("x") for stretch in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("floor(x) = 2", ["2 <= x < 3"]),
        ("ceil(x) = -1", ["-2 < x <= -1"]),
        ("round(x) = 3", ["5/2 < x < 7/2"]),
        ("round(x) = 2", ["3/2 <= x <= 5/2"]),  # half goes to even
        ("2*floor(x/3) = 4", ["6 <= x < 9"]),
        ("sign(x) = 1", ["x > 0"]),
        ("abs(x) = x", ["x >= 0"]),
        ("max(x, 1) = 1", ["x <= 1"]),
        ("abs(x) + abs(x - 1) = 1", ["0 <= x <= 1"]),
        ("abs(x) = 1", ["x = -1", "x = 1"]),
    ],
)
def test_all_solutions_are_told(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_an_if_may_hold_on_a_stretch_and_at_a_point() -> None:
    left, right = parse_expression(Source("if(x > 0, x, 1)")), parse_expression(Source("1"))
    assert [s.text("x") for s in stretches(left, right, "x") or ()] == ["x <= 0", "x = 1"]


@pytest.mark.parametrize("text", ["floor(x) = x", "x^2 = 4", "floor(x) = 2.5", "abs(x)/x = 1", "sin(x) = 0"])
def test_nothing_is_told_of_other_equations(text: str) -> None:
    assert told(text) is None


@given(st.integers(-5, 5), st.integers(-5, 5), st.fractions(-8, 8, max_denominator=6))
def test_membership_agrees_with_the_equation(a: int, b: int, x: Fraction) -> None:
    left = parse_expression(Source(f"abs(x - ({a})) + abs(x - ({b}))"))
    right = parse_expression(Source(str(abs(a - b))))
    inside = min(a, b) <= x <= max(a, b)
    found = stretches(left, right, "x") or ()
    assert inside == any(s.low is not None and s.high is not None and s.low <= x <= s.high for s in found)


def test_the_answer_says_where() -> None:
    assert eqsolve.solve("floor(x) = 2").message == "infinitely many solutions: 2 <= x < 3"
